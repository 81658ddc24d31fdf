"""People judge a sample of the turns: draw it, read the verdicts back, sum them up, leave out what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from mmego.errors import InputError
from mmego.files import file_hash, read_records, write_json, write_jsonl
from mmego.qa.data.read import REVIEW, REVIEWED, REVIEWED_HASH, read_samples, samples_file, turn_name
from mmego.qa.data.sheet import JUDGED, Judged, check_of, read_sheet, write_sheet
from mmego.records import QA, NarratedClip
from mmego.records.length_classes import length_class
from mmego.reporting.spreadsheet import tidy
from mmego.review.verdicts import Rate, by_rank, draw_evenly, rates_json

By = Literal["category", "length_class"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Review:
    """The verdicts on the turns of one sheet: rates by column over all rows, by category and by length class."""

    rows: tuple[Judged, ...]
    edited: frozenset[str]
    overall: dict[str, Rate]
    by_category: dict[str, dict[str, Rate]]
    by_length_class: dict[str, dict[str, Rate]]
    dropped: int
    kept: int


def draw_turns(samples: Iterable[QA], number: int, seed: int, by: By | None = None) -> list[tuple[QA, int]]:
    """At most `number` turns in the order of the file, drawn without holding the others in memory.

    Without `by` every turn has the same chance. With it, the categories (or length classes) get equally many, as far as
    they have them: shares over all rows are then not those of the data set.
    """
    turns = ((_group(by, s, turn.category), (s, index)) for s in samples for index, turn in enumerate(s.turns))
    return draw_evenly(turns, number, seed)


def _group(by: By | None, sample: QA, category: str) -> str:
    if by == "length_class":
        return length_class(sample.clip.length)
    return category if by == "category" else ""


def export_review(folder: Path, to: Path, number: int = 200, seed: int = 0, by: By | None = None) -> int:
    """Write a table of `number` turns of the data set in `folder` for people to judge; returns the number written."""
    turns = draw_turns(read_samples(samples_file(folder)), number, seed, by)
    if not turns:
        raise InputError(f"{folder}: no turns to review")
    return write_sheet(to, turns, told_in(folder, {sample.id for sample, _ in turns}))


def told_in(folder: Path, ids: Collection[str]) -> dict[str, list[str]]:
    """The sentences of the clips of these samples, from ``clips/`` or, where that has none, ``written/``."""
    told: dict[str, list[str]] = {}
    for path in sorted(Path(folder).glob("clips/*.jsonl")):
        for row in read_records(path):
            if row.get("id") in ids:
                told[row["id"]] = [n.text for n in NarratedClip.from_json(row).narrations]
    if all(name in told for name in ids):
        return told
    for path in sorted(Path(folder).glob("written/*.jsonl")):
        for row in read_records(path):
            if (name := row.get("qa", {}).get("id")) in ids:
                told.setdefault(name, [n.text for n in NarratedClip.from_json(row["clip"]).narrations])
    return told


def import_review(folder: Path, sheet: Path, edits: bool = False, drop: Collection[str] = ("correct",)) -> Review:
    """Read verdicts back, write ``review.json`` and ``qa.reviewed.jsonl`` into `folder`; ``qa.jsonl`` stays as it is.

    Args:
        folder: the data set that the sheet was drawn from.
        sheet: the judged table; rows may be reordered or deleted.
        edits: take changed questions and answers as corrections; a corrected turn is kept whatever its verdicts.
        drop: turns that one of these columns says no to are left out (for ``blind``: yes, it needs no video).

    Raises:
        InputError: a bad value, a row of another data set, a row twice, a changed text without `edits`, or a sheet
            without a verdict (and without a correction), which would only wipe out those of an earlier one.
    """
    rows: dict[str, Judged] = {}
    for row in read_sheet(sheet):
        if row.id in rows:
            raise InputError(f"{sheet}, row {row.row}, column id: {row.id!r} is in row {rows[row.id].row} already")
        rows[row.id] = row
    source = samples_file(folder)
    groups: dict[str, tuple[str, str]] = {}
    edited: set[str] = set()
    for sample in read_samples(source):
        for index, turn in enumerate(sample.turns):
            name = turn_name(sample.id, index)
            if name in rows:
                groups[name] = (turn.category, length_class(sample.clip.length))
                edited.update([name] if _is_edited(sample, index, rows[name], sheet, edits) else [])
    for name, row in rows.items():
        if name not in groups:
            raise InputError(f"{sheet}, row {row.row}, column id: {name!r} is no turn of {source}")
    if not edited and all(getattr(row, column) is None for row in rows.values() for column in JUDGED):
        raise InputError(
            f"{sheet} holds no verdict: fill in y or n under {', '.join(JUDGED)} and give it again (nothing is changed)"
        )
    counts = {"kept": 0, "dropped": 0}
    reviewed = file_hash(source)
    kept = _reviewed(read_samples(source), rows, edited, frozenset(drop), counts)
    write_jsonl(Path(folder) / REVIEWED, (sample.to_json() for sample in kept))
    review = _summed(tuple(rows.values()), frozenset(edited), groups, counts)
    write_json(Path(folder) / REVIEW, {**review_json(review, sheet), REVIEWED_HASH: reviewed})
    return review


def _is_edited(sample: QA, index: int, row: Judged, sheet: Path, allowed: bool) -> bool:
    """True if somebody changed the turn's question or answer in the sheet."""
    if row.check != check_of(sample, index):
        raise InputError(
            f"{sheet}, row {row.row}, column check: turn {row.id!r} is another one now; export the review again"
        )
    turn = sample.turns[index]
    for column, new, old in (("question", row.question, turn.question), ("answer", row.answer, turn.answer)):
        if tidy(new) == tidy(old):
            continue
        where = f"{sheet}, row {row.row}, column {column}"
        if not tidy(new):
            raise InputError(f"{where}: is empty; it was {old!r}")
        if not allowed:
            raise InputError(f"{where}: {new!r} was {old!r}; give --edits to take it as a correction, or undo it")
        return True
    return False


