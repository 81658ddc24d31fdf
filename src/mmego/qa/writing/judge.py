"""Asking a second model whether it can answer a question without the narrations (blind) and with them (narrated)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mmego.errors import InputError
from mmego.language.answer_matching import answers_agree
from mmego.llm.client import Caller, Tally
from mmego.llm.concurrency import map_concurrently
from mmego.llm.options import CallOptions
from mmego.llm.prompts import read_prompt
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import ChatRequest
from mmego.llm.shared_answers import SharedAnswers
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.qa.writing.windows import number_sentences
from mmego.records import NarratedClip, Turn

BLIND, NARRATED = "blind@1", "told@1"
JUDGE = "judge"
"""The beginning of `Failure.detail` for failures of the judge."""
COMMON = "shared.judge.sqlite"
"""The file beside the journals with the blind answers of all tasks. Calls with sentences concern one clip only."""
TRIAL = "What did I do first?"
"""A first question, asked blind: a wrong key is noticed before the writer is paid for many clips."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One request about a clip, and the turns that it serves (from 0, as in dropped.jsonl).

    `kind` is the name of the prompt. It is part of a failure's `detail`.
    """

    kind: Literal["blind", "told"]
    request: ChatRequest
    turns: list[int]


@dataclass(frozen=True)
class JudgeOptions(CallOptions):
    """The second model that answers the questions. Use another one than the writer."""

    temperature: float = 0.0
    """Sampling temperature; left out for models that refuse it."""
    max_tokens: int = 200
    """Most tokens of one answer. The answer is a few words, but some models think first."""
    sentences: int = 400
    """Sentences in a call with the narrations: those nearest to the cited ones."""

    def check(self) -> None:
        """Raise InputError for a value that is not allowed."""
        super().check()
        if self.sentences < 1:
            raise InputError(f"sentences must be 1 or more, got {self.sentences}")


class Judge:
    """Adds verdicts to written clips. `tally` counts all calls of `judge`."""

    def __init__(self, options: JudgeOptions, seed: int = 0) -> None:
        options.check()
        self.options, self.seed = options, seed
        self.tally = Tally()

    def judge(self, samples: Iterable[ClipQA], journal: Path) -> Iterator[ClipQA]:
        """Yield each sample once, as it is finished, with a verdict per turn. Old verdicts are replaced.

        Args:
            samples: read lazily, at most `concurrency` ahead, and none before the server answered a first short call.
            journal: a file for this judge only (not the one that a generator has open). Judges with journals in one
                folder share their blind answers, also at the same time.

        Raises:
            InputError: an error that a retry cannot fix, in one line. A call that failed otherwise gives no verdict,
                and a `Failure` of the sample with a detail that begins with "judge". It replaces an earlier judge's.
        """
        with Journal(journal) as book, SharedAnswers(Path(journal).with_name(COMMON)) as shared:
            caller = Caller(self.options, self.seed, book, self.tally, shared)
            trial = ChatRequest(read_prompt(BLIND).messages(question=TRIAL), self._seed_of(TRIAL))
            yield from map_concurrently(
                samples,
                lambda sample: self._sample(caller, sample),
                self.options.concurrency,
                caller.close,
                first=lambda: caller.ask(trial),
            )

    async def _sample(self, caller: Caller, sample: ClipQA) -> ClipQA:
        """Return the sample with verdicts, failures and tokens. Turns with the same request share one call."""
        calls = self._calls(sample.clip, sample.qa.turns)
        replies = await asyncio.gather(*(caller.ask(call.request) for call in calls))
        right: dict[tuple[str, int], bool | None] = {}
        failures = [failure for failure in sample.failures if not failure.detail.startswith(JUDGE)]
        for call, reply in zip(calls, replies, strict=True):
            failure = reply.no_answer("--judge.max-tokens")
            if failure is not None:
                if reply.failure is None:  # Otherwise the caller has counted it.
                    self.tally.fail(failure)
                turns = ", ".join(map(str, call.turns))
                failures.append(replace(failure, detail=f"{JUDGE}, {call.kind}, turn {turns}: {failure.detail}"))
            for index in call.turns:
                answer = sample.qa.turns[index].answer
                right[call.kind, index] = None if failure is not None else answers_agree(reply.text, answer)
        verdicts = (Verdict(right["blind", i], right["told", i]) for i in range(len(sample.qa.turns)))
        tokens = (sum(reply.prompt_tokens for reply in replies), sum(reply.completion_tokens for reply in replies))
        return replace(sample, verdicts=tuple(verdicts), failures=tuple(failures), judge_tokens=tokens)

    def _calls(self, clip: NarratedClip, turns: Sequence[Turn]) -> list[_Call]:
        """Return every request once, in the order of the turns."""
        calls: dict[tuple[str, str, str], _Call] = {}
        for index, turn in enumerate(turns):
            sentences = number_sentences(
                clip, nearest_sentences(len(clip.narrations), turn.narrations, self.options.sentences)
            )
            blind = read_prompt(BLIND).messages(question=turn.question)
            narrated = read_prompt(NARRATED).messages(question=turn.question, sentences=sentences)
            seed = self._seed_of(turn.question)
            for key, call in (
                (("blind", turn.question, ""), _Call("blind", ChatRequest(blind, seed, shared=True), [])),
                (("told", turn.question, sentences), _Call("told", ChatRequest(narrated, seed), [])),
            ):
                calls.setdefault(key, call).turns.append(index)
        return list(calls.values())

    def _seed_of(self, question: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.seed} {question}".encode()).digest()[:4]) >> 1


def nearest_sentences(total: int, cited: Iterable[int], most: int) -> list[int]:
    """Return at most `most` indices of `total` sentences, in order: all, or those nearest in rank to a cited one."""
    places = [index for index in cited if 0 <= index < total] or [total // 2]
    if total <= most:
        return list(range(total))
    return sorted(sorted(range(total), key=lambda i: (min(abs(i - place) for place in places), i))[:most])
