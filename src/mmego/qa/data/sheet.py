"""The table that people judge turns in: CSV as spreadsheet programs write and read it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmego.qa.data.read import turn_name
from mmego.records import QA
from mmego.reporting.spreadsheet import read_rows, tidy, times_cell, verdict, write_rows

JUDGED = ("grammar", "correct", "blind")
"""The columns for verdicts: is it good English, is the answer right, can one answer it without the video."""
COLUMNS = ("id", "turn", "video", "times", "narrations", "question", "answer", *JUDGED, "comment", "check")
_NEEDED = ("id", "question", "answer", *JUDGED, "comment", "check")


@dataclass(frozen=True, slots=True)
class Judged:
    """One row read back: `row` counts as the spreadsheet does, from 1 for the titles. None: not judged."""

    row: int
    id: str
    question: str
    answer: str
    grammar: bool | None
    correct: bool | None
    blind: bool | None
    comment: str
    check: str


def check_of(sample: QA, index: int) -> str:
    """A short mark of a turn's texts: tells a corrected question from a row of another data set."""
    turn = sample.turns[index]
    told = "\0".join((turn_name(sample.id, index), tidy(turn.question), tidy(turn.answer)))
    # The letter keeps spreadsheet programs from reading the mark as a number.
    return "k" + hashlib.sha256(told.encode()).hexdigest()[:10]


def write_sheet(path: Path, turns: Iterable[tuple[QA, int]], narrations: Mapping[str, Sequence[str]]) -> int:
    """Write the table of the turns given (sample and index), whole or not at all; returns the number of turns.

    Args:
        path: the CSV file.
        turns: in the order of the rows.
        narrations: the sentences of each sample's clip, by sample id; those of missing samples stay empty.
    """
    return write_rows(path, COLUMNS, (_row(sample, index, narrations.get(sample.id, ())) for sample, index in turns))


def _row(sample: QA, index: int, told: Sequence[str]) -> list[str]:
    turn = sample.turns[index]
    cited = " | ".join(tidy(told[i]) for i in turn.narrations if 0 <= i < len(told))
    name, check = turn_name(sample.id, index), check_of(sample, index)
    row = [name, str(index), sample.video, times_cell(turn.key_spans), cited, turn.question, turn.answer]
    return [*row, "", "", "", "", check]


def read_sheet(path: Path) -> Iterator[Judged]:
    """The rows of a judged table, in its order; empty rows are passed over.

    Raises:
        InputError: not such a table, or a bad value, naming file, row, column and what is allowed.
    """
    for number, row in read_rows(path, _NEEDED):
        marks = {name: verdict(row[name], f"{path}, row {number}, column {name}") for name in JUDGED}
        yield Judged(
            number,
            row["id"].strip(),
            row["question"],
            row["answer"],
            comment=row["comment"].strip(),
            check=row["check"].strip(),
            **marks,
        )
