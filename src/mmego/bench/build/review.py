"""People judge a sample of a benchmark's questions: draw it, read the verdicts back, leave out what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mmego.bench.build.history import begin, save_step
from mmego.bench.data.folder import Benchmark
from mmego.bench.build.sheet import JUDGED, Judged, read_sheet, write_sheet
from mmego.bench.build.source import QuestionSource
from mmego.errors import InputError
from mmego.files import file_hash, require_file, write_json
from mmego.qa.data.review import By
from mmego.review.verdicts import Rate, by_rank, draw_evenly, rates_json
from mmego.reporting.spreadsheet import tidy
from mmego.records import MCQ, Span

Column = Literal["correct", "another", "blind", "wording"]
DROP: tuple[Column, ...] = ("correct", "another")
BAD = {"correct": False, "another": True, "blind": True, "wording": False}
"""The verdict that speaks against a question, by column."""
REVIEW = "review.json"


@dataclass(frozen=True, slots=True)
class Review:
    """Rates of yes by column over all rows, by category and by length class; ids left out and corrected."""

    rows: tuple[Judged, ...]
    overall: dict[str, Rate]
    by_category: dict[str, dict[str, Rate]]
    by_length_class: dict[str, dict[str, Rate]]
    edited: frozenset[str]
    left_out: frozenset[str]


def draw_questions(questions: Sequence[MCQ], number: int, seed: int, by: By | None = None) -> list[MCQ]:
    """At most `number` questions in their order: every one with the same chance, or equally many of each group."""
    return draw_evenly(((str(getattr(q, by)) if by else "", q) for q in questions), number, seed)


def export_review(
    benchmark: Benchmark,
    to: Path,
    number: int = 200,
    seed: int = 0,
    by: By | None = None,
    source: QuestionSource | None = None,
) -> int:
    """Write a table of `number` questions for people to judge; returns the number written.

    `source`, the data set that the benchmark was built from, gives the narrations that are shown. A table that is there
    already is never overwritten (InputError): people may have filled it in.
    """
    if Path(to).exists():
        raise InputError(f"{to} is there already and may hold verdicts: name another file, or remove it")
    require_file(to)

    def told(question: MCQ) -> list[str]:
        clip = source.clip(question.id.rpartition("-")[0]) if source is not None else None
        if clip is None or clip.video != question.video:
            return []
        return [n.text for n in clip.narrations if any(_meet(n.span, span) for span in question.key_spans)]

    return write_sheet(to, benchmark, draw_questions(benchmark.questions, number, seed, by), told)


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
        edits: take changed questions, options and letters as corrections; a corrected question is kept whatever its
            verdicts.
        drop: questions that one of these columns speaks against (`BAD`) are left out.

    Raises:
        InputError: a bad value, a sheet of another version of the benchmark, no verdict at all, a changed text without
            `edits`, or a correction that leaves two options alike.
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
    """The question as the row has it; the very same where nothing but spaces was changed."""

    def text(column: str, new: str, old: str) -> str:
        if not tidy(new):
            raise InputError(f"{sheet}, row {row.row}, column {column}: is empty; it was {old!r}")
        return old if tidy(new) == tidy(old) else tidy(new)

    asked = text("question", row.question, question.question)
    pairs = zip(row.options, question.options, strict=True)
    options = tuple(text(f"option {i + 1}", new, old) for i, (new, old) in enumerate(pairs))
    new = replace(question, question=asked, options=options, answer=row.answer)
    if new != question and len({option.casefold() for option in options}) < len(options):
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
        names = sorted({getattr(known[row.id], by) for row in rows}, key=by_rank)
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
    corrected = {"question": tidy(row.question), "options": list(map(tidy, row.options)), "answer": row.answer}
    verdicts = {column: getattr(row, column) for column in JUDGED}
    return {"id": row.id, **verdicts, "comment": row.comment, **(corrected if row.id in edited else {})}
