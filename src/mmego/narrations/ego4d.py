"""Reading Ego4D's narrations (and files written in its schema, such as the simulator's)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops, clean_sentence, in_order, is_take
from mmego.narrations.lines import NOT_LISTED, distinct, find_video, seconds, visible
from mmego.narrations.stream import stream_object
from mmego.narrations.videos import read_videos
from mmego.records import Narration, Span, VideoMeta

PASSES = ("narration_pass_1", "narration_pass_2")
# Two annotators narrate the same video: the same event in much the same words within this time is one event.
SAME_EVENT_SECONDS = 1.5
SAME_EVENT_OVERLAP = 0.5
_FILLERS = frozenset(("a", "an", "the", "his", "her", "their", "up", "down", "of", "with", "on", "in", "from"))


def read_ego4d(
    narrations_path: Path, videos_path: Path | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """The videos of a narration file, each with its cleaned narrations in time order.

    One video is in memory at a time. Both passes are merged without duplicates. A video none of whose lines survive
    is still given, with an empty list.

    Args:
        narrations_path: ``{video_uid: {"narration_pass_1": {"narrations": [...]}, ...}}``.
        videos_path: ``ego4d.json``; without it nothing is known of durations, splits and redacted spans.
        drops: counts what was dropped and why.

    Raises:
        InputError: a file is not JSON or not of this schema.
    """
    drops = drops if drops is not None else Drops()
    videos = read_videos(videos_path) if videos_path is not None else None
    for uid, entry in stream_object(Path(narrations_path)):
        if not isinstance(entry, dict):
            raise InputError(f"{narrations_path}: video {uid!r} should be an object, got {type(entry).__name__}")
        passes = [_rows(narrations_path, uid, entry.get(name)) for name in PASSES]
        meta = find_video(videos, uid) if videos is not None else VideoMeta(uid)
        if meta is None:
            drops.add(NOT_LISTED, uid)
            drops.add(f"in a {NOT_LISTED}", uid, count=sum(map(len, passes)))
            continue
        first, second = (_read_pass(meta, rows, drops) for rows in passes)
        yield meta, merge_passes(first, second, drops)


def _rows(path: Path, uid: str, narration_pass: Any) -> list[dict[str, Any]]:
    """The rows of one pass as they stand; a pass may be missing."""
    if not narration_pass:
        return []
    rows = narration_pass.get("narrations") if isinstance(narration_pass, dict) else narration_pass
    if rows is None and isinstance(narration_pass, dict) and "summaries" in narration_pass:
        return []
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise InputError(f"{path}: video {uid!r}: a pass holds a list of narrations, got {str(narration_pass)[:80]}")
    return rows


def _read_pass(meta: VideoMeta, rows: list[dict[str, Any]], drops: Drops) -> list[Narration]:
    """The usable narrations of one pass, in time order."""
    kept: list[Narration] = []
    for row in rows:
        text, time = row.get("narration_text"), seconds(row.get("timestamp_sec"))
        if not isinstance(text, str) or time is None:
            found: Span | str = "no text or time"
        else:
            found = visible(meta, time, time)
            if isinstance(found, Span):
                sentence = clean_sentence(text)
                if sentence.dropped is None:
                    kept.append(Narration(meta.video, found, sentence.text, sentence.actor))
                    continue
                found = sentence.dropped
        drops.add(str(found), f"{meta.video} {row.get('timestamp_sec')} {text}")
    return in_order(kept)


def merge_passes(first: list[Narration], second: list[Narration], drops: Drops) -> list[Narration]:
    """Both passes in time order, without duplicates.

    Within a pass the same sentence at the same time is a duplicate. Across passes so is one by the same actor and
    of the same deed, within `SAME_EVENT_SECONDS`, that shares at least half of its other words with a sentence not yet
    matched; the pass with more sentences wins.
    """
    base, other = sorted((distinct(first, drops), distinct(second, drops)), key=len, reverse=True)
    free = [(narration, *_told(narration)) for narration in base]
    merged, start = list(base), 0
    for narration in other:
        time, (deed, words) = narration.span.start, _told(narration)
        while start < len(free) and free[start][0].span.start < time - SAME_EVENT_SECONDS:
            start += 1
        found = None
        for index in range(start, len(free)):
            candidate, its_deed, its_words = free[index]
            if candidate.span.start > time + SAME_EVENT_SECONDS:
                break
            alike = (candidate.actor, its_deed) == (narration.actor, deed)
            if alike and _overlap(words, its_words) >= SAME_EVENT_OVERLAP:
                found = index
                break
        if found is None:
            merged.append(narration)
        else:
            # One sentence stands for one event: "picks up a plate" twice in a second are two plates.
            del free[found]
            drops.add("duplicate of the other pass", f"{narration.video} {time} {narration.text}")
    return in_order(merged)


def _told(narration: Narration) -> tuple[str, frozenset[str]]:
    """The deed ("take", or the verb's first letters) and the words that tell one event from another."""
    words = re.findall(r"[a-z0-9]+", narration.text.lower())
    actor = narration.actor.lower()
    if actor in words:
        words = words[words.index(actor) + 1 :]
    deed = "take" if is_take(narration) else "".join(words[:1])[:3]
    return deed, frozenset(words[1:]) - _FILLERS


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    """Share of common words, 0 to 1."""
    return len(one & two) / len(one | two) if one or two else 1.0
