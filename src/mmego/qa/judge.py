"""Asking a second model whether a question can be answered without the narrations (blind) and with them (told)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mmego.errors import InputError
from mmego.qa.agree import answers_agree
from mmego.qa.call_options import CallOptions
from mmego.qa.calls import Caller, Tally
from mmego.qa.dialect import Ask
from mmego.qa.flow import in_flight
from mmego.qa.journal import Journal
from mmego.qa.prompting import read_prompt
from mmego.qa.sample import ClipQA, Verdict
from mmego.qa.windows import numbered
from mmego.records import NarratedClip, Turn

BLIND, TOLD = "blind@1", "told@1"


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
            samples: read lazily; at most `concurrency` are taken and not yet given back.
            journal: a file of the judge's own (not the one that a generator has open).

        Raises:
            InputError: a fault that no retry mends, in one line.
        """
        with Journal(journal) as book:
            caller = Caller(self.options, self.seed, book, self.tally)
            limit = self.options.concurrency
            yield from in_flight(samples, lambda sample: self._sample(caller, sample), limit, caller.close)

    async def _sample(self, caller: Caller, sample: ClipQA) -> ClipQA:
        verdicts = await asyncio.gather(*(self._turn(caller, sample.clip, turn) for turn in sample.qa.turns))
        return replace(sample, verdicts=tuple(verdicts))

    async def _turn(self, caller: Caller, clip: NarratedClip, turn: Turn) -> Verdict:
        sentences = numbered(clip, nearest(len(clip.narrations), turn.narrations, self.options.sentences))
        blind = read_prompt(BLIND).messages(question=turn.question)
        told = read_prompt(TOLD).messages(question=turn.question, sentences=sentences)
        answers = await asyncio.gather(*(self._right(caller, messages, turn) for messages in (blind, told)))
        return Verdict(*answers)

    async def _right(self, caller: Caller, messages: list[dict[str, str]], turn: Turn) -> bool | None:
        """Whether the model's answer is the turn's; None if it gave none."""
        seed = int.from_bytes(hashlib.sha256(f"{self.seed} {turn.question}".encode()).digest()[:4]) >> 1
        reply = await caller.ask(Ask(messages, seed))
        if reply.failure is not None or reply.refusal or not reply.text.strip():
            return None
        return answers_agree(reply.text, turn.answer)


def nearest(total: int, cited: Iterable[int], most: int) -> list[int]:
    """At most `most` indices of `total` sentences in order: all, or those nearest in rank to a cited one."""
    places = [index for index in cited if 0 <= index < total] or [total // 2]
    if total <= most:
        return list(range(total))
    return sorted(sorted(range(total), key=lambda i: (min(abs(i - place) for place in places), i))[:most])
