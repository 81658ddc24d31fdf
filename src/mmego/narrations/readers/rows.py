"""Rows of CSV and JSON Lines files, each with its number, so that a message can name every fault."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from mmego.errors import InputError
from mmego.files import unreadable
from mmego.narrations.clean import Drops

DELIMITERS = ",;\t"
# Excel's own first line: it names the delimiter, and is not part of the table.
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
NOT_JSON = "not a JSON object"
_FIRST_MEMBER = re.compile(r'\s*+\{\s*+"((?:[^"\\]|\\.)*+)"\s*+:\s*+(.)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Header:
    """A table's first line: names of the columns in lower case, the delimiter, and how many lines it took."""

    names: list[str]
    delimiter: str
    lines: int = 1


def encoding_of(head: bytes) -> str:
    """Return a text file's encoding by its first bytes: UTF-8, or UTF-16 with its mark (Excel's "Unicode text")."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not head.startswith(codecs.BOM_UTF32_LE):
        return "utf-16"
    return "utf-8-sig"


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a file in UTF-8, with or without byte order mark, or in UTF-16 with one.

    Raises:
        InputError: the file cannot be read or has another encoding.
    """
    try:
        with Path(path).open("rb") as file:
            encoding = encoding_of(file.read(4))
        # newline="": the csv module must see line ends in quoted cells itself.
        with Path(path).open(encoding=encoding, newline="") as text:
            yield text
    except UnicodeError as error:
        place = f"{error.reason} at byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
        raise InputError(f"{path}: not UTF-8 text ({place}); save it as UTF-8") from error
    except OSError as error:
        raise unreadable(path, error) from error


def header_of(line: str) -> tuple[list[str], str]:
    """Return the column names in a CSV file's first line, and the delimiter that gives the most of them."""
    delimiter = max(DELIMITERS, key=line.count)
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        names = []
    return [name.strip().lower() for name in names], delimiter


def read_header(file: TextIO) -> Header:
    """Read the first line of a table, or the first two if Excel's ``sep=;`` is above the names."""
    first = file.readline()
    separator = _SEP.fullmatch(first.strip("\r\n"))
    if separator is None:
        return Header(*header_of(first))
    delimiter = separator[1]
    try:
        names = next(csv.reader([file.readline()], delimiter=delimiter), [])
    except (csv.Error, ValueError, TypeError):  # "sep=" with a quote or a line end
        names = []
    return Header([name.strip().lower() for name in names], delimiter, 2)


def column_names(text: str) -> list[str]:
    """Return the column names of a table that begins with `text`."""
    return read_header(io.StringIO(text.lstrip("\r\n"), newline="")).names


def first_member(text: str) -> re.Match[str] | None:
    """Match the first member of a JSON object: its name, and the first character of its value."""
    return _FIRST_MEMBER.match(text)


def csv_rows(path: Path, needed: Sequence[str], drops: Drops) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the place ("file:row") and the cells by column name of each row.

    The delimiter is the most frequent of comma, semicolon and tab in the first line, or what ``sep=`` above it says. A
    row with too many or too few cells is dropped and counted: an unquoted comma would move every cell after it.

    Raises:
        InputError: a column of `needed` is missing, a quote is never closed, or the file is not text.
    """
    with open_text(path) as file:
        header = read_header(file)
        names = header.names
        missing = [name for name in needed if name not in names]
        if missing:
            raise InputError(f"{path}:{header.lines}: lacks the column {', '.join(missing)}; it has {', '.join(names)}")
        reader = csv.reader(file, delimiter=header.delimiter, strict=True)
        try:
            for cells in reader:
                where = f"{Path(path).name}:{reader.line_num + header.lines}"
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    drops.add("wrong number of cells", f"{where}: {len(cells)} cells for {len(names)} columns")
                    continue
                yield where, dict(zip(names, cells, strict=True))
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num + header.lines}: not CSV: {error}") from error


def jsonl_rows(path: Path, drops: Drops) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the place ("file:row") and the object of each line; drop and count lines that are not objects.

    Raises:
        InputError: more than half of the lines are not objects; the message names the first.
    """
    read, faults, first = 0, 0, ""
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            read += 1
            row = _object(line)
            if isinstance(row, dict):
                yield f"{Path(path).name}:{number}", row
                continue
            faults, first = faults + 1, first or f"{path}:{number}: {row}"
            drops.add(NOT_JSON, f"{Path(path).name}:{number}: {row}")
    if 2 * faults > read:
        raise InputError(first if faults == 1 else f"{first} ({faults:,} of {read:,} lines are like this)")


def _object(line: str) -> dict[str, Any] | str:
    """Return the object in a line, or a text that says what is wrong with it."""
    try:
        row = json.loads(line)
    # Not only JSONDecodeError: a number of 5,000 digits, ten thousand brackets.
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    return row if isinstance(row, dict) else f"a line should hold an object, got {str(row)[:80]}"
