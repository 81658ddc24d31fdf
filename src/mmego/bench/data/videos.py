"""How much of a video a question shows, and how frames are shared out over several videos."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mmego.errors import InputError
from mmego.records import Span


def share_frames(lengths: Sequence[float], most: int) -> list[int]:
    """`most` frames over several videos: one each, the rest by their lengths in seconds (largest remainder).

    Raises:
        InputError: there are more videos than frames.
    """
    if most < len(lengths):
        raise InputError(f"{len(lengths)} videos need {len(lengths)} frames or more, got {most}")
    total, spare = sum(lengths), most - len(lengths)
    if total == 0:
        return [1] * len(lengths)
    exact = [spare * length / total for length in lengths]
    shares = [math.floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda index: shares[index] - exact[index])
    for index in order[: spare - sum(shares)]:
        shares[index] += 1
    return [1 + share for share in shares]


def shown_length(clip: Span | None, duration: float) -> float:
    """Seconds of a video of `duration` that `clip` shows."""
    return duration if clip is None else max(0.0, min(clip.end, duration) - max(clip.start, 0.0))
