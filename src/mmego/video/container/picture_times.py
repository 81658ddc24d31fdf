"""When each picture is shown in a file that does not say so: raw streams, AVI with B-frames, program streams."""

from __future__ import annotations

import itertools
import statistics
from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from mmego.video.container.opening import open_video
from mmego.video.container.stream_clock import FAR_SECONDS

_BACK_SECONDS = 0.5  # a larger step back is a clock that restarts; a smaller one is a time given to the next packet
_SMOOTHED = 31  # a deviation counts only if it is the median of so many packets to each side


@dataclass(frozen=True, slots=True)
class PictureTimes:
    """The times of a file's pictures in the order in which they leave the decoder.

    `ticks`: rising; the i-th picture is shown from ``ticks[i]`` on. `end`: tick at which the last one ends. `gop`:
    most ticks between two keyframes, None if there are fewer than two. `losses`: orders of the packets that have lost
    ones before them. `known`: how many packets from the start are sure to have their place in the order.
    """

    ticks: array[int]
    end: int
    gop: int | None
    losses: frozenset[int]
    known: int


def read_picture_times(
    path: Path, frame_ticks: int, base: Fraction, longest_pause: int | None, broken_at: int | None = None
) -> PictureTimes:
    """Read every packet of a file, without decoding, and work out when its pictures are shown.

    Decoding times rise evenly even where presentation times are missing or made up: the i-th picture that leaves the
    decoder is shown at the i-th decoding time.

    Args:
        path: the video.
        frame_ticks: ticks of an average frame.
        base: seconds of a tick.
        longest_pause: most ticks between two packets of a program stream without a loss; None for other files, where
            decoding times are exact and a pause is a picture that stays on screen.
        broken_at: byte after which packets may be missing without a trace, None if there is none.

    Raises:
        VideoError: see `open_video`.
    """
    opened = open_video(path, "-genpts")
    times: list[int | None] = []
    known = 0
    keys: list[int] = []
    try:
        for packet in opened.container.demux(opened.stream):
            if packet.size:
                if packet.is_keyframe:
                    keys.append(len(times))
                times.append(packet.dts)
                if broken_at is None or (packet.pos is not None and packet.pos <= broken_at):
                    known = len(times)
    except MemoryError:  # neither damage nor an end
        raise
    except av.FFmpegError:
        pass  # the container ends here; what was read so far counts
    finally:
        opened.container.close()
    ticks = even_out(times, frame_ticks, base, longest_pause is not None)
    if not ticks:
        return PictureTimes(ticks, 0, None, frozenset(), 0)
    groups = [ticks[b] - ticks[a] for a, b in itertools.pairwise(keys)]
    pauses = enumerate(itertools.pairwise(ticks), 1)
    losses = frozenset(i for i, (a, b) in pauses if longest_pause is not None and b - a > longest_pause)
    return PictureTimes(ticks, ticks[-1] + frame_ticks, max(groups, default=None), losses, known)


def even_out(times: list[int | None], frame_ticks: int, base: Fraction, slips: bool) -> array[int]:
    """Turn decoding times with holes, slips and restarts into rising times.

    A missing time is one frame after the time before it. A clock that restarts is continued, as FFmpeg does.

    Args:
        times: in ticks, in decoding order, None where unknown.
        frame_ticks: ticks of an average frame.
        base: seconds of a tick.
        slips: ignore a few times in a row that are off: a program stream has a time every two kilobytes, and FFmpeg
            sometimes gives it to the wrong picture.
    """
    first = next((time for time in times if time is not None), 0)
    back, far = int(_BACK_SECONDS / base), int(FAR_SECONDS / base)
    offset, previous = 0, first - frame_ticks
    off: list[int] = []  # how far each time is from the even one
    for number, time in enumerate(times):
        expected = previous + frame_ticks
        if time is None:
            previous = expected
        else:
            if time + offset < previous - back or time + offset - expected > far:
                offset = expected - time
            previous = time + offset
        off.append(previous - first - number * frame_ticks)
    usual = _running_median(off) if slips else off
    result: array[int] = array("q")
    last = first - 1
    for number, (mine, others) in enumerate(zip(off, usual, strict=True)):
        trusted = mine if 4 * abs(mine - others) <= 3 * frame_ticks else others
        last = max(last + 1, first + number * frame_ticks + trusted)
        result.append(last)
    return result


def _running_median(values: list[int]) -> list[int]:
    if len(set(values)) <= 1:
        return values
    reach = _SMOOTHED
    return [statistics.median_low(values[max(0, number - reach) : number + reach + 1]) for number in range(len(values))]
