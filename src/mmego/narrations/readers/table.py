"""Reader of your own narrations: CSV or JSON Lines with the columns ``video,start,end,text``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmego.narrations.clean import Drops
from mmego.narrations.readers.epic import noun_list
from mmego.narrations.readers.lines import Line, read_lines
from mmego.narrations.readers.number_marks import Marks
from mmego.narrations.readers.rows import (
    column_names,
    csv_rows,
    first_member,
    jsonl_rows,
    open_text,
    read_header,
)
from mmego.records import Narration, VideoMeta

NEEDED = ("video", "start", "text")
WEARER = frozenset(("", "c", "i", "me", "wearer", "camera wearer"))


def is_csv(text: str) -> bool:
    """Return True for the beginning of a table with the needed columns."""
    return first_member(text) is None and set(NEEDED) <= set(column_names(text))


def is_jsonl(text: str) -> bool:
    """Return True if the first line is a JSON object with the needed members."""
    if first_member(text) is None:
        return False
    try:
        row = json.loads(text.strip().splitlines()[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and set(NEEDED) <= set(row)


def read_table(
    path: Path, format: str, videos: dict[str, VideoMeta] | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Yield the videos of a table, each with its narrations in time order; the rows may have any order.

    It needs ``video``, ``start`` and ``text``. ``end`` may be missing or empty (a point in time), ``actor``, too (the
    wearer). Times are seconds or ``H:MM:SS.mmm``; all of them together show what a comma means (`number_marks.Marks`).
    ``verb`` and ``nouns`` ("plate|cup", or a list) are kept.

    Args:
        path: the file.
        format: ``csv`` or ``jsonl``.
        videos: the video list.
        drops: counts what was dropped and why.

    Raises:
        InputError: a column is missing, or the file does not have this format.
    """
    path = Path(path)
    marks = Marks(_delimiter(path) if format == "csv" else "")

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        rows = csv_rows(path, NEEDED, drops) if format == "csv" else jsonl_rows(path, drops)
        for where, row in rows:
            # `read_lines` reads all lines once before it parses a time: by then every cell was seen.
            marks.see(row.get("start"))
            marks.see(row.get("end"))
            yield _text(row.get("video")), _line(where, row, marks)

    yield from read_lines(lines, videos, None, drops if drops is not None else Drops())


def actor_of(name: str) -> str:
    """Return "C" for every name of the wearer, else the name as it is."""
    return "C" if name.lower() in WEARER else name


def _delimiter(path: Path) -> str:
    with open_text(path) as file:
        return read_header(file).delimiter


def _line(where: str, row: Mapping[str, Any], marks: Marks) -> Line:
    end = row.get("end")
    return Line(
        where,
        row.get("text"),
        row.get("start"),
        None if isinstance(end, str) and not end.strip() else end,
        actor_of(_text(row.get("actor"))),
        _text(row.get("verb")) or None,
        noun_list(row.get("nouns") or ""),
        marks,
    )


def _text(value: object) -> str:
    """Return a cell as text: a video's name may be a number."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value).strip()
    return ""
