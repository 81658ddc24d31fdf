"""QaEgo4D and EgoTimeQA in closed form, as GroundVQA publishes them: a JSON array for each split.

    {"video_id", "sample_id", "question", "answer", "wrong_answers": [3], "moment_start_frame", "moment_end_frame"}

`video_id` is the uid of a canonical CLIP of Ego4D, not of a video; frames count from its start at 30 a second. A file
with choices in a fixed order has ``options`` (4, the answer among them) instead of ``wrong_answers``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mmego.bench.importers.entries import read_rows
from mmego.bench.importers.rows import Imported, ImportSettings, Row, multiple_choice
from mmego.records import MCQ, Span

CHOICES = 4
FRAMES_PER_SECOND = 30.0
_SPLIT = re.compile(r"_(train|val|test)\b|_(train|val|test)_")


def read_qaego4d(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read the closed questions of QaEgo4D."""
    return _read(files, settings, "qaego4d")


def read_egotimeqa(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read the closed questions of EgoTimeQA, which a language model wrote."""
    return _read(files, settings, "egotimeqa")


def _read(files: Sequence[Path], settings: ImportSettings, dataset: str) -> Imported:
    found = Imported(settings.strict)
    for path in files:
        match = _SPLIT.search(Path(path).stem)
        split = match[1] or match[2] if match else None
        for number, row in enumerate(read_rows(path), 1):
            found.take(row, partial(_question, number=number, dataset=dataset, split=split, seed=settings.seed))
    return found


def _question(row: Row, number: int, dataset: str, split: str | None, seed: int) -> MCQ:
    video = row.text("video_id")
    # EgoTimeQA's sample_id is null: its questions are named by their place in the file.
    given = row.values.get("sample_id")
    name = f"{dataset}-{row.file.stem}-{number}" if given is None else row.text("sample_id")
    row = row.named(f"{row.name} ({name})")
    choices, answer = _choices(row, random.Random(f"{seed} {name} {row.text('question')}"))
    return multiple_choice(
        row,
        dataset,
        id=name,
        video=video,
        question=row.text("question"),
        choices=choices,
        answer=answer,
        category=dataset,
        key_spans=(_moment(row),),
        split=split,
    )


def _choices(row: Row, rng: random.Random) -> tuple[tuple[str, ...], int]:
    """Return the choices and the place of the right one: in the file's order, or in one drawn by the seed."""
    answer = row.text("answer")
    if "options" in row.values:
        choices = row.choices(row.need("options"), CHOICES)
        places = [n for n, choice in enumerate(choices) if choice.casefold() == answer.casefold()]
        if len(places) != 1:
            raise row.fault(f"the answer {answer!r} is {len(places)} of the options, must be one")
        return choices, places[0]
    if "wrong_answers" not in row.values:
        raise row.fault(
            "has neither 'wrong_answers' nor 'options': the open questions of QaEgo4D (the only version before 2024); "
            "give the closed ones, annotations.QaEgo4D_test_close.json or EgoTimeQA's after generate_close_qa"
        )
    wrong = row.choices(row.need("wrong_answers"), CHOICES - 1)
    place = rng.randrange(CHOICES)
    return (*wrong[:place], answer, *wrong[place:]), place


def _moment(row: Row) -> Span:
    start, end = row.number("moment_start_frame"), row.number("moment_end_frame")
    if start > end:
        raise row.fault(f"the moment ends (frame {end:g}) before it starts (frame {start:g})")
    return Span(start / FRAMES_PER_SECOND, end / FRAMES_PER_SECOND)
