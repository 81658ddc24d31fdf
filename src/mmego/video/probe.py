"""Opening a file as video, and what is known about it before a target frame is decoded."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from mmego.errors import VideoError
from mmego.video.picture import Orientation

# Containers of timed pictures. Left out on purpose: playlists and scripts that open other files or addresses
# (hls, concat), text shown as ANSI art (tty), single pictures, raw streams without times.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,asf,flv,live_flv,ogg,mxf,nut,rm,ivf,dv,gif,wtv"
_READ_ON_SECONDS = 30.0  # how far the start is read (not decoded) to see where keyframes lie
_READ_ON_BYTES = 64 << 20
_GOPS_WANTED = 4
_TRIES = 300  # packets decoded at one place until a picture must have come out


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
class Opened:
    """An open container with its video stream. Close `container` when done."""

    container: Any
    stream: Any


@dataclass(frozen=True, slots=True)
class Facts:
    """`VideoInfo` with what the decoder needs in the stream's own ticks.

    `origin`: tick of the first frame. `frame_ticks`: ticks of an average frame. `steady`: frames near the start follow
    each other at equal distances. `turned`: how pictures are turned for display.
    """

    info: VideoInfo
    origin: int
    time_base: Fraction
    frame_ticks: int
    steady: bool
    turned: Orientation

    @property
    def sequential(self) -> bool:
        """Whether it must be read from its beginning: in MPEG program streams few packets carry a time, and the times
        FFmpeg makes up for the others after a seek are not those it makes up on the way from the start."""
        return self.info.container == "mpeg"

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


def open_video(path: Path) -> Opened:
    """Open `path` for reading packets of its (first real) video stream; one decoding thread.

    Raises:
        VideoError: see `probe`.
    """
    _check_file(path)
    options = {"protocol_whitelist": "file", "format_whitelist": _CONTAINERS, "fflags": "+genpts"}
    try:
        # "file:" because FFmpeg takes the part before a colon in a file name for a protocol. `container_options`, since
        # PyAV 15 crashes on MPEG streams when `options` are to reach the codecs as well.
        container = av.open(f"file:{path}", container_options=options, metadata_errors="replace")
    except (av.FFmpegError, UnicodeError) as error:
        raise VideoError(f"{path}: not a readable video file ({error.__class__.__name__}: {_reason(error)})") from error
    pictures = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not pictures:
        kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        container.close()
        raise VideoError(f"{path}: has no video stream, only {kinds}")
    stream = pictures[0]
    if stream.codec_context is None:
        container.close()
        raise VideoError(f"{path}: this FFmpeg has no decoder for its video stream")
    stream.codec_context.thread_count = 1
    return Opened(container, stream)


def inspect(path: Path) -> Facts:
    """`probe` for the decoder: the same, with ticks. Raises VideoError."""
    opened = open_video(path)
    try:
        return _inspect(path, opened)
    finally:
        opened.container.close()


def _inspect(path: Path, opened: Opened) -> Facts:
    container, stream = opened.container, opened.stream
    base = Fraction(stream.time_base)
    rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
    frame_ticks = max(1, round(1 / (rate * base))) if rate > 0 else 1
    start, gop, steady = _look_at_start(stream, container, base)
    if start is None:
        raise VideoError(f"{path}: its video stream holds no frames (zero duration)")
    duration = _stated_duration(container, stream, start, base)
    if duration <= 0:
        duration = _measured_duration(container, stream, start, base)
    if duration <= 0:
        raise VideoError(f"{path}: has zero duration")
    frame = _first_picture(container, stream, start, duration)
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
        start=float(start * base),
    )
    return Facts(info, start, base, frame_ticks, steady, turned)


def _check_file(path: Path) -> None:
    if not path.exists():
        raise VideoError(f"{path}: no such file")
    if not path.is_file():
        raise VideoError(f"{path}: not a file")
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise VideoError(f"{path}: cannot be read: {error.strerror}") from error
    if not first:
        raise VideoError(f"{path}: is empty")


def _reason(error: BaseException) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    """Packets with times, until the end or the first fault of the container."""
    try:
        for packet in container.demux(stream):
            if packet.size and packet.pts is not None:
                yield packet
    except av.FFmpegError:
        return


def _look_at_start(stream: Any, container: Any, base: Fraction) -> tuple[int | None, float | None, bool]:
    """First tick on screen, longest distance of two keyframes, whether frames last equally long; from the start.

    Read rather than taken from the header: AVI with B-frames and cut files start elsewhere than they say.
    """
    start: int | None = None
    keys: list[int] = []
    size = 0
    last = None
    decoded: list[int] = []
    for packet in _packets(container, stream):
        size += packet.size
        last = packet.pts
        if packet.dts is not None:
            decoded.append(packet.dts)
        if packet.is_keyframe:
            keys.append(packet.pts)
        if not packet.is_discard:
            start = packet.pts if start is None else min(start, packet.pts)
        seconds = float((packet.pts - keys[0]) * base) if keys else 0.0
        if size > _READ_ON_BYTES or seconds > _READ_ON_SECONDS or len(keys) > _GOPS_WANTED:
            last = None
            break
    if last is not None and keys:
        keys.append(last)  # read to the end: the last group is known too
    distances = [float((b - a) * base) for a, b in itertools.pairwise(keys)]
    return start, max(distances, default=None), _is_steady(decoded)


def _is_steady(ticks: list[int]) -> bool:
    """Nine in ten distances within 10 % of the usual one: a few lost frames do not make a rate uneven."""
    distances = sorted(b - a for a, b in itertools.pairwise(ticks))
    if not distances:
        return False
    usual = distances[len(distances) // 2]
    return sum(10 * abs(d - usual) <= max(usual, 10) for d in distances) >= 0.9 * len(distances)


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
    end: int = max((p.pts + (p.duration or 0) for p in _packets(container, stream)), default=start)
    return float((end - start) * base)


def _first_picture(container: Any, stream: Any, start: int, duration: float) -> Any | None:
    """Any picture that can be decoded, from the start or, where that is broken, from further on."""
    for part in (0.0, 0.25, 0.5, 0.75):
        _rewind(container, stream, start + int(part * duration / stream.time_base))
        for packet in itertools.islice(_packets(container, stream), _TRIES):
            try:
                frames = stream.codec_context.decode(packet)
            except av.FFmpegError:
                continue
            if frames:
                return frames[0]
        try:
            frames = stream.codec_context.decode(None)
        except av.FFmpegError:
            frames = []
        if frames:
            return frames[0]
    return None


def _rewind(container: Any, stream: Any, ticks: int) -> None:
    """Seek; a container that cannot is read on from where it is."""
    try:
        container.seek(ticks, stream=stream)
    except av.FFmpegError:
        stream.codec_context.flush_buffers()
