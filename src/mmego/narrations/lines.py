"""What every reader does with its lines: read times, bring each video's lines together, drop and count faults."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mmego.narrations.clean import Drops, in_order, plain_sentence
from mmego.records import Narration, Span, VideoMeta

# A narrator's clock is a frame or so off: this much before the start is the start, and a stretch may end this much
# after the video does (EPIC-KITCHENS has one by 13 ms) and is cut. A point in time past the end is never kept.
BEFORE_START = 0.05
AFTER_END = 1.0
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d*)?)")
NOT_LISTED = "video not in the video list"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source as it stands there: nothing is checked yet.

    `where` names file and row for messages; `end` None means a point in time.
    """

    where: str
    text: object
    start: object
    end: object = None
    actor: str = "C"
    verb: str | None = None
    nouns: tuple[str, ...] = ()


def seconds(value: object) -> float | None:
    """A time in seconds from a number, "12.5", "12,5", "01:02.500" or "123:01:02,500"; None if it is none of these."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
        elif not isinstance(value, str):
            return None
        elif clock := _CLOCK.fullmatch(value.strip()):
            hours, minutes, rest = clock.groups()
            number = float(hours or 0) * 3600 + float(minutes) * 60 + float(rest.replace(",", "."))
        else:
            number = float(value.replace(",", "."))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def visible(meta: VideoMeta, start: float, end: float) -> Span | str:
    """The span as far as the video shows it, or the reason why nothing of it is to be seen."""
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
    """The usable lines of one video as narrations in time order, each once."""
    kept = []
    for line in lines:
        found = _keep(meta, line)
        if isinstance(found, str):
            drops.add(found, f"{line.where}: {meta.video} {line.start} {line.text}")
        else:
            kept.append(found)
    return distinct(in_order(kept), drops)


def _keep(meta: VideoMeta, line: Line) -> Narration | str:
    """The narration that a line tells, or why there is none."""
    start = seconds(line.start)
    end = start if line.end is None else seconds(line.end)
    if start is None or end is None or not isinstance(line.text, str):
        return "no text or time"
    if end < start:
        return "end before start"
    span = visible(meta, start, end)
    if isinstance(span, str):
        return span
    sentence = plain_sentence(line.text, line.actor)
    if sentence.dropped is not None:
        return sentence.dropped
    return Narration(meta.video, span, sentence.text, sentence.actor, line.verb, line.nouns)


def distinct(narrations: Iterable[Narration], drops: Drops) -> list[Narration]:
    """Without those that say the same of the same time as one before them."""
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
    """Bring the lines of each video together and clean them.

    Args:
        lines: gives all (video, line) pairs from the start each time it is called, counting broken rows.
        videos: what is known of the videos; a video that is missing there is dropped.
        split: the split of a video of which `videos` says none.
        drops: counts what was dropped and why.
    """
    for video, told in _by_video(lines, drops):
        if videos is not None and video not in videos:
            drops.add(NOT_LISTED, video)
            drops.add(f"in a {NOT_LISTED}", video, count=len(told))
            continue
        known = videos[video] if videos is not None else VideoMeta(video)
        meta = VideoMeta(video, known.duration, known.split or split, known.redacted)
        yield meta, keep_lines(meta, told, drops)


def _by_video(lines: Callable[[Drops], Iterator[tuple[str, Line]]], drops: Drops) -> Iterator[tuple[str, list[Line]]]:
    """Each video with its lines, as soon as its last line was seen.

    The lines are gone through twice: first to count those of each video, so that a file whose videos follow one another
    is held one video at a time; only of a mixed file is more in memory.
    """
    left = Counter(video for video, _ in lines(Drops()))
    waiting: dict[str, list[Line]] = {}
    for video, line in lines(drops):
        if not video:
            drops.add("no video", line.where)
            continue
        told = waiting.setdefault(video, [])
        told.append(line)
        left[video] -= 1
        if not left[video]:
            yield video, waiting.pop(video)
