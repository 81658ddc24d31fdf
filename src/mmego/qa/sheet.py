"""The table that people judge turns in: CSV as spreadsheet programs write and read it."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmego.errors import InputError
from mmego.files import atomic_path
from mmego.qa.samples import turn_name
from mmego.records import QA, Span

JUDGED = ("grammar", "correct", "blind")
"""The columns for verdicts: is it good English, is the answer right, can one answer it without the video."""
COLUMNS = ("id", "turn", "video", "times", "narrations", "question", "answer", *JUDGED, "comment", "check")
_NEEDED = ("id", "question", "answer", *JUDGED, "comment", "check")
_YES, _NO = ("y", "yes", "1", "ok", "true"), ("n", "no", "0", "false")
# A cell that begins so is taken for a formula (or, with an apostrophe before, for text that looks like one).
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DELIMITERS = (",", ";", "\t")
MOST_BYTES = 64 * 1024 * 1024


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


def tidy(text: str) -> str:
    """`text` with single spaces: a spreadsheet program may change line ends, which is no edit."""
    return " ".join(text.split())


def safe(cell: str) -> str:
    """A cell that no spreadsheet program runs as a formula; `plain` is its inverse."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """The text that `safe` made a cell from."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def clock(seconds: float) -> str:
    """Seconds as ``mm:ss``, rounded down; minutes go past 59, so that the column has one form."""
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def times_cell(spans: Iterable[Span]) -> str:
    """Spans as ``00:12-00:15; 01:03-01:07``."""
    return "; ".join(f"{clock(span.start)}-{clock(span.end)}" for span in spans)


def write_sheet(path: Path, turns: Iterable[tuple[QA, int]], narrations: Mapping[str, Sequence[str]]) -> int:
    """Write the table of the turns given (sample and index), whole or not at all; returns the number of turns.

    UTF-8 with a byte order mark, or Excel takes it for another encoding.

    Args:
        path: the CSV file.
        turns: in the order of the rows.
        narrations: the sentences of each sample's clip, by sample id; those of missing samples stay empty.
    """
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for sample, index in turns:
            writer.writerow([safe(cell) for cell in _row(sample, index, narrations.get(sample.id, ()))])
            count += 1
    return count


def _row(sample: QA, index: int, told: Sequence[str]) -> list[str]:
    turn = sample.turns[index]
    cited = " | ".join(tidy(told[i]) for i in turn.narrations if 0 <= i < len(told))
    name, check = turn_name(sample.id, index), check_of(sample, index)
    row = [name, str(index), sample.video, times_cell(turn.key_spans), cited, turn.question, turn.answer]
    return [*row, "", "", "", "", check]


def read_sheet(path: Path) -> Iterator[Judged]:
    """The rows of a judged table, in its order; empty rows are passed over.

    Columns may be in another order, further ones are ignored; commas, semicolons and tabs separate (as the spreadsheet
    program's language has it).

    Raises:
        InputError: not such a table, or a bad value, naming file, row, column and what is allowed.
    """
    text = _text(path)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        titles = [title.strip().lower() for title in next(rows, [])]
        missing = [name for name in _NEEDED if name not in titles]
        if missing:
            raise InputError(f"{path}, row 1: column {', '.join(missing)} is missing; there is {', '.join(titles)}")
        for number, cells in enumerate(rows, 2):
            if any(cell.strip() for cell in cells):
                yield _judged(path, number, titles, cells)
    except csv.Error as error:
        raise InputError(f"{path}: not CSV: {error}") from error


def _judged(path: Path, number: int, titles: list[str], cells: list[str]) -> Judged:
    if len(cells) > len(titles) and any(cell.strip() for cell in cells[len(titles) :]):
        raise InputError(f"{path}, row {number}: {len(cells)} cells under {len(titles)} titles")
    # Spreadsheet programs cut empty cells off the end of a row.
    row = dict(zip(titles, [plain(cell) for cell in cells] + [""] * len(titles), strict=False))
    marks = {name: _verdict(row[name], f"{path}, row {number}, column {name}") for name in JUDGED}
    return Judged(
        number,
        row["id"].strip(),
        row["question"],
        row["answer"],
        comment=row["comment"].strip(),
        check=row["check"].strip(),
        **marks,
    )


def _verdict(cell: str, where: str) -> bool | None:
    word = cell.strip().lower()
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise InputError(f"{where}: {cell!r} is no verdict; allowed are {', '.join((*_YES, *_NO))}, or nothing: not judged")


def _text(path: Path) -> str:
    if not Path(path).is_file():
        raise InputError(f"no such file: {path}")
    if Path(path).stat().st_size > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES >> 20} MB: no table that people have judged")
    data = Path(path).read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save it as 'CSV UTF-8'") from error
