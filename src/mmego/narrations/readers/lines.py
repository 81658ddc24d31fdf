"""Lines of a source, for every reader: parse times, group the lines by video, drop and count faults."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mmego.files import VIDEO_ENDINGS
from mmego.narrations.clean import Drops, in_order, one_line, plain_sentence
from mmego.narrations.readers.number_marks import NO_MARKS, Marks
from mmego.records import Narration, Span, VideoMeta

# A narrator's clock is about a frame off: this much before the start counts as the start, and a span may end this much
# after the video (one in EPIC-KITCHENS does, by 13 ms) and is cut. A point in time past the end is never kept.
BEFORE_START = 0.05
AFTER_END = 1.0
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d*)?)")
TIMES = "a time is seconds (62.5), minutes (1:02.5) or hours (0:01:02.5)"
NO_TEXT_OR_TIME = "no text or time"
TWO_READINGS = "a time that can be read in two ways"
NOT_LISTED = "video not in the video list"
BAD_NAME = "video with a name that no file can hold"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source as it stands: nothing is checked yet.

    `where` names file and row for messages; `end` None means a point in time. `marks` says what commas and points mean
    in the line's table; it may learn until the last line is read.
    """

    where: str
    text: object
    start: object
    end: object = None
    actor: str = "C"
    verb: str | None = None
    nouns: tuple[str, ...] = ()
    marks: Marks = NO_MARKS


