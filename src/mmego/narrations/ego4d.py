"""Reading Ego4D's narrations (and files written in its schema, such as the simulator's)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops, clean_sentence, in_order, is_take
from mmego.narrations.stream import stream_array, stream_object
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
        if videos is not None and uid not in videos:
            drops.add("video not in the video list", uid)
            continue
        meta = videos[uid] if videos is not None else VideoMeta(uid)
        if not isinstance(entry, dict):
            raise InputError(f"{narrations_path}: video {uid!r} should be an object, got {type(entry).__name__}")
        passes = [_read_pass(meta, entry.get(name), drops) for name in PASSES]
        yield meta, merge_passes(passes[0], passes[1], drops)


def read_videos(path: Path) -> dict[str, VideoMeta]:
    """Ego4D's video list (``ego4d.json``) by uid. Raises InputError for a video without uid or duration."""
    videos: dict[str, VideoMeta] = {}
    for row in stream_array(Path(path), "videos"):
        try:
            redacted = tuple(
                Span(float(part["canonical_video_start_sec"]), float(part["canonical_video_end_sec"]))
                for part in row.get("video_components") or ()
                if part.get("redacted")
            )
            videos[row["video_uid"]] = VideoMeta(
                row["video_uid"], float(row["duration_sec"]), row.get("split_em"), redacted
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path}: a video needs video_uid, duration_sec and, if redacted, canonical_video_start_sec and "
                f"canonical_video_end_sec; got {str(row)[:200]}"
            ) from error
    return videos


def _read_pass(meta: VideoMeta, narration_pass: Any, drops: Drops) -> list[Narration]:
    """The usable narrations of one pass, in time order; a pass may be missing."""
    if not narration_pass:
        return []
    rows = narration_pass.get("narrations") if isinstance(narration_pass, dict) else narration_pass
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise InputError(f"video {meta.video!r}: a pass holds a list of narrations, got {str(narration_pass)[:80]}")
    kept: list[Narration] = []
    for row in rows:
        text, time = row.get("narration_text"), row.get("timestamp_sec")
        example = f"{meta.video} {time} {text}"
        if not isinstance(text, str) or not isinstance(time, (int, float)) or not math.isfinite(time):
            drops.add("no text or time", example)
            continue
        reason = _outside(meta, float(time))
        if reason is None:
            sentence = clean_sentence(text)
            reason = sentence.dropped
        if reason is not None:
            drops.add(reason, example)
            continue
        kept.append(Narration(meta.video, Span(float(time), float(time)), sentence.text, sentence.actor))
    return in_order(kept)


def _outside(meta: VideoMeta, time: float) -> str | None:
    """Why nothing is to be seen at `time`, or None."""
    if time < 0:
        return "before the start"
    if meta.duration is not None and time > meta.duration:
        return "past the end"
    if any(span.holds(time) for span in meta.redacted):
        return "redacted"
    return None


def merge_passes(first: list[Narration], second: list[Narration], drops: Drops) -> list[Narration]:
    """Both passes in time order, without duplicates.

    Within a pass the same sentence at the same time is a duplicate. Across passes so is one by the same actor and
    of the same deed, within `SAME_EVENT_SECONDS`, that shares at least half of its other words with a sentence not yet
    matched; the pass with more sentences wins.
    """
    base, other = sorted((_distinct(first, drops), _distinct(second, drops)), key=len, reverse=True)
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


def _distinct(narrations: list[Narration], drops: Drops) -> list[Narration]:
    seen: set[tuple[float, str]] = set()
    kept = []
    for narration in narrations:
        key = (narration.span.start, narration.text.lower())
        if key in seen:
            drops.add("duplicate", f"{narration.video} {narration.span.start} {narration.text}")
            continue
        seen.add(key)
        kept.append(narration)
    return kept


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
