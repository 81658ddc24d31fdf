"""Options of calls: which values are refused, and that no message repeats a key."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.llm.client import Caller, Tally
from mmego.llm.options import CallOptions, read_key
from mmego.llm.response_cache import Journal
from tests.llm.calls import ask_all, question
from tests.llm.fake_openai import FakeOpenAI


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"base_url": "localhost:8000/v1"}, "http"),
        ({"base_url": "https://me:pass@host/v1"}, "no user, password or query"),
        ({"base_url": "https://host/v1?api-key=abc"}, "no user, password or query"),
        ({"model": ""}, "a model must be named"),
        ({"concurrency": 0}, "concurrency must be from 1 to 1000, got 0"),
        ({"timeout": 0}, "timeout"),
        ({"attempts": 0}, "attempts"),
        ({"temperature": float("nan")}, "temperature"),
        ({"base_url": "https://api.openai.com/v1"}, "needs a key: set the environment variable OPENAI_API_KEY"),
        ({"key_variable": "NOT_SET_ANYWHERE"}, "NOT_SET_ANYWHERE, named for the key, is not set"),
        ({"key_variable": "sk-proj-abc-123"}, "must be the name of an environment variable, such as OPENAI_API_KEY"),
        ({"key_variable": "gsk_0abc9PASS"}, "must be the name of an environment variable; none of the name given"),
        ({"key_variable": "AIzaSyD0abc9abc"}, "must be the name of an environment variable; none of the name given"),
        ({"key_variable": ""}, "must be the name of an environment variable"),
        ({"base_url": "me:pass@host/v1"}, "no user, password or query"),
        ({"base_url": "https://host/v1#abc"}, "no user, password or query"),
        ({"base_url": "http://[::1/v1"}, "http"),
        ({"base_url": "http://host:port/v1"}, "http"),
    ],
)
def test_options_that_are_not_allowed(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    async def make() -> None:
        with Journal(tmp_path / "j") as journal:
            given = {"model": "m", "base_url": "http://127.0.0.1:9/v1", **options}
            Caller(CallOptions(**given), 0, journal, Tally())

    with pytest.raises(InputError, match=words) as error:
        asyncio.run(make())
    assert "pass@" not in str(error.value)
    assert "abc" not in str(error.value)


def test_a_key_in_the_address_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abc-def-123456")
    with pytest.raises(InputError, match="the key stands in base_url or model") as error:
        read_key(CallOptions(model="m", base_url="http://host/abc-def-123456/v1"))
    assert "def" not in str(error.value)


def test_a_key_that_no_header_takes_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abc\x01def")
    with FakeOpenAI() as fake, pytest.raises(InputError, match="has characters that no key has") as error:
        ask_all(fake, tmp_path, [question()])
    assert "def" not in str(error.value)


def test_shape_names_what_shapes_the_answers_only() -> None:
    shape = CallOptions(model="m").shape()
    assert set(shape) == {"model", "temperature", "max_tokens"}
