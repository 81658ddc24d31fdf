"""What a video file is: its length, size, rate, codec, and how its times must be read."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from mmego.errors import VideoError
from mmego.video.container.avi_chunks import first_break
from mmego.video.container.first_packets import FirstPackets, packets_of, read_first_packets
from mmego.video.container.opening import RAW, Opened, open_video
from mmego.video.container.picture_times import PictureTimes, read_picture_times
from mmego.video.container.stream_clock import StreamClock, read_stream_clock
from mmego.video.picture import Orientation

_TRIES = 300  # packets decoded at one place before it counts as without picture
_TRIES_IN_ORDER = 20_000  # the same where decoding can only begin at the start
_ORDER_TRIES = 60  # packets decoded to see whether pictures come out in the order of their times


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video file states, checked against its first packets.

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
class StreamFacts:
    """`VideoInfo`, and what the decoder needs in the stream's own ticks.

    `origin`: tick of the first frame. `frame_ticks`: ticks of an average frame. `steady`: frames near the start are
    equally far apart. `turned`: how pictures are turned for display. `picture_times`: for files that do not say when a
    picture is shown. `clock`: for transport streams whose clock restarts.
    """

    info: VideoInfo
    origin: int
    time_base: Fraction
    frame_ticks: int
    steady: bool
    turned: Orientation
    picture_times: PictureTimes | None = None
    clock: StreamClock | None = None

    @property
    def sequential(self) -> bool:
        """Whether the file must be decoded from its start, since only the order of its pictures is known."""
        return self.picture_times is not None

    @property
    def longest_pause(self) -> int:
        """Most ticks between two packets of an MPEG stream without a loss."""
        # MPEG streams have no index that separates a lost picture from a long one; a steady rate does.
        return _longest_pause(self.steady, self.frame_ticks, self.time_base)

    def ticks(self, seconds: float) -> int:
        """Return the tick on screen at `seconds`, rounded up by a microsecond at most: a frame's own time finds it."""
        tick = float(self.time_base)
        return self.origin + int(seconds / tick + min(0.01, 1e-6 / tick))

    def seconds(self, ticks: int) -> float:
        """Inverse of `ticks`."""
        return float((ticks - self.origin) * self.time_base)


def probe(path: Path | str) -> VideoInfo:
    """Open a video and return what it is; decodes one picture.

    Raises:
        VideoError: not a file, unreadable, empty, not a video, no video stream, zero duration, or no picture in it
            can be decoded.
    """
    return probe_stream(Path(path)).info


def probe_stream(path: Path) -> StreamFacts:
    """Do what `probe` does and return ticks as well, for the readers; raise VideoError as it does."""
    opened = open_video(path, "-genpts")
    try:
        return _probe_opened(path, opened)
    finally:
        opened.container.close()


def _probe_opened(path: Path, opened: Opened) -> StreamFacts:
    container, stream = opened.container, opened.stream
    base = Fraction(stream.time_base)
    rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
    frame_ticks = max(1, round(1 / (rate * base))) if rate > 0 else 1
    start = read_first_packets(stream, container, base)
    if start.packets == 0:
        raise VideoError(f"{path}: its video stream holds no frames (zero duration)")
    if start.step and abs(start.step - frame_ticks) > start.step / 10:
        # H.264 and MPEG-1 may state the field rate.
        frame_ticks, rate = start.step, 1 / (start.step * base)
    picture_times, clock, origin, gop = None, None, start.origin, start.gop
    broken_at = first_break(path) if container.format.name == "avi" else None
    if broken_at is not None or not _says_when_shown(path, opened, start):
        pause = _pause_of_loss(container, start.steady, frame_ticks, base)
        picture_times = read_picture_times(path, frame_ticks, base, pause, broken_at)
        origin = picture_times.ticks[0]
        gop = None if picture_times.gop is None else float(picture_times.gop * base)
    elif container.format.name == "mpegts":
        clock = read_stream_clock(path, stream.id, frame_ticks, base)
    if origin is None:
        raise VideoError(f"{path}: its video stream holds no frames (zero duration)")
    duration = _duration(container, stream, origin, base, picture_times or clock)
    if duration <= 0:
        raise VideoError(f"{path}: has zero duration")
    frame = _first_picture(path, opened, origin, duration, picture_times is not None)
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
    return StreamFacts(info, origin, base, frame_ticks, start.steady, turned, picture_times, clock)


def _says_when_shown(path: Path, opened: Opened, start: FirstPackets) -> bool:
    """Return whether packets have presentation times, and these are those of their pictures."""
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
    """Return whether the first pictures leave the decoder in the order of their times."""
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


def _duration(
    container: Any, stream: Any, origin: int, base: Fraction, read: PictureTimes | StreamClock | None
) -> float:
    """Return seconds from the first frame on: as read, else as stated, else measured."""
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
    """Return any picture that can be decoded, from the start or, if that is broken, from later on."""
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
    """Seek; a container that cannot seek is read on from where it is."""
    with contextlib.suppress(av.FFmpegError):
        container.seek(ticks, stream=stream)
