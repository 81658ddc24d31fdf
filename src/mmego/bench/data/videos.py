"""How much of a video a question shows, how several videos share the frames, and times marked in a question. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from mmego.errors import InputError
from mmego.records import Span


def share_frames(lengths: Sequence[float], most: int) -> list[int]:
    """Share `most` frames among several videos: one each, the rest by length in seconds (largest remainder).

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
    """Return the seconds of a video of `duration` that `clip` shows."""
    return duration if clip is None else max(0.0, min(clip.end, duration) - max(clip.start, 0.0))


# ---- Times that a question marks in its text, as HD-EPIC does: ``<TIME 00:01:21.733 video 1>``. Pure.

_TIME = re.compile(r"<TIME (\d+):(\d\d):(\d\d(?:\.\d+)?)(?: ([^<>]+?))?>")


def shift_times(text: str, offsets: Mapping[str, float]) -> str:
    """Return `text` with its marked times moved to another timeline; without marks or with a shift of 0, as it is.

    HD-EPIC marks times in this way: ``<TIME 00:01:21.733 video 1>``.

    Args:
        text: a question or one of its choices.
        offsets: seconds to add, by the video's name in the mark; ``""`` is for names not listed. A mark stays if its
            video has no offset, or if its time would be below 0.
    """

    def moved(mark: re.Match[str]) -> str:
        hours, minutes, seconds, name = mark.groups()
        offset = offsets.get(name or "", offsets.get("", 0.0))
        time = int(hours) * 3600 + int(minutes) * 60 + float(seconds) + offset
        if offset == 0 or time < 0:
            return mark.group()
        millis = round(time * 1000)
        clock = f"{millis // 3600000:02d}:{millis // 60000 % 60:02d}:{millis % 60000 / 1000:06.3f}"
        return f"<TIME {clock} {name}>" if name else f"<TIME {clock}>"

    return _TIME.sub(moved, text)
