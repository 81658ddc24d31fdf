"""The split: videos of an official split, without those that a test uses."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import without_ending
from mmego.narrations.readers.rows import csv_rows, open_text, read_header
from mmego.narrations.readers.video_list import NAMES
from mmego.records import Narration, VideoMeta

EXCLUDED, OTHER_SPLIT, NO_SPLIT = "video excluded", "video of another split", "video without a split"
EXCLUSION_FORMS = (
    "a list of videos to leave out is EgoSchema's uid_to_ego4d.json, a JSON list of names, a CSV with a column "
    f"{', '.join(NAMES)}, or a text with one name a line"
)


def choose_videos(
    videos: Iterable[tuple[VideoMeta, list[Narration]]],
    drops: Drops,
    split: str | None = None,
    exclude: Set[str] = frozenset(),
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Yield the videos of one split that are not excluded; count the others, with their narrations.

    Raises:
        InputError: at the end, if there is no video of `split`; the message names the splits that exist.
    """
    splits: Counter[str | None] = Counter()
    for meta, narrations in videos:
        splits[meta.split] += 1
        reason = _reason(meta, split, exclude)
        if reason is None:
            yield meta, narrations
            continue
        drops.add(reason, meta.video)
        drops.add(f"in a {reason}", meta.video, count=len(narrations))
    if split is not None and splits and not splits[split]:
        there = sorted(name for name in splits if name is not None)
        if not there:
            raise InputError(f"there is no split {split!r}: the source has no splits (--videos FILE may have them)")
        raise InputError(f"there is no split {split!r}; the source has {', '.join(there)}")


def _reason(meta: VideoMeta, split: str | None, exclude: Set[str]) -> str | None:
    # A test's video must not slip through because one of the two lists names files.
    if meta.video in exclude or without_ending(meta.video) in exclude:
        return EXCLUDED
    if split is None or meta.split == split:
        return None
    return NO_SPLIT if meta.split is None else OTHER_SPLIT


def read_exclusions(path: Path) -> frozenset[str]:
    """Read the names of the videos to leave out; raise InputError if the file names none."""
    path = Path(path)
    with open_text(path) as file:
        text = file.read()
    if text.lstrip()[:1] in ("{", "["):
        names = _from_json(path, text)
    else:
        header = read_header(io.StringIO(text.lstrip("\r\n"), newline=""))
        column = next((name for name in NAMES if name in header.names), None)
        names = _from_text(text) if column is None else _from_csv(path, column)
    if not names:
        raise InputError(f"{path}: names no video; {EXCLUSION_FORMS}")
    return frozenset(names | {without_ending(name) for name in names})


def _from_json(path: Path, text: str) -> set[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON: {error}; {EXCLUSION_FORMS}") from error
    # EgoSchema: a question's id -> {"video_uid", "starting_sec", "ending_sec"}.
    items = list(value.values()) if isinstance(value, dict) else value
    names = {name for item in items if (name := _name(item)) is not None}
    if not items or not all(_name(item) for item in items):
        raise InputError(f"{path}: not every entry names a video; {EXCLUSION_FORMS}")
    return names


def _name(item: Any) -> str | None:
    if isinstance(item, str):
        return item.strip() or None
    if isinstance(item, dict):
        found = next((item[key] for key in NAMES if isinstance(item.get(key), str)), None)
        return found.strip() or None if found else None
    return None


def _from_csv(path: Path, column: str) -> set[str]:
    broken = Drops()
    names = {row[column].strip() for _, row in csv_rows(path, (column,), broken)}
    if broken.counts:
        # A test's video must never slip through because its row is broken.
        raise InputError(f"{path}: {broken.examples['wrong number of cells'][0]}")
    return names - {""}


def _from_text(text: str) -> set[str]:
    lines = (line.strip() for line in text.splitlines())
    return {line for line in lines if line and not line.startswith("#")}
