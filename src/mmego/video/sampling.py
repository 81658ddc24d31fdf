"""Which times of a video to look at: pure arithmetic, no file is touched (docs/explanation/decisions-method.md)."""

from __future__ import annotations

import itertools
import math

import numpy as np

from mmego.errors import InputError
from mmego.records import Span

# 29.97 fps files of "one minute" last 59.993 s or 60.0000001 s; without a tolerance one frame comes or goes.
_ROUNDING = 1e-6
UNKNOWN_RATE = 30.0
"""Frames per second of a video that does not state its rate."""


def frame_times(duration: float, max_frames: int, fps: float | None = 1.0, clip: Span | None = None) -> list[float]:
    """Return the times of frames to sample: the middles of N equal pieces of the video, or of a clip of it.

    N is ``min(max_frames, max(1, floor(length * fps)))``; with `fps` None it is always `max_frames`.

    Args:
        duration: seconds of video, above 0.
        max_frames: most frames wanted, at least 1.
        fps: frames per second of video until `max_frames` is reached.
        clip: the part to sample, cut to the video's bounds.

    Returns:
        N times in seconds from the start of the video, strictly rising, all before its end. A clip of zero length
        gives its one time.

    Raises:
        InputError: a value is outside these bounds, or the clip lies outside the video.
    """
    if not (math.isfinite(duration) and duration > 0):
        raise InputError(f"duration must be a number of seconds above 0, got {duration}")
    if max_frames < 1:
        raise InputError(f"max_frames must be at least 1, got {max_frames}")
    if fps is not None and not (math.isfinite(fps) and fps > 0):
        raise InputError(f"fps must be above 0, or None to take max_frames for any length, got {fps}")
    start, end = (0.0, duration) if clip is None else _cut(clip, duration)
    length = end - start
    if length == 0:
        return [start]
    count = max_frames
    if fps is not None:
        count = min(max_frames, max(1, math.floor(length * fps + _ROUNDING)))
    return [start + (index + 0.5) * length / count for index in range(count)]


def first_to_last(duration: float, frames: int, fps: float, clip: Span | None = None) -> list[float]:
    """Return the times of `frames` frames of a video, or of a clip of it, evenly from its first frame to its last.

    As LLaVA-NeXT's `load_video` does: ``np.linspace(0, total - 1, frames, dtype=int)`` over the numbers of the video's
    own frames. A video of fewer frames gives each of them once (there, some of them twice).

    Args:
        duration: seconds of video, above 0.
        frames: how many, at least 1.
        fps: the video's own frames per second; 0 (unknown) counts as `UNKNOWN_RATE`.
        clip: the part to sample, cut to the video's bounds.

    Returns:
        Times in seconds, strictly rising: the middle of each frame's time on screen.

    Raises:
        InputError: a value is outside these bounds, or the clip lies outside the video.
    """
    if not (math.isfinite(duration) and duration > 0):
        raise InputError(f"duration must be a number of seconds above 0, got {duration}")
    if frames < 1:
        raise InputError(f"frames must be at least 1, got {frames}")
    rate = fps if math.isfinite(fps) and fps > 0 else UNKNOWN_RATE
    start, end = (0.0, duration) if clip is None else _cut(clip, duration)
    total = max(1, round(duration * rate))
    first = min(math.ceil(start * rate - _ROUNDING), total - 1)
    last = min(max(first, math.ceil(end * rate - _ROUNDING) - 1), total - 1)
    numbers = np.linspace(first, last, frames, dtype=int)
    return [min((number + 0.5) / rate, duration) for number in np.unique(numbers).tolist()]


def stride(times: list[float]) -> float:
    """Return the smallest distance of two neighbouring times in seconds; infinity for fewer than two."""
    return min((b - a for a, b in itertools.pairwise(times)), default=math.inf)


def _cut(clip: Span, duration: float) -> tuple[float, float]:
    start, end = max(0.0, clip.start), min(clip.end, duration)
    if start > end or start >= duration:
        raise InputError(f"the clip {clip.to_json()} lies outside the video, which lasts {duration:.3f} s")
    return start, end
