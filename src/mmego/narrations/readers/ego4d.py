"""Reader of Ego4D's narrations, and of files in the same schema, such as the simulator's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops, clean_sentence, in_order, is_take
from mmego.narrations.readers.json_stream import stream_videos
from mmego.narrations.readers.lines import (
    BAD_NAME,
    NO_TEXT_OR_TIME,
    NOT_LISTED,
    distinct,
    find_video,
    nameable,
    seconds,
    visible_span,
)
from mmego.narrations.readers.rows import first_member
from mmego.narrations.readers.video_list import read_video_list
from mmego.records import Narration, Span, VideoMeta

PASSES = ("narration_pass_1", "narration_pass_2")
ONE_PASS = "narrations"
"""Member of ``all_narrations_redacted.json`` (version 2) that holds a video's lines, both passes in one list."""
UNKNOWN_SHAPE = "video whose entry has no narrations in a known place"
_VIDEOS = re.compile(r'"videos"\s*+:\s*+\{')
_NARRATIONS = re.compile(r'"(?:narration_pass_[12]|narrations|no_annotations)"')
# Members of an entry without narrations: nothing is lost with it.
_SILENT = frozenset(("status", "summaries", "no_annotations", "video_uid", "is_valid"))
# Two annotators narrate the same video: the same event in much the same words within this time is one event.
SAME_EVENT_SECONDS = 1.5
SAME_EVENT_OVERLAP = 0.5
_FILLERS = frozenset(("a", "an", "the", "his", "her", "their", "up", "down", "of", "with", "on", "in", "from"))


def is_ego4d(text: str) -> bool:
    """Return True for the beginning of a file in Ego4D's schema: every member is a video, which is an object.

    Version 2 has its videos under "videos", sometimes after a version and a date.
    """
    member = first_member(text)
    if member is None:
        return False
    return (member.group(2) == "{" or _VIDEOS.search(text) is not None) and _NARRATIONS.search(text) is not None


def read_ego4d(
    narrations_path: Path, videos_path: Path | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Yield the videos of a narration file, each with its cleaned narrations in time order.

    One video is in memory at a time. Both passes are merged without duplicates. A video none of whose lines survive
    has an empty list.

    Args:
        narrations_path: ``{video_uid: {"narration_pass_1": {"narrations": [...]}, ...}}``, or version 2's
            ``{"videos": {video_uid: {"narrations": [{"text", "time", "is_summary"}]}}}``.
        videos_path: ``ego4d.json``; without it durations, splits and redacted spans are unknown.
        drops: counts what was dropped and why.

    Raises:
        InputError: a file is not JSON or does not have this schema.
    """
    drops = drops if drops is not None else Drops()
    videos = read_video_list(videos_path) if videos_path is not None else None
    for uid, entry in stream_videos(Path(narrations_path)):
        passes = [_rows(narrations_path, uid, entry.get(name)) for name in PASSES]
        for rows, more in zip(passes, _by_annotation(_rows(narrations_path, uid, entry.get(ONE_PASS))), strict=True):
            rows += more
        if not {*PASSES, ONE_PASS} & set(entry) and set(entry) - _SILENT:
            drops.add(UNKNOWN_SHAPE, f"{uid}: {', '.join(map(str, entry))}"[:200])
            continue
        if not nameable(uid):
            drops.add(BAD_NAME, uid)
            drops.add(f"in a {BAD_NAME}", uid, count=sum(map(len, passes)))
            continue
        meta = find_video(videos, uid) if videos is not None else VideoMeta(uid)
        if meta is None:
            drops.add(NOT_LISTED, uid)
            drops.add(f"in a {NOT_LISTED}", uid, count=sum(map(len, passes)))
            continue
        first, second = (_read_pass(meta, rows, drops) for rows in passes)
        yield meta, merge_passes(first, second, drops)


def _rows(path: Path, uid: str, narration_pass: Any) -> list[Any]:
    """Return the rows of one pass as they are; a pass may be missing."""
    if not narration_pass:
        return []
    rows = narration_pass.get("narrations") if isinstance(narration_pass, dict) else narration_pass
    if rows is None and isinstance(narration_pass, dict) and "summaries" in narration_pass:
        return []
    if not isinstance(rows, list) or (rows and not any(isinstance(row, dict) for row in rows)):
        raise InputError(f"{path}: video {uid!r}: a pass holds a list of narrations, got {str(narration_pass)[:80]}")
    return list(rows)


def _by_annotation(rows: list[Any]) -> tuple[list[Any], list[Any]]:
    """Split one list of rows by annotator into two passes; all are the first pass if there are not two."""
    uids = [row.get("_annotation_uid", row.get("annotation_uid")) if isinstance(row, dict) else None for row in rows]
    known = list(dict.fromkeys(uid for uid in uids if isinstance(uid, str)))
    if len(known) != 2:
        return rows, []
    second = [row for row, uid in zip(rows, uids, strict=True) if uid == known[1]]
    return [row for row, uid in zip(rows, uids, strict=True) if uid != known[1]], second


def _read_pass(meta: VideoMeta, rows: list[Any], drops: Drops) -> list[Narration]:
    """Return the usable narrations of one pass, in time order."""
    kept: list[Narration] = []
    for row in rows:
        if not isinstance(row, dict):
            drops.add(NO_TEXT_OR_TIME, f"{meta.video} {row}"[:200])
            continue
        text, at = row.get("narration_text", row.get("text")), row.get("timestamp_sec", row.get("time"))
        time = seconds(at)
        if not isinstance(text, str) or time is None:
            found: Span | str = NO_TEXT_OR_TIME
        elif row.get("is_summary") is True:
            found = "summary"
        else:
            found = visible_span(meta, time, time)
            if isinstance(found, Span):
                sentence = clean_sentence(text)
                if sentence.dropped is None:
                    kept.append(Narration(meta.video, found, sentence.text, sentence.actor))
                    continue
                found = sentence.dropped
        drops.add(str(found), f"{meta.video} {at} {text}")
    return in_order(kept)


def merge_passes(first: list[Narration], second: list[Narration], drops: Drops) -> list[Narration]:
    """Merge both passes in time order, without duplicates.

    Within a pass, the same sentence at the same time is a duplicate. Across passes, a sentence is a duplicate of one of
    the same actor with the same verb within `SAME_EVENT_SECONDS`, if they share at least half of their other words;
    each sentence matches once, and the pass with more sentences wins.
    """
    base, other = sorted((distinct(first, drops), distinct(second, drops)), key=len, reverse=True)
    free = [(narration, *_event_words(narration)) for narration in base]
    merged, start = list(base), 0
    for narration in other:
        time, (verb, words) = narration.span.start, _event_words(narration)
        while start < len(free) and free[start][0].span.start < time - SAME_EVENT_SECONDS:
            start += 1
        found = None
        for index in range(start, len(free)):
            candidate, its_verb, its_words = free[index]
            if candidate.span.start > time + SAME_EVENT_SECONDS:
                break
            alike = (candidate.actor, its_verb) == (narration.actor, verb)
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


def _event_words(narration: Narration) -> tuple[str, frozenset[str]]:
    """Return the verb ("take", or the verb's first letters) and the words that distinguish one event from another."""
    words = re.findall(r"[a-z0-9]+", narration.text.lower())
    actor = narration.actor.lower()
    if actor in words:
        words = words[words.index(actor) + 1 :]
    verb = "take" if is_take(narration) else "".join(words[:1])[:3]
    return verb, frozenset(words[1:]) - _FILLERS


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    """Return the share of common words, 0 to 1."""
    return len(one & two) / len(one | two) if one or two else 1.0
