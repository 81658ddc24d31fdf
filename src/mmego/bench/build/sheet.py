"""The table that people judge a benchmark's questions in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmego.bench.data.folder import Benchmark
from mmego.bench.data.letters import LETTERS
from mmego.errors import InputError
from mmego.reporting.spreadsheet import read_rows, tidy, times_cell, verdict, write_rows
from mmego.records import MCQ

JUDGED = ("correct", "another", "blind", "wording")
"""The columns for verdicts: is the marked answer right, is another option right too, can one answer it without the
video, is it well worded."""
Told = Callable[[MCQ], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One row read back: `row` counts as the spreadsheet does; `answer` is the 0-based option. None: not judged."""

    row: int
    id: str
    question: str
    options: tuple[str, ...]
    answer: int
    correct: bool | None
    another: bool | None
    blind: bool | None
    wording: bool | None
    comment: str


def check_of(benchmark: Benchmark, name: str) -> str:
    """A short mark of a question in this version of the benchmark, whatever people change in its row."""
    # The letter keeps spreadsheet programs from reading the mark as a number.
    return "k" + hashlib.sha256(f"{benchmark.sha256}\0{name}".encode()).hexdigest()[:10]


def write_sheet(path: Path, benchmark: Benchmark, questions: Sequence[MCQ], told: Told) -> int:
    """Write the table of the questions given, whole or not at all; returns their number.

    Args:
        path: the CSV file.
        benchmark: that the questions are of.
        questions: in the order of the rows.
        told: the narrations shown beside a question.
    """
    most = max(len(q.options) for q in questions)
    titles = (*("id", "video", "clip", "times", "narrations", "question"), *LETTERS[:most], "answer")

    def row(q: MCQ) -> list[str]:
        options = [*q.options, *[""] * (most - len(q.options))]
        clip = times_cell([q.clip]) if q.clip is not None else ""
        shown = " | ".join(tidy(text) for text in told(q))
        known = [q.id, q.video, clip, times_cell(q.key_spans), shown, q.question, *options, LETTERS[q.answer]]
        return [*known, *[""] * len(JUDGED), "", check_of(benchmark, q.id)]

    return write_rows(path, (*titles, *JUDGED, "comment", "check"), map(row, questions))


def read_sheet(path: Path, benchmark: Benchmark) -> Iterator[Judged]:
    """The rows of a judged table, in its order.

    Raises:
        InputError: not such a table, a row of another version of the benchmark, a question twice, or a bad value; it
            names file, row and column.
    """
    questions = {q.id: q for q in benchmark.questions}
    needed = ("id", "question", "answer", *JUDGED, "comment", "check")
    seen: dict[str, int] = {}
    for number, row in read_rows(path, needed):
        where, name = f"{path}, row {number}, column", row["id"].strip()
        if row["check"].strip() != check_of(benchmark, name):
            raise InputError(
                f"{where} check: {name!r} is of another version of the benchmark than {benchmark.path} "
                "(or its id or check was changed): export the sheet again from this one"
            )
        if name not in questions:
            raise InputError(f"{where} id: {benchmark.path} has no question {name!r}")
        if name in seen:
            raise InputError(f"{where} id: {name!r} is in row {seen[name]} already")
        seen[name] = number
        options = _options(row, questions[name], where)
        marks = {column: verdict(row[column], f"{where} {column}") for column in JUDGED}
        answer = _answer(row["answer"], len(options), f"{where} answer")
        yield Judged(number, name, row["question"], options, answer, comment=row["comment"].strip(), **marks)


def _options(row: dict[str, str], question: MCQ, where: str) -> tuple[str, ...]:
    letters = LETTERS[: len(question.options)]
    missing = [name for name in letters if name.lower() not in row]
    if missing:
        raise InputError(f"{where} {missing[0]}: is missing; {question.id!r} has {len(letters)} options")
    return tuple(row[name.lower()] for name in letters)


def _answer(cell: str, options: int, where: str) -> int:
    name = cell.strip().upper()
    if len(name) == 1 and name in LETTERS[:options]:
        return LETTERS.index(name)
    raise InputError(f"{where}: {cell!r} is no option; allowed are {', '.join(LETTERS[:options])}")
