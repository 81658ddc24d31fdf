"""CSV for spreadsheet programs: safe cells, verdicts, rows by the titles of their columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mmego.errors import InputError
from mmego.files import atomic_path
from mmego.records import Span

_YES, _NO = ("y", "yes", "1", "ok", "true"), ("n", "no", "0", "false")
# The first signs of a formula, full-width ones, too (Excel in Japanese and Chinese reads them like the plain ones).
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
# The beginning of a cell that programs read as a formula (or, after an apostrophe, as text that looks like one).
_FORMULA = re.compile(rf"(?=[\s']*+[{_SIGNS}])|'*+[\t\r\n]")
_LEAD = r"(?:[^\S\t\r\n]|')*+"
# A program that separates cells by another mark begins a new cell after that mark, even inside quotes.
_INSIDE = re.compile(rf"(?<=[;,|\t\r\n])(?={_LEAD}[{_SIGNS}])")
_GUARDED = re.compile(rf"(?<=[;,|\t\r\n])'(?={_LEAD}[{_SIGNS}])")
_DELIMITERS = (",", ";", "\t")
_SEP = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
MOST_BYTES = 64 * 1024 * 1024


def single_spaced(text: str) -> str:
    """Return `text` with single spaces. Spreadsheet programs change line breaks, which does not count as an edit."""
    return " ".join(text.split())


def safe_cell(cell: str) -> str:
    """Return a cell that no spreadsheet program runs as a formula. `raw_text` is the inverse.

    An apostrophe guards the beginning of the cell, and every place inside it that would begin a cell if another mark
    separated cells ("mug;=1+1" where semicolons do).
    """
    cell = _INSIDE.sub("'", cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def raw_text(cell: str) -> str:
    """Return the text of a cell that `safe_cell` made."""
    cell = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
    return _GUARDED.sub("", cell)


def time_cell(seconds: float) -> str:
    """Return seconds as ``mm:ss``, rounded down. Minutes go on after 59, so that the column has one form."""
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def times_cell(spans: Iterable[Span]) -> str:
    """Return spans as ``00:12-00:15; 01:03-01:07``."""
    return "; ".join(f"{time_cell(span.start)}-{time_cell(span.end)}" for span in spans)


def write_rows(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table, whole or not at all. Return the number of rows below the titles.

    The encoding is UTF-8 with a byte order mark: without it Excel expects another encoding.
    """
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        for row in rows:
            writer.writerow([safe_cell(cell) for cell in row])
            count += 1
    return count


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table as ``(number, cell by title)``, in order, without empty rows.

    Numbers are those of the spreadsheet, 1 for the titles (Excel's line ``sep=;`` above them does not count). Columns
    may be in any order, and there may be more of them. Commas, semicolons or tabs may separate the cells (this depends
    on the language of the spreadsheet program).

    Raises:
        InputError: the file is not such a table, a column of `needed` is missing, or a row has too many cells.
    """
    text = _text(path)
    separator = _SEP.match(text)
    text = text[separator.end() :] if separator is not None else text
    first = text.split("\n", 1)[0]
    delimiter = separator[1] if separator is not None else max(_DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        titles = [title.strip().lower() for title in next(rows, [])]
        missing = [name for name in needed if name not in titles]
        if missing:
            raise InputError(f"{path}, row 1: column {', '.join(missing)} is missing; there is {', '.join(titles)}")
        for number, cells in enumerate(rows, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(titles) :]):
                raise InputError(f"{path}, row {number}: {len(cells)} cells under {len(titles)} titles")
            # Spreadsheet programs remove empty cells from the end of a row.
            filled = [raw_text(cell) for cell in cells] + [""] * len(titles)
            yield number, dict(zip(titles, filled, strict=False))
    except csv.Error as error:
        raise InputError(f"{path}: not CSV: {error}") from error


def read_verdict(cell: str, where: str) -> bool | None:
    """Return True for yes, False for no, None for an empty cell. `where` names the cell in an InputError."""
    word = cell.strip().lower()
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise InputError(f"{where}: {cell!r} is not a verdict; write {', '.join((*_YES, *_NO))}, or nothing (not judged)")


def _text(path: Path) -> str:
    if not Path(path).is_file():
        raise InputError(f"no such file: {path}")
    if Path(path).stat().st_size > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES >> 20} MB: not a table that people have judged")
    data = Path(path).read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save it as 'CSV UTF-8'") from error
