"""People judge a sample of a benchmark's questions: draw it, write the table, read the verdicts, drop what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mmego.bench.build.history import begin, save_step
from mmego.bench.build.source import QuestionSource
from mmego.bench.data.folder import Benchmark
from mmego.bench.data.letters import LETTERS
from mmego.errors import InputError
from mmego.files import file_hash, require_file, write_json
from mmego.qa.data.review import By
from mmego.records import MCQ, Span
from mmego.reporting.spreadsheet import read_rows, read_verdict, single_spaced, times_cell, write_rows
from mmego.review.verdicts import Rate, draw_evenly, group_rank, rates_json

Column = Literal["correct", "another", "blind", "wording"]
DROP: tuple[Column, ...] = ("correct", "another")
BAD = {"correct": False, "another": True, "blind": True, "wording": False}
"""By column, the verdict that speaks against a question."""
REVIEW = "review.json"


@dataclass(frozen=True, slots=True)
class Review:
    """Rates of yes by column, over all rows, by category and by length class; ids left out and ids corrected."""

    rows: tuple[Judged, ...]
    overall: dict[str, Rate]
    by_category: dict[str, dict[str, Rate]]
    by_length_class: dict[str, dict[str, Rate]]
    edited: frozenset[str]
    left_out: frozenset[str]


def draw_questions(questions: Sequence[MCQ], number: int, seed: int, by: By | None = None) -> list[MCQ]:
    """Return at most `number` questions in their order: all with the same chance, or equally many of each group."""
    return draw_evenly(((str(getattr(q, by)) if by else "", q) for q in questions), number, seed)


def export_review(
    benchmark: Benchmark,
    to: Path,
    number: int = 200,
    seed: int = 0,
    by: By | None = None,
    source: QuestionSource | None = None,
) -> int:
    """Write a table of `number` questions for people to judge; return the number written.

    `source`, the data set of the benchmark, gives the narrations that are shown. An existing table is never overwritten
    (InputError): people may have filled it in.
    """
    if Path(to).exists():
        raise InputError(f"{to} is there already and may hold verdicts: name another file, or remove it")
    require_file(to)

    def narrations_of(question: MCQ) -> list[str]:
        clip = source.clip(question.id.rpartition("-")[0]) if source is not None else None
        if clip is None or clip.video != question.video:
            return []
        return [n.text for n in clip.narrations if any(_meet(n.span, span) for span in question.key_spans)]

    return write_sheet(to, benchmark, draw_questions(benchmark.questions, number, seed, by), narrations_of)


def _meet(one: Span, two: Span) -> bool:
    return one.start <= two.end and two.start <= one.end


def import_review(
    benchmark: Benchmark,
    sheet: Path,
    out: Path,
    name: str,
    edits: bool = False,
    drop: Collection[Column] = DROP,
) -> tuple[Review, Benchmark]:
    """Read verdicts back and write the reviewed benchmark to `out`, with every verdict in ``review.json`` there.

    Args:
        benchmark: the one that the sheet was drawn from; it stays as it is.
        sheet: the judged table; rows may be reordered or deleted.
        out: the new benchmark's folder.
        name: what it is called.
        edits: take changed questions, choices and letters as corrections; a corrected question is kept, whatever its
            verdicts.
        drop: questions that one of these columns speaks against (`BAD`) are left out.

    Raises:
        InputError: a bad value, a sheet of another version of the benchmark, no verdict at all, a changed text without
            `edits`, or a correction that leaves two choices alike.
    """
    rows = {row.id: row for row in read_sheet(sheet, benchmark)}
    edited = {q.id: new for q in benchmark.questions if q.id in rows and (new := _edited(q, rows[q.id], sheet)) != q}
    if edited and not edits:
        row = rows[next(iter(edited))]
        raise InputError(
            f"{sheet}, row {row.row}: a question, option or letter was changed; give --edits to take it as a "
            "correction, or undo it"
        )
    if not edited and not any(getattr(row, column) is not None for row in rows.values() for column in JUDGED):
        raise InputError(f"{sheet} holds no verdict: fill in {', '.join(JUDGED)} with y or n")
    begin(out, {"name": name, "benchmark": benchmark.sha256, "sheet": file_hash(sheet), "drop": sorted(drop)})
    wrong = {row.id for row in rows.values() if any(getattr(row, column) is BAD[column] for column in drop)}
    left_out = wrong - edited.keys()
    kept = [edited.get(q.id, q) for q in benchmark.questions if q.id not in left_out]
    review = _summed(tuple(rows.values()), benchmark.questions, frozenset(edited), frozenset(left_out))
    counts = _counts_json(review)
    step = {"step": "review", "sheet": Path(sheet).name, "drop": sorted(drop), **counts}
    made = save_step(out, name, kept, step, benchmark)
    write_json(Path(out) / REVIEW, {**counts, "verdicts": [_row_json(row, edited) for row in review.rows]})
    return review, made


def _edited(question: MCQ, row: Judged, sheet: Path) -> MCQ:
    """Return the question as the row has it; the same object if only spaces changed."""

    def text(column: str, new: str, old: str) -> str:
        if not single_spaced(new):
            raise InputError(f"{sheet}, row {row.row}, column {column}: is empty; it was {old!r}")
        return old if single_spaced(new) == single_spaced(old) else single_spaced(new)

    asked = text("question", row.question, question.question)
    pairs = zip(row.choices, question.options, strict=True)
    choices = tuple(text(f"option {i + 1}", new, old) for i, (new, old) in enumerate(pairs))
    new = replace(question, question=asked, options=choices, answer=row.answer)
    if new != question and len({choice.casefold() for choice in choices}) < len(choices):
        raise InputError(f"{sheet}, row {row.row}: two options of {question.id!r} are alike")
    return new


def _summed(
    rows: tuple[Judged, ...], questions: Sequence[MCQ], edited: frozenset[str], left_out: frozenset[str]
) -> Review:
    known = {q.id: q for q in questions}

    def rates(chosen: Iterable[Judged]) -> dict[str, Rate]:
        found = list(chosen)
        verdicts = {column: [getattr(row, column) for row in found] for column in JUDGED}
        return {column: Rate.of(v for v in marks if v is not None) for column, marks in verdicts.items()}

    def grouped(by: By) -> dict[str, dict[str, Rate]]:
        names = sorted({getattr(known[row.id], by) for row in rows}, key=group_rank)
        return {name: rates(row for row in rows if getattr(known[row.id], by) == name) for name in names}

    return Review(rows, rates(rows), grouped("category"), grouped("length_class"), edited, left_out)


def _counts_json(review: Review) -> dict[str, Any]:
    return {
        "rows": len(review.rows),
        "edited": len(review.edited),
        "left_out": len(review.left_out),
        "overall": rates_json(review.overall),
        "by_category": {name: rates_json(rates) for name, rates in review.by_category.items()},
        "by_length_class": {name: rates_json(rates) for name, rates in review.by_length_class.items()},
    }


def _row_json(row: Judged, edited: Collection[str]) -> dict[str, Any]:
    corrected = {
        "question": single_spaced(row.question),
        "options": list(map(single_spaced, row.choices)),
        "answer": row.answer,
    }
    verdicts = {column: getattr(row, column) for column in JUDGED}
    return {"id": row.id, **verdicts, "comment": row.comment, **(corrected if row.id in edited else {})}


# ---- The table that people fill in

JUDGED = ("correct", "another", "blind", "wording")
"""The columns for verdicts: is the marked answer right, is another choice right too, can you answer without the video,
is the question well worded.
"""
NarrationsOf = Callable[[MCQ], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One row read back: `row` counts as a spreadsheet does, `answer` is the 0-based choice. None: not judged."""

    row: int
    id: str
    question: str
    choices: tuple[str, ...]
    answer: int
    correct: bool | None
    another: bool | None
    blind: bool | None
    wording: bool | None
    comment: str


