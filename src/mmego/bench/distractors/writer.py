"""From open questions to four-way multiple choice, with any writer of wrong choices.

`write_choices` is the entry point. It reads the samples twice (a writer learns from the whole corpus first), so it
keeps them in a temporary file: memory does not grow with them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Protocol

from mmego.bench.data.letters import deal
from mmego.bench.distractors.answer_form import AnswerForm
from mmego.bench.distractors.checks import CHOICES, CheckCounts, ClipTruth, find_problems
from mmego.narrations.clean import Drops
from mmego.records import MCQ, QA, NarratedClip, Narration, Turn
from mmego.records.length_classes import length_class

Clips = Callable[[str], NarratedClip | None]
"""Gives the clip of a sample by the sample's id, or None if its narrations are not available."""

NO_FOUR_CHOICES: dict[AnswerForm, str] = {
    "yes_no": "yes or no: there are no four options",
    "hand": "left, right or both hands: there are no four options",
}
"""Answer forms that cannot have three wrong choices, with the drop reason of each."""
TOO_FEW = "too few wrong options that pass the checks"


@dataclass(frozen=True, slots=True)
class QuestionToFill:
    """One question of a sample that needs wrong choices.

    `number` is its place in `qa.turns`, `serial` its place among all items; `truth` and `clip` belong to the clip.
    """

    qa: QA
    number: int
    serial: int = 0
    clip: NarratedClip | None = None
    truth: ClipTruth | None = None

    @property
    def turn(self) -> Turn:
        """The question with its answer."""
        return self.qa.turns[self.number]

    @property
    def narrations(self) -> Sequence[Narration]:
        """The narrations of the clip; empty where they are not available."""
        return self.clip.narrations if self.clip is not None else ()


@dataclass(frozen=True, slots=True)
class WrittenChoices:
    """A question with its three wrong choices; without them `dropped` is the reason and `detail` an example."""

    item: QuestionToFill
    wrong: tuple[str, ...] | None = None
    dropped: str = ""
    detail: str = ""


class ChoiceWriter(Protocol):
    """Anything that writes wrong choices."""

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Read the corpus once, before the first `write`; may do nothing."""
        ...

    def write(self, items: Iterable[QuestionToFill]) -> Iterator[WrittenChoices]:
        """Yield each item exactly once, in any order; items are read lazily."""
        ...


# ---- Open questions become four-way multiple choice


def write_choices(
    samples: Iterable[QA],
    clips: Clips,
    writer: ChoiceWriter,
    seed: int,
    drops: Drops,
    checks: CheckCounts | None = None,
    wanted: Callable[[str], bool] | None = None,
) -> Iterator[MCQ]:
    """Yield a multiple-choice question for every turn that can have three wrong choices, in the order of the samples.

    Args:
        samples: any conversations; read once.
        clips: see `Clips`. Where it gives None, whether a wrong choice is true is not checked; `checks.not_made`
            counts such questions.
        writer: for example `RulesWriter(seed)` or `LlmWriter(...)`.
        seed: deals the letters over all questions (`letters.deal`).
        drops: counts the turns left out, by reason.
        checks: counts what was checked, once more on the finished questions; a problem there drops the question.
        wanted: says whether to write the question of this id (``{sample}-{turn}``). The others are not counted, but the
            writer learns from them. None: all.
    """
    checks = checks if checks is not None else CheckCounts()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        for sample in samples:
            spool.write(json.dumps(sample.to_json()) + "\n")
        writer.prepare(_again(spool), clips)
        letters = deal(iter(lambda: CHOICES, 0), seed)
        for written in _in_order(writer.write(_items(_again(spool), clips, wanted))):
            question = _finished(written, drops, checks)
            if question is not None:
                yield _with_letter(question, next(letters))


def _again(spool: IO[str]) -> Iterator[QA]:
    """Yield the samples from the beginning; other readers of the file do not disturb this one."""
    place = 0
    while True:
        spool.seek(place)
        line = spool.readline()
        if not line:
            return
        place = spool.tell()
        yield QA.from_json(json.loads(line))


def _items(samples: Iterable[QA], clips: Clips, wanted: Callable[[str], bool] | None) -> Iterator[QuestionToFill]:
    """Yield every wanted turn of every sample with its clip."""
    serial = 0
    for sample in samples:
        numbers = [n for n in range(len(sample.turns)) if wanted is None or wanted(f"{sample.id}-{n}")]
        clip = clips(sample.id) if numbers else None
        truth = ClipTruth(clip.narrations) if clip is not None else None
        for number in numbers:
            yield QuestionToFill(sample, number, serial, clip, truth)
            serial += 1


def _in_order(found: Iterable[WrittenChoices]) -> Iterator[WrittenChoices]:
    """Yield in the order of the items what is finished in any order: slow calls do not change the bytes."""
    waiting: dict[int, WrittenChoices] = {}
    next_serial = 0
    for written in found:
        waiting[written.item.serial] = written
        while next_serial in waiting:
            yield waiting.pop(next_serial)
            next_serial += 1


def _finished(written: WrittenChoices, drops: Drops, checks: CheckCounts) -> MCQ | None:
    """Return the question with its right choice first; None if there is none, which `drops` counts."""
    item = written.item
    turn, name = item.turn, f"{item.qa.id}-{item.number}"
    if written.wrong is None:
        detail = f" [{written.detail}]" if written.detail else ""
        drops.add(written.dropped, f"{name}: {turn.question} {turn.answer}{detail}")
        return None
    question = MCQ(
        id=name,
        video=item.qa.video,
        clip=item.qa.clip,
        question=turn.question,
        options=(turn.answer, *written.wrong),
        answer=0,
        length_class=length_class(item.qa.clip.length),
        key_spans=turn.key_spans,
        category=turn.category,
        source=item.qa.source,
    )
    found = find_problems(question, item.truth, turn.narrations)
    checks.add(found, item.truth is not None)
    if found:
        drops.add(found[0].reason, f"{name}: {turn.question} {turn.answer} [{found[0]}]")
        return None
    return question


def _with_letter(question: MCQ, place: int) -> MCQ:
    """Return the question with its right choice at `place`; the wrong ones keep their order."""
    right, *wrong = question.options
    return replace(question, options=(*wrong[:place], right, *wrong[place:]), answer=place)
