"""What the first packets of a video say: its start, the distance of keyframes, whether its times can be trusted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

_READ_ON_SECONDS = 30.0  # how far the start is read (not decoded) to see where keyframes lie
_READ_ON_BYTES = 64 << 20
_READ_ON_PACKETS = 20_000  # where no packet has a time
_GOPS_WANTED = 4


def packets_of(container: Any, stream: Any) -> Iterator[Any]:
    """Yield packets with pictures, until the end or the first fault of the container."""
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except MemoryError:  # neither damage nor an end
        raise
    except av.FFmpegError:
        return


@dataclass(slots=True)
class FirstPackets:
    """What the first packets say.

    `origin`: first tick on screen. `gop`: longest distance of two keyframes in seconds. `steady`: whether frames last
    equally long. `packets`: how many were read; `untimed`: how many of them do not say when they are shown.
    `reordered`: whether any is decoded and shown at different times. `step`: ticks between frames at a steady rate.
    """

    origin: int | None = None
    gop: float | None = None
    steady: bool = False
    packets: int = 0
    untimed: int = 0
    reordered: bool = False
    step: int | None = None


def read_first_packets(stream: Any, container: Any, base: Fraction) -> FirstPackets:
    """Read the first packets; the header of a cut file states the wrong start."""
    start = FirstPackets()
    keys: list[int] = []
    size = 0
    last = None
    decoded: list[int] = []
    for packet in packets_of(container, stream):
        size += packet.size
        start.packets += 1
        if packet.dts is not None:
            decoded.append(packet.dts)
        if packet.pts is None:
            start.untimed += 1
        else:
            last = packet.pts
            start.reordered = start.reordered or packet.dts not in (None, packet.pts)
            if packet.is_keyframe:
                keys.append(packet.pts)
            if not packet.is_discard:
                start.origin = packet.pts if start.origin is None else min(start.origin, packet.pts)
        seconds = float(((last or 0) - keys[0]) * base) if keys else 0.0
        if size > _READ_ON_BYTES or seconds > _READ_ON_SECONDS or len(keys) > _GOPS_WANTED:
            last = None
            break
        if start.packets > _READ_ON_PACKETS:
            last = None
            break
    if last is not None and keys:
        keys.append(last)  # read to the end: the last group is known too
    start.gop = max((float((b - a) * base) for a, b in itertools.pairwise(keys)), default=None)
    start.steady = _is_steady(decoded)
    if start.steady:
        start.step = _usual(decoded)
    return start


def _usual(ticks: list[int]) -> int:
    distances = sorted(b - a for a, b in itertools.pairwise(ticks))
    return distances[len(distances) // 2]


def _is_steady(ticks: list[int]) -> bool:
    """Return whether nine in ten distances are within 10 % of the median: a few lost frames do not count."""
    distances = [b - a for a, b in itertools.pairwise(ticks)]
    if not distances:
        return False
    usual = _usual(ticks)
    return sum(10 * abs(d - usual) <= max(usual, 10) for d in distances) >= 0.9 * len(distances)
