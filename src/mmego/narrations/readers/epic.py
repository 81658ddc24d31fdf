"""Reader of EPIC-KITCHENS-100's annotations (``EPIC_100_train.csv``, ``EPIC_100_validation.csv``)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import Line, read_lines
from mmego.narrations.readers.rows import column_names, csv_rows, first_member
from mmego.records import Narration, VideoMeta
from mmego.records.narration import MOST_CHARACTERS

COLUMNS = ("video_id", "start_timestamp", "stop_timestamp", "narration")
# The official files' names say the split; a renamed file has none.
_SPLIT = re.compile(r"EPIC_100_(train|validation|test)(?:\b|_)")


def is_epic(text: str) -> bool:
    """Return True for the beginning of an EPIC-KITCHENS table."""
    return first_member(text) is None and set(COLUMNS) <= set(column_names(text))


def read_epic(
    path: Path, videos: dict[str, VideoMeta] | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Yield the videos of an annotation file, each with its actions in time order.

    An action has a start and an end. Its text is the narration as it stands ("put pizza slice onto plate"); `verb`
    ("put-onto") and `nouns` ("slice:pizza", "plate") are in the columns' own forms, whose first word is the head. The
    actor is always the wearer. Columns that only count or classify (ids, frames, classes) are not used.

    Raises:
        InputError: a column is missing, or the file is not CSV.
    """
    path = Path(path)

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        for where, row in csv_rows(path, COLUMNS, drops):
            verb = row.get("verb", "").strip() or None
            nouns = noun_list(row.get("all_nouns", "")) or noun_list(row.get("noun", ""))
            start, end = row["start_timestamp"], row["stop_timestamp"]
            yield row["video_id"].strip(), Line(where, row["narration"], start, end, verb=verb, nouns=nouns)

    yield from read_lines(lines, videos, split_of(path), drops if drops is not None else Drops())


def split_of(path: Path) -> str | None:
    """Return the official split that a file's name says: train, validation, test or None."""
    match = _SPLIT.match(Path(path).name)
    return match.group(1) if match else None


def noun_list(cell: object) -> tuple[str, ...]:
    """Parse nouns: "['plate', 'cupboard:top']", "plate|cup", "plate" or a list; each once, in order.

    Only the first `MOST_CHARACTERS` of a text are read.
    """
    if isinstance(cell, str):
        text = cell.strip()[:MOST_CHARACTERS]
        try:
            # A literal only: nothing in the cell ever runs.
            values = ast.literal_eval(text) if text.startswith(("[", "(")) else text.split("|")
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            # Written without quotes: [plate, cup]
            values = text.strip("[]()").split(",")
    else:
        values = cell
    if not isinstance(values, (list, tuple)):
        return ()
    nouns = (value.strip(" '\"") for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(noun for noun in nouns if noun))
