"""Asking a second model whether a question can be answered without the narrations (blind) and with them (told)."""

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
from mmego.llm.common_answers import CommonAnswers
from mmego.llm.concurrency import in_flight
from mmego.llm.options import CallOptions
from mmego.llm.prompts import read_prompt
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import Ask
from mmego.qa.data.clip import ClipQA, Verdict
from mmego.qa.writing.windows import numbered
from mmego.records import NarratedClip, Turn

BLIND, TOLD = "blind@1", "told@1"
SAID = "judge"
"""How the `detail` of a failure of the judge's begins."""
COMMON = "common.judge.sqlite"
"""Beside the journals: blind answers of all tasks. (Calls with the sentences of a clip are of that clip alone.)"""
TRIAL = "What did I do first?"
"""Asked blind before anything is taken: a wrong key must not be noticed after the writer was paid for many clips."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One request about a clip, and the turns (from 0, as in dropped.jsonl) that it serves."""

    kind: Literal["blind", "told"]
    ask: Ask
    turns: list[int]


@dataclass(frozen=True)
class JudgeOptions(CallOptions):
    """The second model that questions are tried on: best another one than wrote them."""

    temperature: float = 0.0
    """Sampling temperature; left out for models that refuse it."""
    max_tokens: int = 200
    """Most tokens of one answer; a few words are asked for, but some models think first."""
    sentences: int = 400
    """Sentences shown for the answer with the narrations: those nearest to the ones that the answer rests on."""

    def check(self) -> None:
        """Raise InputError for a value that is not allowed."""
        super().check()
        if self.sentences < 1:
            raise InputError(f"sentences must be 1 or more, got {self.sentences}")


class Judge:
    """Fills in the verdicts of written clips. `tally` counts over all calls of `judge`."""

    def __init__(self, options: JudgeOptions, seed: int = 0) -> None:
        options.check()
        self.options, self.seed = options, seed
        self.tally = Tally()

    def judge(self, samples: Iterable[ClipQA], journal: Path) -> Iterator[ClipQA]:
        """Each sample once, as it is finished, with a verdict a turn; old verdicts are replaced.

        Args:
            samples: read lazily; at most `concurrency` are taken and not yet given back, none before the server took
                a first short call.
            journal: a file of the judge's own (not the one that a generator has open); judges whose journals lie in
                one folder share their blind answers, at the same time too.

        Raises:
            InputError: a fault that no retry mends, in one line. Calls that failed otherwise are no verdict, and a
                `Failure` of the sample whose detail begins with "judge"; those of an earlier judge are replaced.
        """
        with Journal(journal) as book, CommonAnswers(Path(journal).with_name(COMMON)) as common:
            caller = Caller(self.options, self.seed, book, self.tally, common)
            trial = Ask(read_prompt(BLIND).messages(question=TRIAL), self._seed_of(TRIAL))
            yield from in_flight(
                samples,
                lambda sample: self._sample(caller, sample),
                self.options.concurrency,
                caller.close,
                first=lambda: caller.ask(trial),
            )

    async def _sample(self, caller: Caller, sample: ClipQA) -> ClipQA:
        """The sample with verdicts, failures and tokens; turns with the same request share its call."""
        calls = self._calls(sample.clip, sample.qa.turns)
        replies = await asyncio.gather(*(caller.ask(call.ask) for call in calls))
        right: dict[tuple[str, int], bool | None] = {}
        failures = [failure for failure in sample.failures if not failure.detail.startswith(SAID)]
        for call, reply in zip(calls, replies, strict=True):
            failure = reply.fault("--judge.max-tokens")
            if failure is not None:
                if reply.failure is None:  # else the caller has counted it
                    self.tally.fail(failure)
                turns = ", ".join(map(str, call.turns))
                failures.append(replace(failure, detail=f"{SAID}, {call.kind}, turn {turns}: {failure.detail}"))
            for index in call.turns:
                answer = sample.qa.turns[index].answer
                right[call.kind, index] = None if failure is not None else answers_agree(reply.text, answer)
        verdicts = (Verdict(right["blind", i], right["told", i]) for i in range(len(sample.qa.turns)))
        tokens = (sum(reply.prompt_tokens for reply in replies), sum(reply.completion_tokens for reply in replies))
        return replace(sample, verdicts=tuple(verdicts), failures=tuple(failures), judge_tokens=tokens)

    def _calls(self, clip: NarratedClip, turns: Sequence[Turn]) -> list[_Call]:
        """Every request once, in the order of the turns."""
        calls: dict[tuple[str, str, str], _Call] = {}
        for index, turn in enumerate(turns):
            sentences = numbered(clip, nearest(len(clip.narrations), turn.narrations, self.options.sentences))
            blind = read_prompt(BLIND).messages(question=turn.question)
            told = read_prompt(TOLD).messages(question=turn.question, sentences=sentences)
            seed = self._seed_of(turn.question)
            for key, call in (
                (("blind", turn.question, ""), _Call("blind", Ask(blind, seed, common=True), [])),
                (("told", turn.question, sentences), _Call("told", Ask(told, seed), [])),
            ):
                calls.setdefault(key, call).turns.append(index)
        return list(calls.values())

    def _seed_of(self, question: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.seed} {question}".encode()).digest()[:4]) >> 1


def nearest(total: int, cited: Iterable[int], most: int) -> list[int]:
    """At most `most` indices of `total` sentences in order: all, or those nearest in rank to a cited one."""
    places = [index for index in cited if 0 <= index < total] or [total // 2]
    if total <= most:
        return list(range(total))
    return sorted(sorted(range(total), key=lambda i: (min(abs(i - place) for place in places), i))[:most])
