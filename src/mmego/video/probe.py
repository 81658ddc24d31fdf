"""What is known about a video file before a target frame is decoded."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from mmego.errors import VideoError
from mmego.video.container.chunks import first_break
from mmego.video.container.clock import Clock, read_clock
from mmego.video.container.opening import RAW, Opened, open_video
from mmego.video.container.slots import Slots, read_slots
from mmego.video.container.start import Start, look_at_start, packets_of
from mmego.video.picture import Orientation

_TRIES = 300  # packets decoded at one place until a picture must have come out
_TRIES_IN_ORDER = 20_000  # the same where decoding can only begin at the start
_ORDER_TRIES = 60  # packets decoded to see whether pictures come out in the order of their times


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video file says of itself, checked against its first packets.

    `duration`: seconds from the first frame on (a cut file may claim more than it holds). `width`, `height`: pixels
    as displayed, after rotation. `fps`: average frames per second, 0 if unknown. `rotation`: degrees
    counterclockwise by which stored pictures are turned for display (0, 90, 180 or 270). `codec`: FFmpeg's name.
    `container`: FFmpeg's name. `gop_seconds`: longest distance of two keyframes near the start, None if unknown.
    `start`: the container's own time of the first frame; every other time counts from there.
    """

    duration: float
    width: int
    height: int
    fps: float
    rotation: int
    codec: str
    container: str
    gop_seconds: float | None
    start: float


@dataclass(frozen=True, slots=True)
class Facts:
    """`VideoInfo` with what the decoder needs in the stream's own ticks.

    `origin`: tick of the first frame. `frame_ticks`: ticks of an average frame. `steady`: frames near the start follow
    each other at equal distances. `turned`: how pictures are turned for display. `slots`: for files that do not say
    when a picture is shown. `clock`: for transport streams whose clock starts anew.
    """

    info: VideoInfo
    origin: int
    time_base: Fraction
    frame_ticks: int
    steady: bool
    turned: Orientation
    slots: Slots | None = None
    clock: Clock | None = None

    @property
    def sequential(self) -> bool:
        """Whether it must be decoded from its beginning, since only the order of its pictures is known."""
        return self.slots is not None

    @property
    def longest_pause(self) -> int:
        """Most ticks between two packets of an MPEG stream that are not yet a loss."""
        # These have no index that could tell a lost picture from a long one; a steady rate does.
        return _longest_pause(self.steady, self.frame_ticks, self.time_base)

    def ticks(self, seconds: float) -> int:
        """The tick on screen at `seconds`; rounds up by at most a microsecond, so that a frame's own time finds it."""
        tick = float(self.time_base)
        return self.origin + int(seconds / tick + min(0.01, 1e-6 / tick))

    def seconds(self, ticks: int) -> float:
        """Inverse of `ticks`."""
        return float((ticks - self.origin) * self.time_base)


def probe(path: Path | str) -> VideoInfo:
    """Open a video and say what it is; decodes one picture.

    Raises:
        VideoError: not a file, unreadable, empty, not a video, no video stream, zero duration, or no picture in it
            can be decoded.
    """
    return inspect(Path(path)).info


def inspect(path: Path) -> Facts:
    """`probe` for the decoder: the same, with ticks. Raises VideoError."""
    opened = open_video(path, "-genpts")
    try:
        return _inspect(path, opened)
    finally:
        opened.container.close()


def _inspect(path: Path, opened: Opened) -> Facts:
    container, stream = opened.container, opened.stream
    base = Fraction(stream.time_base)
    rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
    frame_ticks = max(1, round(1 / (rate * base))) if rate > 0 else 1
    start = look_at_start(stream, container, base)
    if start.packets == 0:
        raise VideoError(f"{path}: its video stream holds no frames (zero duration)")
    if start.step and abs(start.step - frame_ticks) > start.step / 10:
        # H.264 and MPEG-1 may state the rate of fields.
        frame_ticks, rate = start.step, 1 / (start.step * base)
    slots, clock, origin, gop = None, None, start.origin, start.gop
    broken_at = first_break(path) if container.format.name == "avi" else None
    if broken_at is not None or not _says_when_shown(path, opened, start):
        pause = _pause_of_loss(container, start.steady, frame_ticks, base)
        slots = read_slots(path, frame_ticks, base, pause, broken_at)
        origin = slots.ticks[0]
        gop = None if slots.gop is None else float(slots.gop * base)
    elif container.format.name == "mpegts":
        clock = read_clock(path, stream.id, frame_ticks, base)
    if origin is None:
        raise VideoError(f"{path}: its video stream holds no frames (zero duration)")
    duration = _duration(container, stream, origin, base, slots or clock)
    if duration <= 0:
        raise VideoError(f"{path}: has zero duration")
    frame = _first_picture(path, opened, origin, duration, slots is not None)
    if frame is None:
        raise VideoError(f"{path}: no picture in it can be decoded ({stream.codec_context.name})")
    turned = Orientation.of(frame)
    width, height = (frame.height, frame.width) if turned.swaps_sides else (frame.width, frame.height)
    info = VideoInfo(
        duration=duration,
        width=width,
        height=height,
        fps=float(rate),
        rotation=turned.degrees,
        codec=stream.codec_context.name,
        container=container.format.name,
        gop_seconds=gop,
        start=float(origin * base),
    )
    restarts = clock is not None and len(clock.starts) > 1
    clock = clock if restarts else None
    return Facts(info, origin, base, frame_ticks, start.steady, turned, slots, clock)


