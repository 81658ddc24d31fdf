"""A review of a data set by people: draw turns into a sheet, read the verdicts, sum them up, drop wrong turns."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mmego.errors import InputError
from mmego.files import file_hash, read_records, write_json, write_jsonl
from mmego.qa.data.samples import REVIEW, REVIEWED, REVIEWED_HASH, read_samples, samples_file, turn_name
from mmego.records import QA, NarratedClip
from mmego.records.length_classes import length_class
from mmego.reporting.spreadsheet import read_rows, read_verdict, single_spaced, times_cell, write_rows
from mmego.review.verdicts import Rate, draw_evenly, group_rank, rates_json

By = Literal["category", "length_class"]
JUDGED = ("grammar", "correct", "blind")
"""The columns for verdicts: is it good English, is the answer right, can you answer it without the video."""
COLUMNS = ("id", "turn", "video", "times", "narrations", "question", "answer", *JUDGED, "comment", "check")
_NEEDED = ("id", "question", "answer", *JUDGED, "comment", "check")


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """One row of a judged sheet. `row` is its number in the spreadsheet, 1 for the titles. None: not judged."""

    row: int
    id: str
    question: str
    answer: str
    grammar: bool | None
    correct: bool | None
    blind: bool | None
    comment: str
    check: str


@dataclass(frozen=True, slots=True)
class Review:
    """The verdicts of one sheet: rates by column over all rows, by category and by length class."""

    rows: tuple[JudgedTurn, ...]
    edited: frozenset[str]
    overall: dict[str, Rate]
    by_category: dict[str, dict[str, Rate]]
    by_length_class: dict[str, dict[str, Rate]]
    dropped: int
    kept: int


def draw_turns(samples: Iterable[QA], number: int, seed: int, by: By | None = None) -> list[tuple[QA, int]]:
    """Draw at most `number` turns, in the order of the file. The others are not kept in memory.

    Without `by` every turn has the same chance. With it, categories (or length classes) get equally many turns if they
    have them: shares over all rows are then not those of the data set.
    """
    turns = ((_group(by, s, turn.category), (s, index)) for s in samples for index, turn in enumerate(s.turns))
    return draw_evenly(turns, number, seed)


def _group(by: By | None, sample: QA, category: str) -> str:
    if by == "length_class":
        return length_class(sample.clip.length)
    return category if by == "category" else ""


def export_review(folder: Path, to: Path, number: int = 200, seed: int = 0, by: By | None = None) -> int:
    """Write a sheet of `number` turns of the data set in `folder` for people to judge. Return the number written."""
    turns = draw_turns(read_samples(samples_file(folder)), number, seed, by)
    if not turns:
        raise InputError(f"{folder}: no turns to review")
    return write_sheet(to, turns, clip_sentences(folder, {sample.id for sample, _ in turns}))


def clip_sentences(folder: Path, ids: Collection[str]) -> dict[str, list[str]]:
    """Return the sentences of the clips of these samples, from ``clips/``, or from ``written/`` if missing there."""
    sentences: dict[str, list[str]] = {}
    for path in sorted(Path(folder).glob("clips/*.jsonl")):
        for row in read_records(path):
            if row.get("id") in ids:
                sentences[row["id"]] = [n.text for n in NarratedClip.from_json(row).narrations]
    if all(name in sentences for name in ids):
        return sentences
    for path in sorted(Path(folder).glob("written/*.jsonl")):
        for row in read_records(path):
            if (name := row.get("qa", {}).get("id")) in ids:
                sentences.setdefault(name, [n.text for n in NarratedClip.from_json(row["clip"]).narrations])
    return sentences


def import_review(folder: Path, sheet: Path, edits: bool = False, drop: Collection[str] = ("correct",)) -> Review:
    """Read the verdicts of a sheet. Write ``review.json`` and ``qa.reviewed.jsonl`` into `folder`, beside ``qa.jsonl``.

    Args:
        folder: the data set that the sheet was drawn from.
        sheet: the judged sheet. Rows may be reordered or deleted.
        edits: accept changed questions and answers as corrections. A corrected turn stays whatever its verdicts.
        drop: leave out turns with a no in one of these columns (for ``blind``: a yes, it needs no video).

    Raises:
        InputError: a bad value, a row of another data set, a row twice, a changed text without `edits`, or a sheet
            without any verdict or correction, which would erase the verdicts of an earlier sheet.
    """
    rows: dict[str, JudgedTurn] = {}
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
            raise InputError(f"{sheet}, row {row.row}, column id: {name!r} is not a turn of {source}")
    if not edited and all(getattr(row, column) is None for row in rows.values() for column in JUDGED):
        raise InputError(
            f"{sheet} has no verdict: write y or n under {', '.join(JUDGED)} and import it again (nothing was changed)"
        )
    counts = {"kept": 0, "dropped": 0}
    reviewed = file_hash(source)
    kept = _reviewed(read_samples(source), rows, edited, frozenset(drop), counts)
    write_jsonl(Path(folder) / REVIEWED, (sample.to_json() for sample in kept))
    review = _summed(tuple(rows.values()), frozenset(edited), groups, counts)
    write_json(Path(folder) / REVIEW, {**review_json(review, sheet), REVIEWED_HASH: reviewed})
    return review


def _is_edited(sample: QA, index: int, row: JudgedTurn, sheet: Path, allowed: bool) -> bool:
    """Return True if the turn's question or answer was changed in the sheet."""
    if row.check != turn_check(sample, index):
        raise InputError(
            f"{sheet}, row {row.row}, column check: turn {row.id!r} has changed since; export the review again"
        )
    turn = sample.turns[index]
    for column, new, old in (("question", row.question, turn.question), ("answer", row.answer, turn.answer)):
        if single_spaced(new) == single_spaced(old):
            continue
        where = f"{sheet}, row {row.row}, column {column}"
        if not single_spaced(new):
            raise InputError(f"{where}: is empty; it was {old!r}")
        if not allowed:
            raise InputError(f"{where}: {new!r} was {old!r}; give --edits to take it as a correction, or undo it")
        return True
    return False


