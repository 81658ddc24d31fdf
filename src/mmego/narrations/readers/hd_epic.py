"""Reader of HD-EPIC's narrations (``HD_EPIC_Narrations.pkl``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.epic import noun_list
from mmego.narrations.readers.lines import Line, read_lines
from mmego.narrations.readers.pickled_frame import read_frame
from mmego.records import Narration, VideoMeta

COLUMNS = ("video_id", "start_timestamp", "end_timestamp", "narration")
RISK = (
    "is a Python pickle, a program that runs when it is read: the person who made or changed the file could run "
    "anything on this machine. mmego reads it with a restricted reader that runs nothing the file names. If the file "
    "comes from HD-EPIC's own repository and you want to read it, say --trust-pickle (trust_pickle=True)"
)


def read_hd_epic(
    path: Path, videos: dict[str, VideoMeta] | None = None, drops: Drops | None = None, trust_pickle: bool = False
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Yield the videos of HD-EPIC's pickled table, each with its actions in time order; the whole table is in memory.

    An action has a start and an end in seconds; `verb` is the first main action's (else the first verb), `nouns` come
    from the column. HD-EPIC has no official splits.

    Raises:
        InputError: `trust_pickle` is False, the file holds anything but a plain table, or a column is missing.
    """
    path = Path(path)
    if not trust_pickle:
        raise InputError(f"{path} {RISK}")
    rows = read_frame(path)
    missing = [name for name in COLUMNS if rows and name not in rows[0]]
    if missing:
        raise InputError(f"{path}: lacks the column {', '.join(missing)}; it has {', '.join(rows[0])}")

    def lines(_: Drops) -> Iterator[tuple[str, Line]]:
        for number, row in enumerate(rows):
            start, end = row["start_timestamp"], row["end_timestamp"]
            line = Line(f"{path.name}:row {number}", row["narration"], start, end, "C", _verb(row), _nouns(row))
            yield str(row["video_id"] or ""), line

    yield from read_lines(lines, videos, None, drops if drops is not None else Drops())


def _verb(row: dict[str, Any]) -> str | None:
    """Return the verb of the first main action (a pair of verb and noun), else the first verb."""
    actions, verbs = row.get("main_actions"), noun_list(row.get("verbs"))
    first = actions[0] if isinstance(actions, list) and actions else None
    if isinstance(first, list) and first and isinstance(first[0], str):
        return first[0]
    return verbs[0] if verbs else None


def _nouns(row: dict[str, Any]) -> tuple[str, ...]:
    return noun_list(row.get("nouns"))
