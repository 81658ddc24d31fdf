"""Cutting a narrated video into clips of every length class that fits into it."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmego.errors import InputError
from mmego.narrations.clean import in_order, to_spans
from mmego.records import NarratedClip, Narration, Span, VideoMeta
from mmego.records.length_classes import LENGTH_CLASSES, class_range

TRIES = 8
"""Most draws of one clip. They end when one cuts no narrated span and has enough narrations. Else the best is taken."""
SPARE = 0.01
"""Seconds by which a slot must exceed the shortest clip of its class, if there are several slots."""

WITHOUT_CLIP, IN_NO_CLIP = "video without a clip (too short, or too little told)", "in no clip"
GIVEN_TWICE = "video given twice"
CUT_AWAY = (f"in a {WITHOUT_CLIP}", IN_NO_CLIP, f"in a {GIVEN_TWICE}")
"""The reasons why cutting drops narrations that the readers kept."""


@dataclass(frozen=True)
class ClipOptions:
    """How to cut videos. The same options and the same video give the same clips."""

    per_class: int = 4
    """Most clips of one length class from one video. They do not overlap."""
    min_narrations: int = 4
    """Fewest narrations of a clip."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.per_class < 1 or self.min_narrations < 1:
            raise InputError(
                f"per_class and min_narrations must be at least 1, got {self.per_class} and {self.min_narrations}"
            )


def cut_clips(
    meta: VideoMeta, narrations: Sequence[Narration], dataset: str, options: ClipOptions
) -> list[NarratedClip]:
    """Return clips of all length classes that fit into the video, shortest class first, each with its narrations.

    A class gets as many slots of equal length as fit into the video, at most `per_class`, and one clip somewhere in
    each slot. Its ends move out of narrated spans if the class and the slot leave room. A narration belongs to a clip
    that shows its middle, and its span is cut to the clip. Times stay those of the video. A video shorter than half a
    minute gives no clip, and neither does a slot with too few narrations.

    Args:
        meta: the video. Without a known duration it ends with its last narration.
        narrations: those of the video, in any order.
        dataset: the value of `NarratedClip.dataset`.
        options: how many clips, and the seed. The draw depends only on these and on the video's name.
    """
    ordered = in_order(narrations)
    duration = meta.duration if meta.duration is not None else max((n.span.end for n in ordered), default=0.0)
    line = _Timeline(ordered, duration)
    rng = random.Random(f"{options.seed} {meta.video}")
    clips: dict[str, NarratedClip] = {}
    for slot, shortest, longest in _slots(duration, options.per_class):
        span = _draw(line, slot, shortest, longest, options.min_narrations, rng)
        if span is not None:
            clip_id = f"{meta.video}:{_plain(span.start)}-{_plain(span.end)}"
            clips[clip_id] = NarratedClip(clip_id, meta.video, span, line.inside(span), dataset, meta.split)
    return list(clips.values())


def in_no_clip(narrations: Sequence[Narration], clips: Sequence[NarratedClip]) -> list[Narration]:
    """Return the narrations of a video that belong to none of its clips."""
    spans = [clip.clip for clip in clips]
    return [n for n in narrations if not any(span.start <= _middle(n) <= span.end for span in spans)]


def _middle(narration: Narration) -> float:
    return narration.span.start + narration.span.length / 2


def _slots(duration: float, per_class: int) -> Iterator[tuple[Span, float, float]]:
    """Yield the slot of each clip with its least and greatest length, in seconds."""
    for name in LENGTH_CLASSES:
        shortest, longest = class_range(name)
        count = min(per_class, int(duration // shortest))
        # If the shortest clip filled its slot exactly, rounding could make it too long.
        count -= count > 1 and duration / count < shortest + SPARE
        for number in range(count):
            # The last slot ends exactly with the video: (count * duration) / count may differ by rounding.
            end = duration if number + 1 == count else duration * (number + 1) / count
            yield Span(duration * number / count, end), shortest, longest


def _draw(line: _Timeline, slot: Span, shortest: float, longest: float, fewest: int, rng: random.Random) -> Span | None:
    """Return one clip in a slot with at least `fewest` narrations, or None if no draw finds one."""
    best = None
    for _ in range(TRIES):
        length = rng.uniform(min(shortest, slot.length), min(longest, slot.length))
        start = slot.start + rng.uniform(0.0, slot.length - length)
        span, clean = _settle(line, Span(start, min(start + length, slot.end)), slot, shortest, longest)
        if line.count(span) >= fewest:
            if clean:
                return span
            best = best or span
    return best


def _settle(line: _Timeline, drawn: Span, slot: Span, shortest: float, longest: float) -> tuple[Span, bool]:
    """Return the span with the least shift of its ends that cuts no narrated span, and True; else the drawn one."""
    starts, ends = line.clean(drawn.start), line.clean(drawn.end)
    fitting = [
        Span(start, end)
        for start in starts
        for end in ends
        if slot.start <= start and end <= slot.end and shortest <= end - start and _below(end - start, longest)
    ]
    if not fitting:
        return drawn, False
    return min(fitting, key=lambda s: abs(s.start - drawn.start) + abs(s.end - drawn.end)), True


def _below(length: float, longest: float) -> bool:
    """Return True if `length` is below the end of its class. Only the last class includes its end."""
    return length < longest or length == longest == class_range(LENGTH_CLASSES[-1])[1]


def _plain(seconds: float) -> str:
    """Return seconds with at most two decimals: "60", "12.5"."""
    return f"{seconds:.2f}".rstrip("0").rstrip(".")


class _Timeline:
    """The narrations of a video in time order, with indexes for cutting."""

    def __init__(self, narrations: list[Narration], duration: float) -> None:
        self.narrations = narrations
        middles = sorted((_middle(n), index) for index, n in enumerate(narrations))
        self.middles = [middle for middle, _ in middles]
        self.by_middle = [index for _, index in middles]
        # Overlapping spans become one. Spans that only touch stay two: a cut between them is possible.
        self.starts: list[float] = []
        self.ends: list[float] = []
        for span in sorted(to_spans(narrations, duration)):
            if self.ends and span.start < self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], span.end)
            else:
                self.starts.append(span.start)
                self.ends.append(span.end)

    def clean(self, time: float) -> tuple[float, ...]:
        """Return where to cut near `time`: there, or before and after the narrated spans around it."""
        index = bisect_left(self.starts, time) - 1
        if index >= 0 and time < self.ends[index]:
            return self.starts[index], self.ends[index]
        # Two decimals are easier to read in files, unless they cut a span.
        rounded = round(time, 2)
        index = bisect_left(self.starts, rounded) - 1
        return (time,) if index >= 0 and rounded < self.ends[index] else (rounded, time)

    def count(self, span: Span) -> int:
        """Return the number of narrations of a clip with this span."""
        return bisect_right(self.middles, span.end) - bisect_left(self.middles, span.start)

    def inside(self, span: Span) -> tuple[Narration, ...]:
        """Return the narrations of a clip, in time order, with their spans cut to it."""
        first, last = bisect_left(self.middles, span.start), bisect_right(self.middles, span.end)
        return tuple(
            replace(n, span=Span(max(n.span.start, span.start), min(n.span.end, span.end)))
            for n in (self.narrations[index] for index in sorted(self.by_middle[first:last]))
        )