def seconds(value: object, marks: Marks = NO_MARKS) -> float | None:
    """Parse a time in seconds: a number, "12.5", "12,5", "01:02.500", "90:00" or "12:01:02,500"; None for others.

    `marks` is what the table has shown of its commas and points: without it "1,234" has two readings and gives None.
    """
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
        elif not isinstance(value, str):
            return None
        elif clock := _CLOCK.fullmatch(value.strip()):
            hours, minutes, rest = clock.groups()
            second = float(rest.replace(",", "."))
            if second >= 60 or (hours is not None and float(minutes) >= 60):
                return None  # 1:75: a typing error, or another unit
            number = float(hours or 0) * 3600 + float(minutes) * 60 + second
        else:
            return marks.read(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def visible_span(meta: VideoMeta, start: float, end: float) -> Span | str:
    """Return the part of the span that the video shows, or the reason why it shows nothing of it."""
    if start < -BEFORE_START:
        return "before the start"
    start = max(0.0, start)
    end = max(start, end)
    if meta.duration is not None:
        if start > meta.duration or end > meta.duration + AFTER_END:
            return "past the end"
        end = min(end, meta.duration)
    if any(start <= span.end and end >= span.start for span in meta.redacted):
        return "redacted"
    return Span(start, end)


def keep_lines(meta: VideoMeta, lines: Iterable[Line], drops: Drops) -> list[Narration]:
    """Return the usable lines of one video as narrations in time order, each once."""
    kept = []
    for line in lines:
        found = _keep(meta, line)
        if found in (NO_TEXT_OR_TIME, TWO_READINGS):
            drops.add(found, f"{line.where}: {_bad_cell(line)}: {meta.video} {line.text or ''}")
        elif isinstance(found, str):
            drops.add(found, f"{line.where}: {meta.video} {line.start} {line.text}")
        else:
            kept.append(found)
    return distinct(in_order(kept), drops)


def _keep(meta: VideoMeta, line: Line) -> Narration | str:
    """Return the narration of a line, or the reason why there is none."""
    start = seconds(line.start, line.marks)
    end = start if line.end is None else seconds(line.end, line.marks)
    if start is None or end is None or not isinstance(line.text, str):
        times = [cell for cell in (line.start, line.end) if isinstance(cell, str)]
        return TWO_READINGS if any(len(line.marks.readings(cell)) == 2 for cell in times) else NO_TEXT_OR_TIME
    if end < start:
        return "end before start"
    span = visible_span(meta, start, end)
    if isinstance(span, str):
        return span
    sentence = plain_sentence(line.text, one_line(line.actor))
    if sentence.dropped is not None:
        return sentence.dropped
    verb, nouns = one_line(line.verb or "") or None, tuple(map(one_line, line.nouns))
    return Narration(meta.video, span, sentence.text, sentence.actor, verb, nouns)


def _bad_cell(line: Line) -> str:
    """Say which cell of a line without text or time is wrong, and what it should hold."""
    if not isinstance(line.text, str):
        return f"text is {_shown(line.text)}"
    name, value = ("start", line.start) if seconds(line.start, line.marks) is None else ("end", line.end)
    both = line.marks.readings(value) if isinstance(value, str) else ()
    if len(both) == 2:
        return (
            f"{name} is {_shown(value)}: {both[0]:g} s or {both[1]:g} s? No other time of the table says which; "
            "write it without thousands marks and with a decimal point"
        )
    return f"{name} is {_shown(value)} ({TIMES})"


def _shown(value: object) -> str:
    """Format a cell for a message."""
    return "empty" if value is None or value == "" else repr(value)[:40]


def without_ending(name: str) -> str:
    """Remove the ending of a video file from a name: "walk.MP4" becomes "walk"."""
    head, dot, ending = name.rpartition(".")
    return head if head and dot + ending.lower() in VIDEO_ENDINGS else name


def nameable(video: str) -> bool:
    """Return False for a name with half of a surrogate pair (legal in JSON): no UTF-8 file can hold it."""
    return video.isprintable() or not any("\ud800" <= character <= "\udfff" for character in video)


def find_video(videos: Mapping[str, VideoMeta], name: str) -> VideoMeta | None:
    """Look up a video in a video list, with or without the ending of a video file; the result has the name given."""
    found = videos.get(name) or videos.get(without_ending(name))
    return replace(found, video=name) if found is not None else None


def distinct(narrations: Iterable[Narration], drops: Drops) -> list[Narration]:
    """Remove narrations that repeat an earlier one: the same text at the same time."""
    seen: set[tuple[float, float, str]] = set()
    kept = []
    for narration in narrations:
        key = (narration.span.start, narration.span.end, narration.text.lower())
        if key in seen:
            drops.add("duplicate", f"{narration.video} {narration.span.start} {narration.text}")
            continue
        seen.add(key)
        kept.append(narration)
    return kept


def read_lines(
    lines: Callable[[Drops], Iterator[tuple[str, Line]]],
    videos: dict[str, VideoMeta] | None,
    split: str | None,
    drops: Drops,
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Group the lines by video, clean them, and yield the videos.

    Args:
        lines: gives all (video, line) pairs from the start at each call, and counts broken rows.
        videos: the video list; a video that is missing there is dropped.
        split: the split of a video if `videos` says none.
        drops: counts what was dropped and why.
    """
    for video, narrated in _by_video(lines, drops):
        if not nameable(video):
            drops.add(BAD_NAME, f"{narrated[0].where}: {video}")
            drops.add(f"in a {BAD_NAME}", video, count=len(narrated))
            continue
        known = find_video(videos, video) if videos is not None else VideoMeta(video)
        if known is None:
            drops.add(NOT_LISTED, video)
            drops.add(f"in a {NOT_LISTED}", video, count=len(narrated))
            continue
        meta = VideoMeta(video, known.duration, known.split or split, known.redacted)
        yield meta, keep_lines(meta, narrated, drops)


def _by_video(lines: Callable[[Drops], Iterator[tuple[str, Line]]], drops: Drops) -> Iterator[tuple[str, list[Line]]]:
    """Yield each video with its lines as soon as its last line is read.

    The lines are read twice, first to count those of each video: then only one video is in memory at a time, unless
    the file mixes the lines of several videos.
    """
    left = Counter(video for video, _ in lines(Drops()))
    waiting: dict[str, list[Line]] = {}
    for video, line in lines(drops):
        if not video:
            drops.add("no video", line.where)
            continue
        narrated = waiting.setdefault(video, [])
        narrated.append(line)
        left[video] -= 1
        if not left[video]:
            yield video, waiting.pop(video)
