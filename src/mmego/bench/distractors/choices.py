"""Open questions become four-way multiple choice: the one way in, for any writer of wrong options.

The samples are read twice (a writer learns from the whole corpus first), so they are kept in a temporary file: memory
does not grow with them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO

from mmego.bench.data.letters import deal
from mmego.bench.distractors.checks import Checks, faults
from mmego.bench.distractors.truth import Truth
from mmego.bench.distractors.writer import Clips, Item, Writer, Written
from mmego.narrations.clean import Drops
from mmego.records import MCQ, QA
from mmego.records.length_classes import length_class

OPTIONS = 4


def write_options(
    samples: Iterable[QA],
    clips: Clips,
    writer: Writer,
    seed: int,
    drops: Drops,
    checks: Checks | None = None,
    wanted: Callable[[str], bool] | None = None,
) -> Iterator[MCQ]:
    """A question for every turn that can have three wrong options, in the order of the samples.

    Args:
        samples: any conversations; read once.
        clips: see `items.Clips`. Where it gives None, whether a wrong option is true cannot be checked: such
            questions are counted in `checks.not_made`.
        writer: `distract.RulesOptions(seed)` or `distract_llm.LlmWriter(...)`.
        seed: of the letters, which are dealt over all questions (`letters.deal`).
        drops: counts the turns left out, by reason.
        wanted: whether a question of this id (``{sample}-{turn}``) is to be written; the others are neither asked about
            nor counted, but the writer learns from them. None: all.
        checks: counts what was checked, once more on the finished questions; a fault there drops the question.
    """
    checks = checks if checks is not None else Checks()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        for sample in samples:
            spool.write(json.dumps(sample.to_json()) + "\n")
        writer.prepare(_again(spool), clips)
        letters = deal(iter(lambda: OPTIONS, 0), seed)
        for written in _in_order(writer.write(_items(_again(spool), clips, wanted))):
            question = _finished(written, drops, checks)
            if question is not None:
                yield _with_letter(question, next(letters))


def _again(spool: IO[str]) -> Iterator[QA]:
    """The samples from the beginning; what is read between does not matter to a reader of its own place."""
    place = 0
    while True:
        spool.seek(place)
        line = spool.readline()
        if not line:
            return
        place = spool.tell()
        yield QA.from_json(json.loads(line))


def _items(samples: Iterable[QA], clips: Clips, wanted: Callable[[str], bool] | None) -> Iterator[Item]:
    """Every turn of every sample, with what is known of its clip."""
    serial = 0
    for sample in samples:
        numbers = [n for n in range(len(sample.turns)) if wanted is None or wanted(f"{sample.id}-{n}")]
        clip = clips(sample.id) if numbers else None
        truth = Truth(clip.narrations) if clip is not None else None
        for number in numbers:
            yield Item(sample, number, serial, clip, truth)
            serial += 1


def _in_order(found: Iterable[Written]) -> Iterator[Written]:
    """What is finished in any order, in the order of the items: the same bytes whichever call was slow."""
    waiting: dict[int, Written] = {}
    following = 0
    for written in found:
        waiting[written.item.serial] = written
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _finished(written: Written, drops: Drops, checks: Checks) -> MCQ | None:
    """The question with its right option first; None if there is none, counted in `drops`."""
    item = written.item
    turn, name = item.turn, f"{item.qa.id}-{item.number}"
    if written.wrong is None:
        said = f" [{written.detail}]" if written.detail else ""
        drops.add(written.dropped, f"{name}: {turn.question} {turn.answer}{said}")
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
    found = faults(question, item.truth, turn.narrations)
    checks.add(found, item.truth is not None)
    if found:
        drops.add(found[0].reason, f"{name}: {turn.question} {turn.answer} [{found[0]}]")
        return None
    return question


def _with_letter(question: MCQ, place: int) -> MCQ:
    """The question with its right option at `place`; the wrong ones keep the order in which they were written."""
    right, *wrong = question.options
    return replace(question, options=(*wrong[:place], right, *wrong[place:]), answer=place)