def check_of(benchmark: Benchmark, name: str) -> str:
    """Return a short mark of a question in this version of the benchmark, whatever people change in its row."""
    # The letter keeps spreadsheet programs from reading the mark as a number.
    return "k" + hashlib.sha256(f"{benchmark.sha256}\0{name}".encode()).hexdigest()[:10]


def write_sheet(path: Path, benchmark: Benchmark, questions: Sequence[MCQ], narrations_of: NarrationsOf) -> int:
    """Write the table of the questions, whole or not at all; return their number.

    Args:
        path: the CSV file.
        benchmark: that the questions are from.
        questions: in the order of the rows.
        narrations_of: gives the narrations shown beside a question.
    """
    most = max(len(q.options) for q in questions)
    titles = (*("id", "video", "clip", "times", "narrations", "question"), *LETTERS[:most], "answer")

    def row(q: MCQ) -> list[str]:
        choices = [*q.options, *[""] * (most - len(q.options))]
        clip = times_cell([q.clip]) if q.clip is not None else ""
        shown = " | ".join(single_spaced(text) for text in narrations_of(q))
        known = [q.id, q.video, clip, times_cell(q.key_spans), shown, q.question, *choices, LETTERS[q.answer]]
        return [*known, *[""] * len(JUDGED), "", check_of(benchmark, q.id)]

    return write_rows(path, (*titles, *JUDGED, "comment", "check"), map(row, questions))


def read_sheet(path: Path, benchmark: Benchmark) -> Iterator[Judged]:
    """Yield the rows of a judged table, in its order.

    Raises:
        InputError: not such a table, a row of another version of the benchmark, a question twice, or a bad value; the
            message names file, row and column.
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
        choices = _choices(row, questions[name], where)
        marks = {column: read_verdict(row[column], f"{where} {column}") for column in JUDGED}
        answer = _answer(row["answer"], len(choices), f"{where} answer")
        yield Judged(number, name, row["question"], choices, answer, comment=row["comment"].strip(), **marks)


def _choices(row: dict[str, str], question: MCQ, where: str) -> tuple[str, ...]:
    letters = LETTERS[: len(question.options)]
    missing = [name for name in letters if name.lower() not in row]
    if missing:
        raise InputError(f"{where} {missing[0]}: is missing; {question.id!r} has {len(letters)} options")
    return tuple(row[name.lower()] for name in letters)


def _answer(cell: str, choices: int, where: str) -> int:
    name = cell.strip().upper()
    if len(name) == 1 and name in LETTERS[:choices]:
        return LETTERS.index(name)
    raise InputError(f"{where}: {cell!r} is not a choice; allowed are {', '.join(LETTERS[:choices])}")
