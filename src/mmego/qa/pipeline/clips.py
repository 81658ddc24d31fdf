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
"""Draws of one clip until its ends cut no narrated span and it tells enough; the best of them is taken otherwise."""

SPARE = 0.01
"""Seconds that each of several slots of a class must have beyond its shortest clip."""


WITHOUT_CLIP, IN_NO_CLIP = "video without a clip (too short, or too little told)", "in no clip"
TOLD_TWICE = "video given twice"
CUT_AWAY = (f"in a {WITHOUT_CLIP}", IN_NO_CLIP, f"in a {TOLD_TWICE}")
"""Why cutting drops narrations that the readers kept."""


@dataclass(frozen=True)
class ClipOptions:
    """How videos are cut. Same options, same video: same clips."""

    per_class: int = 4
    """Most clips of one length class from one video; they do not overlap each other."""
    min_narrations: int = 4
    """Fewest narrations of a clip."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.per_class < 1 or self.min_narrations < 1:
            raise InputError(
                f"clips a class and narrations a clip must be at least 1, got {self.per_class}, {self.min_narrations}"
            )


def cut_clips(
    meta: VideoMeta, narrations: Sequence[Narration], dataset: str, options: ClipOptions
) -> list[NarratedClip]:
    """Clips of all length classes that fit into the video, shortest class first, each with its narrations.

    A class gets as many slots of equal length as the video holds, at most `per_class`, and one clip somewhere in each
    slot. Its ends are moved out of narrated spans where the class and the slot leave room for that. A narration
    belongs to a clip that shows at least half of it (its middle), and its span is cut to the clip. Times stay the
    video's. Nothing comes of a video shorter than half a minute, or of slots that tell too little.

    Args:
        meta: a video without known duration ends with its last narration.
        narrations: the video's, in any order.
        dataset: what `NarratedClip.dataset` shall say.
        options: how many, and the seed; the draw depends on that and on the video's name alone.
    """
    told = in_order(narrations)
    duration = meta.duration if meta.duration is not None else max((n.span.end for n in told), default=0.0)
    line = _Timeline(told, duration)
    rng = random.Random(f"{options.seed} {meta.video}")
    clips: dict[str, NarratedClip] = {}
    for slot, shortest, longest in _slots(duration, options.per_class):
        span = _draw(line, slot, shortest, longest, options.min_narrations, rng)
        if span is not None:
            clip_id = f"{meta.video}:{_plain(span.start)}-{_plain(span.end)}"
            clips[clip_id] = NarratedClip(clip_id, meta.video, span, line.inside(span), dataset, meta.split)
    return list(clips.values())


def in_no_clip(narrations: Sequence[Narration], clips: Sequence[NarratedClip]) -> list[Narration]:
    """The narrations of a video that belong to none of its clips: between two of a class, or too far from them all."""
    spans = [clip.clip for clip in clips]
    return [n for n in narrations if not any(span.start <= _middle(n) <= span.end for span in spans)]


def _middle(narration: Narration) -> float:
    return narration.span.start + narration.span.length / 2


def _slots(duration: float, per_class: int) -> Iterator[tuple[Span, float, float]]:
    """Where each clip may lie, with the least and the greatest length it may have, in seconds."""
    for name in LENGTH_CLASSES:
        shortest, longest = class_range(name)
        count = min(per_class, int(duration // shortest))
        # Slots that the shortest clip fills to the last bit would lose it to rounding.
        count -= count > 1 and duration / count < shortest + SPARE
        for number in range(count):
            # The last slot ends with the video exactly: (count * duration) / count may be a hair off.
            end = duration if number + 1 == count else duration * (number + 1) / count
            yield Span(duration * number / count, end), shortest, longest


def _draw(line: _Timeline, slot: Span, shortest: float, longest: float, fewest: int, rng: random.Random) -> Span | None:
    """One clip in a slot with at least `fewest` narrations, or None if no draw finds them."""
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
    """The least shift of the drawn ends that cuts no narrated span and keeps slot and class; False if there is none."""
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
    """A boundary belongs to the longer class, but for the last class, which has none above it."""
    return length < longest or length == longest == class_range(LENGTH_CLASSES[-1])[1]


def _plain(seconds: float) -> str:
    """Seconds with at most two decimals: "60", "12.5"."""
    return f"{seconds:.2f}".rstrip("0").rstrip(".")


class _Timeline:
    """A video's narrations in time order, indexed for the two questions that cutting asks again and again."""

    def __init__(self, told: list[Narration], duration: float) -> None:
        self.told = told
        middles = sorted((_middle(n), index) for index, n in enumerate(told))
        self.middles = [middle for middle, _ in middles]
        self.by_middle = [index for _, index in middles]
        # Spans that overlap become one; those that only touch stay two, for one can cut between them.
        self.starts: list[float] = []
        self.ends: list[float] = []
        for span in sorted(to_spans(told, duration)):
            if self.ends and span.start < self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], span.end)
            else:
                self.starts.append(span.start)
                self.ends.append(span.end)

    def clean(self, time: float) -> tuple[float, ...]:
        """Where to cut near `time`: there, or before and behind the narrated spans that it lies inside of."""
        index = bisect_left(self.starts, time) - 1
        if index >= 0 and time < self.ends[index]:
            return self.starts[index], self.ends[index]
        # Two decimals read better in files, unless they would cut.
        rounded = round(time, 2)
        index = bisect_left(self.starts, rounded) - 1
        return (time,) if index >= 0 and rounded < self.ends[index] else (rounded, time)

    def count(self, span: Span) -> int:
        """How many narrations a clip of this span has."""
        return bisect_right(self.middles, span.end) - bisect_left(self.middles, span.start)

    def inside(self, span: Span) -> tuple[Narration, ...]:
        """The narrations of a clip, in time order, with their spans cut to it."""
        first, last = bisect_left(self.middles, span.start), bisect_right(self.middles, span.end)
        return tuple(
            replace(n, span=Span(max(n.span.start, span.start), min(n.span.end, span.end)))
            for n in (self.told[index] for index in sorted(self.by_middle[first:last]))
        )
