"""Transport streams whose clock restarts: recordings joined end to end, switched programmes."""

from __future__ import annotations

import bisect
from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from mmego.video.container.opening import open_video

FAR_SECONDS = 10.0  # a step forward by more is a new clock, a smaller one lost packets (FFmpeg: dts_delta_threshold)
_BACK_SECONDS = 0.1  # and so is a step back by more than this


@dataclass(frozen=True, slots=True)
class StreamClock:
    """Where in a file the clock restarts, and what to add to its times to make them continuous.

    `starts`, `offsets`: from byte ``starts[i]`` on, ``offsets[i]`` ticks are added to the times in the file. `places`,
    `times`: the first byte of each packet of pictures and the tick at which it is decoded, on the continuous clock.
    `end`: tick at which the last picture ends.
    """

    starts: list[int]
    offsets: list[int]
    places: array[int]
    times: array[int]
    end: int

    def piece(self, place: int) -> int:
        """Return the number of the piece that holds byte `place`."""
        return max(0, bisect.bisect_right(self.starts, place) - 1)

    def ends_piece(self, place: int) -> bool:
        """Return whether one of the two packets of pictures after the one at byte `place` begins a new piece."""
        number = bisect.bisect_right(self.places, place)
        return any(self.piece(after) != self.piece(place) for after in self.places[number : number + 2])

    def place_before(self, tick: int) -> int:
        """Return the byte to read from to find a packet decoded at or before `tick`."""
        return self.places[max(0, bisect.bisect_right(self.times, tick) - 1)] if self.places else 0


def read_stream_clock(path: Path, stream_id: int, frame_ticks: int, base: Fraction) -> StreamClock | None:
    """Read the times of all packets without decoding them, about a gigabyte a second.

    Args:
        path: a transport stream.
        stream_id: the video stream's number in the file (its PID).
        frame_ticks: ticks of an average frame.
        base: seconds of a tick.

    Returns:
        None for a file without packets that have a time and a place.

    Raises:
        VideoError: see `open_video`.
    """
    opened = open_video(path, "+noparse+nofillin")
    try:
        stream = next((s for s in opened.container.streams.video if s.id == stream_id), opened.stream)
        found = _places(opened.container, stream)
    finally:
        opened.container.close()
    return continue_times(found, frame_ticks, base) if found else None


def _places(container: Any, stream: Any) -> list[tuple[int, int, int]]:
    """Return (byte, decoding time, presentation time) of each packet."""
    found = []
    try:
        for packet in container.demux(stream):
            time = packet.dts if packet.dts is not None else packet.pts
            if packet.size and time is not None and packet.pos is not None and packet.pos >= 0:
                found.append((packet.pos, time, packet.pts if packet.pts is not None else time))
    except MemoryError:  # neither damage nor an end
        raise
    except av.FFmpegError:
        pass  # the container ends here
    return found


def continue_times(found: list[tuple[int, int, int]], frame_ticks: int, base: Fraction) -> StreamClock:
    """Make the times of `found` continuous: (byte, decoding time, presentation time) in the order of the file."""
    back, far = int(_BACK_SECONDS / base), int(FAR_SECONDS / base)
    starts, offsets = [found[0][0]], [0]
    places: array[int] = array("q")
    times: array[int] = array("q")
    end = found[0][2]
    for place, time, shown in found:
        now = time + offsets[-1]
        expected = times[-1] + frame_ticks if times else now
        if now < expected - frame_ticks - back or now - expected > far:
            starts.append(place)
            offsets.append(expected - time)
            now = expected
        places.append(place)
        times.append(max(now, times[-1]) if times else now)
        end = max(end, shown + offsets[-1] + frame_ticks)
    return StreamClock(starts, offsets, places, times, end)
