"""Rows of CSV and JSON Lines files, each with its number, so that every fault can be named."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from mmego.errors import InputError
from mmego.narrations.clean import Drops

DELIMITERS = ",;\t"


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """A UTF-8 file, with or without byte order mark; InputError if it cannot be read or is no such text."""
    try:
        # newline="": the csv module wants to see line ends in quoted cells itself.
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def header_of(line: str) -> tuple[list[str], str]:
    """The column names of a CSV file's first line, and the delimiter that gives the most of them."""
    delimiter = max(DELIMITERS, key=line.count)
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        names = []
    return [name.strip().lower() for name in names], delimiter


def csv_rows(path: Path, needed: Sequence[str], drops: Drops) -> Iterator[tuple[str, dict[str, str]]]:
    """Place ("file:row") and cells by column name of each row.

    Comma, semicolon or tab, whichever the first line has most of. A row with too many or too few cells is dropped and
    counted: an unquoted comma would move every cell after it.

    Raises:
        InputError: a column of `needed` is missing, a quote is never closed, or the file is no text.
    """
    with open_text(path) as file:
        names, delimiter = header_of(file.readline())
        missing = [name for name in needed if name not in names]
        if missing:
            raise InputError(f"{path}:1: lacks the column {', '.join(missing)}; it has {', '.join(names)}")
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                where = f"{Path(path).name}:{reader.line_num + 1}"
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    drops.add("wrong number of cells", f"{where}: {len(cells)} cells for {len(names)} columns")
                    continue
                yield where, dict(zip(names, cells, strict=True))
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num + 1}: not CSV: {error}") from error


def jsonl_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place ("file:row") and object of each line that is not empty; InputError naming file and row of a fault."""
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            # Not only JSONDecodeError: a number of 5,000 digits, ten thousand brackets.
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}:{number}: not JSON: {error}") from error
            if not isinstance(row, dict):
                raise InputError(f"{path}:{number}: a line should hold an object, got {str(row)[:80]}")
            yield f"{Path(path).name}:{number}", row