def _says_when_shown(path: Path, opened: Opened, start: Start) -> bool:
    """Whether the packets' times of presentation are there and those of the pictures."""
    name = opened.container.format.name
    if name in RAW or name == "mpeg":
        return False  # FFmpeg makes up times for raw streams, and for most packets of a program stream
    if name == "mpegts":
        return 10 * start.untimed <= start.packets  # one may hold two pictures
    if start.untimed:
        return False
    if start.reordered or not opened.stream.codec_context.has_b_frames:
        return True
    return _come_out_in_order(path)  # MXF gives B-frames the times at which they are decoded


def _come_out_in_order(path: Path) -> bool:
    """Whether the first pictures come out of the decoder in the order of their times."""
    opened = open_video(path, "-genpts")
    times: list[int] = []
    for packet in itertools.islice(packets_of(opened.container, opened.stream), _ORDER_TRIES):
        times += [frame.pts for frame in opened.decoder.decode(packet) if frame.pts is not None]
    opened.container.close()
    return all(a < b for a, b in itertools.pairwise(times))


def _longest_pause(steady: bool, frame_ticks: int, base: Fraction) -> int:
    return frame_ticks * 3 // 2 if steady else max(int(1 / base), 3 * frame_ticks)


def _pause_of_loss(container: Any, steady: bool, frame_ticks: int, base: Fraction) -> int | None:
    # In AVI a pause is a picture that stays on screen.
    return _longest_pause(steady, frame_ticks, base) if container.format.name == "mpeg" else None


def _duration(container: Any, stream: Any, origin: int, base: Fraction, read: Slots | Clock | None) -> float:
    """Seconds from the first frame on: as read, else as stated, else measured."""
    if read is not None:
        return float((read.end - origin) * base)
    stated = _stated_duration(container, stream, origin, base)
    return stated if stated > 0 else _measured_duration(container, stream, origin, base)


def _stated_duration(container: Any, stream: Any, start: int, base: Fraction) -> float:
    if stream.duration:
        return float(stream.duration * base)
    if not container.duration:
        return 0.0
    stated: float = container.duration / av.time_base
    if "matroska" in container.format.name or container.format.name == "flv":
        return stated - float(start * base)  # these count from time 0, not from their first frame
    return stated


def _measured_duration(container: Any, stream: Any, start: int, base: Fraction) -> float:
    """Read every packet: files recorded live (a browser's WebM) do not state how long they are."""
    _rewind(container, stream, start)
    packets = (p for p in packets_of(container, stream) if p.pts is not None)
    end: int = max((p.pts + (p.duration or 0) for p in packets), default=start)
    return float((end - start) * base)


def _first_picture(path: Path, opened: Opened, start: int, duration: float, from_start: bool) -> Any | None:
    """Any picture that can be decoded, from the start or, where that is broken, from further on."""
    container, stream = opened.container, opened.stream
    for part in () if from_start else (0.0, 0.25, 0.5, 0.75):
        opened.decoder.flush_buffers()
        _rewind(container, stream, start + int(part * duration / stream.time_base))
        frame = _next_picture(opened, _TRIES)
        if frame is not None:
            return frame
    # A transport stream with one keyframe: no seek leads there.
    opened = open_video(path, "-genpts")
    try:
        return _next_picture(opened, _TRIES_IN_ORDER if from_start else _TRIES)
    finally:
        opened.container.close()


def _next_picture(opened: Opened, tries: int) -> Any | None:
    decoder = opened.decoder
    for packet in itertools.islice(packets_of(opened.container, opened.stream), tries):
        if frames := decoder.decode(packet):
            return frames[0]
    return next(iter(decoder.decode(None)), None)


def _rewind(container: Any, stream: Any, ticks: int) -> None:
    """Seek; a container that cannot is read on from where it is."""
    with contextlib.suppress(av.FFmpegError):
        container.seek(ticks, stream=stream)
