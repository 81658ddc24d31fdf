"""Calls of a client to a fake server, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmego.llm.client import Caller, Tally
from mmego.llm.options import CallOptions
from mmego.llm.reply import Reply
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import ChatRequest
from tests.llm.fake_openai import FakeOpenAI, Plan


def question(number: int = 0) -> ChatRequest:
    text = f"{number + 1}. [00:01] C picks up the mug"
    plain = [{"role": "system", "content": "Q: the question"}, {"role": "user", "content": text}]
    return ChatRequest([{"role": "user", "content": text}], number, plain, {"type": "object", "properties": {}})


def ask_all(fake: FakeOpenAI, path: Path, asks: Sequence[ChatRequest], **options: Any) -> tuple[list[Reply], Tally]:
    """Ask all at once; one journal, one caller."""
    tally = Tally()

    async def run() -> list[Reply]:
        with Journal(path / "journal.jsonl") as journal:
            caller = Caller(CallOptions(**{"model": "m", "base_url": fake.url, **options}), 0, journal, tally)
            try:
                return list(await asyncio.gather(*(caller.ask(ask) for ask in asks)))
            finally:
                await caller.close()

    return asyncio.run(run()), tally


def one(plan: Plan, path: Path, **options: Any) -> tuple[Reply, Tally, FakeOpenAI]:
    with FakeOpenAI(plan) as fake:
        (reply,), tally = ask_all(fake, path, [question()], **options)
    return reply, tally, fake