def _reviewed(
    samples: Iterable[QA],
    rows: dict[str, Judged],
    edited: Collection[str],
    drop: Collection[str],
    counts: dict[str, int],
) -> Iterator[QA]:
    """The samples with corrections and without the turns judged wrong; one left without turns goes."""
    for sample in samples:
        turns = []
        for index, turn in enumerate(sample.turns):
            row = rows.get(turn_name(sample.id, index))
            if row is not None and row.id in edited:
                # Only what was changed: the other text keeps its spaces and line ends.
                if tidy(row.question) != tidy(turn.question):
                    turn = replace(turn, question=tidy(row.question))
                if tidy(row.answer) != tidy(turn.answer):
                    turn = replace(turn, answer=tidy(row.answer))
            elif row is not None and _is_wrong(row, drop):
                counts["dropped"] += 1
                continue
            turns.append(turn)
        counts["kept"] += len(turns)
        if turns:
            yield replace(sample, turns=tuple(turns))


def _is_wrong(row: Judged, drop: Collection[str]) -> bool:
    bad = {"grammar": row.grammar is False, "correct": row.correct is False, "blind": row.blind is True}
    return any(bad[column] for column in drop)


def _summed(
    rows: tuple[Judged, ...], edited: frozenset[str], groups: dict[str, tuple[str, str]], counts: dict[str, int]
) -> Review:
    def rates(chosen: Iterable[Judged]) -> dict[str, Rate]:
        found = list(chosen)
        verdicts = {column: [getattr(row, column) for row in found] for column in JUDGED}
        return {column: Rate.of(v for v in marks if v is not None) for column, marks in verdicts.items()}

    def by(place: int) -> dict[str, dict[str, Rate]]:
        names = sorted({groups[row.id][place] for row in rows}, key=by_rank)
        return {name: rates(row for row in rows if groups[row.id][place] == name) for name in names}

    return Review(rows, edited, rates(rows), by(0), by(1), counts["dropped"], counts["kept"])


def review_json(review: Review, sheet: Path) -> dict[str, Any]:
    """What ``review.json`` holds: rates (null where nothing was judged) and every verdict."""

    return {
        "sheet": sheet.name,
        "rows": len(review.rows),
        "edited": len(review.edited),
        "turns": {"kept": review.kept, "dropped": review.dropped},
        "overall": rates_json(review.overall),
        "by_category": {name: rates_json(rates) for name, rates in review.by_category.items()},
        "by_length_class": {name: rates_json(rates) for name, rates in review.by_length_class.items()},
        "verdicts": [
            {
                "id": row.id,
                **{column: getattr(row, column) for column in JUDGED},
                "comment": row.comment,
                **({"question": tidy(row.question), "answer": tidy(row.answer)} if row.id in review.edited else {}),
            }
            for row in review.rows
        ],
    }