def _reviewed(
    samples: Iterable[QA],
    rows: dict[str, JudgedTurn],
    edited: Collection[str],
    drop: Collection[str],
    counts: dict[str, int],
) -> Iterator[QA]:
    """Yield the samples with corrections and without wrong turns. A sample without turns is left out."""
    for sample in samples:
        turns = []
        for index, turn in enumerate(sample.turns):
            row = rows.get(turn_name(sample.id, index))
            if row is not None and row.id in edited:
                # Replace only the changed text: the other one keeps its spaces and line breaks.
                if single_spaced(row.question) != single_spaced(turn.question):
                    turn = replace(turn, question=single_spaced(row.question))
                if single_spaced(row.answer) != single_spaced(turn.answer):
                    turn = replace(turn, answer=single_spaced(row.answer))
            elif row is not None and _is_wrong(row, drop):
                counts["dropped"] += 1
                continue
            turns.append(turn)
        counts["kept"] += len(turns)
        if turns:
            yield replace(sample, turns=tuple(turns))


def _is_wrong(row: JudgedTurn, drop: Collection[str]) -> bool:
    bad = {"grammar": row.grammar is False, "correct": row.correct is False, "blind": row.blind is True}
    return any(bad[column] for column in drop)


def _summed(
    rows: tuple[JudgedTurn, ...], edited: frozenset[str], groups: dict[str, tuple[str, str]], counts: dict[str, int]
) -> Review:
    def rates(chosen: Iterable[JudgedTurn]) -> dict[str, Rate]:
        found = list(chosen)
        verdicts = {column: [getattr(row, column) for row in found] for column in JUDGED}
        return {column: Rate.of(v for v in marks if v is not None) for column, marks in verdicts.items()}

    def by(place: int) -> dict[str, dict[str, Rate]]:
        names = sorted({groups[row.id][place] for row in rows}, key=group_rank)
        return {name: rates(row for row in rows if groups[row.id][place] == name) for name in names}

    return Review(rows, edited, rates(rows), by(0), by(1), counts["dropped"], counts["kept"])


def review_json(review: Review, sheet: Path) -> dict[str, Any]:
    """Return the content of ``review.json``: rates (null where nothing was judged) and every verdict."""
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
                **(
                    {"question": single_spaced(row.question), "answer": single_spaced(row.answer)}
                    if row.id in review.edited
                    else {}
                ),
            }
            for row in review.rows
        ],
    }


def turn_check(sample: QA, index: int) -> str:
    """Return a short hash of a turn's texts. It separates a corrected question from a row of another data set."""
    turn = sample.turns[index]
    texts = "\0".join((turn_name(sample.id, index), single_spaced(turn.question), single_spaced(turn.answer)))
    # The letter prevents spreadsheet programs from reading the hash as a number.
    return "k" + hashlib.sha256(texts.encode()).hexdigest()[:10]


def write_sheet(path: Path, turns: Iterable[tuple[QA, int]], narrations: Mapping[str, Sequence[str]]) -> int:
    """Write the sheet of some turns (sample and index), whole or not at all. Return the number of turns.

    Args:
        path: the CSV file.
        turns: in the order of the rows.
        narrations: the sentences of each sample's clip, by sample id. Cells of missing samples stay empty.
    """
    return write_rows(path, COLUMNS, (_row(sample, index, narrations.get(sample.id, ())) for sample, index in turns))


def _row(sample: QA, index: int, sentences: Sequence[str]) -> list[str]:
    turn = sample.turns[index]
    cited = " | ".join(single_spaced(sentences[i]) for i in turn.narrations if 0 <= i < len(sentences))
    name, check = turn_name(sample.id, index), turn_check(sample, index)
    row = [name, str(index), sample.video, times_cell(turn.key_spans), cited, turn.question, turn.answer]
    return [*row, "", "", "", "", check]


def read_sheet(path: Path) -> Iterator[JudgedTurn]:
    """Yield the rows of a judged sheet, in its order, without empty rows.

    Raises:
        InputError: the file is not such a sheet, or has a bad value.
    """
    for number, row in read_rows(path, _NEEDED):
        marks = {name: read_verdict(row[name], f"{path}, row {number}, column {name}") for name in JUDGED}
        yield JudgedTurn(
            number,
            row["id"].strip(),
            row["question"],
            row["answer"],
            comment=row["comment"].strip(),
            check=row["check"].strip(),
            **marks,
        )
