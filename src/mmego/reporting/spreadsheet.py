"""CSV as spreadsheet programs write and read it: safe cells, verdicts, rows by the titles of their columns."""

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
# What a formula begins with, full-width signs too (Excel in Japanese and Chinese takes them for the plain ones).
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
# A cell that begins so is taken for a formula (or, with an apostrophe before, for text that looks like one).
_FORMULA = re.compile(rf"(?=[\s']*+[{_SIGNS}])|'*+[\t\r\n]")
_LEAD = r"(?:[^\S\t\r\n]|')*+"
# Where a program parts cells by another mark than ours, what stands after that mark begins a cell, whatever the quotes.
_INSIDE = re.compile(rf"(?<=[;,|\t\r\n])(?={_LEAD}[{_SIGNS}])")
_GUARDED = re.compile(rf"(?<=[;,|\t\r\n])'(?={_LEAD}[{_SIGNS}])")
_DELIMITERS = (",", ";", "\t")
_SEP = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
MOST_BYTES = 64 * 1024 * 1024


def tidy(text: str) -> str:
    """`text` with single spaces: a spreadsheet program may change line ends, which is no edit."""
    return " ".join(text.split())


def safe(cell: str) -> str:
    """A cell that no spreadsheet program runs as a formula; `plain` is its inverse.

    Guarded by an apostrophe are the cell's beginning and what would begin a cell if a mark inside of it parted cells
    ("mug;=1+1" where semicolons do).
    """
    cell = _INSIDE.sub("'", cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """The text that `safe` made a cell from."""
    cell = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
    return _GUARDED.sub("", cell)


def clock(seconds: float) -> str:
    """Seconds as ``mm:ss``, rounded down; minutes go past 59, so that the column has one form."""
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def times_cell(spans: Iterable[Span]) -> str:
    """Spans as ``00:12-00:15; 01:03-01:07``."""
    return "; ".join(f"{clock(span.start)}-{clock(span.end)}" for span in spans)


def write_rows(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table, whole or not at all; returns the number of rows below the titles.

    UTF-8 with a byte order mark, or Excel takes it for another encoding.
    """
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        for row in rows:
            writer.writerow([safe(cell) for cell in row])
            count += 1
    return count


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table as ``(number, cell by title)``, in its order; empty rows are passed over.

    The number counts as the spreadsheet does, from 1 for the titles (Excel's ``sep=;`` above them is none). Columns may
    be in another order, further ones are there too; commas, semicolons and tabs separate (as the spreadsheet program's
    language has it).

    Raises:
        InputError: not such a table, a column of `needed` is missing, or a row has too many cells.
    """
    text = _text(path)
    said = _SEP.match(text)
    text = text[said.end() :] if said is not None else text
    first = text.split("\n", 1)[0]
    delimiter = said[1] if said is not None else max(_DELIMITERS, key=first.count)
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
            # Spreadsheet programs cut empty cells off the end of a row.
            filled = [plain(cell) for cell in cells] + [""] * len(titles)
            yield number, dict(zip(titles, filled, strict=False))
    except csv.Error as error:
        raise InputError(f"{path}: not CSV: {error}") from error


def verdict(cell: str, where: str) -> bool | None:
    """True for yes, False for no, None for an empty cell; `where` names the cell in an InputError."""
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
