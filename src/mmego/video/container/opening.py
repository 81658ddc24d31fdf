"""Opening a file as video: which containers are allowed, which stream is used, and how large its pictures may be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from mmego.errors import VideoError
from mmego.video.container.decoders import Decoder
from mmego.video.container.limits import decoder_limit, max_pixels

# Streams of pictures without a container; they do not say when a picture is shown.
RAW = frozenset({"h264", "hevc", "m4v", "mpegvideo", "obu", "h261", "h263"})
# Containers of pictures. Left out on purpose: playlists and scripts that open other files or addresses (hls, concat),
# text shown as ANSI art (tty), single pictures.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,asf,flv,live_flv,ogg,mxf,nut,rm,ivf,dv,gif,wtv"
_ALLOWED = ",".join([_CONTAINERS, *sorted(RAW)])
# Where PyAV before 18 crashes if options are to reach the decoders that look at the start of an MPEG stream.
_TAKES_OPTIONS = int(av.__version__.split(".")[0]) >= 18
_COUNTED_PACKETS = 500  # read to see which of several streams have more than one picture


@dataclass(frozen=True, slots=True)
class Opened:
    """An open container with its video stream and a decoder. Close `container` when done."""

    container: Any
    stream: Any
    decoder: Decoder


def open_video(path: Path, flags: str = "+genpts", listen: bool = False) -> Opened:
    """Open `path` for reading packets of the video stream that players show, with one decoding thread.

    Args:
        path: a file.
        flags: FFmpeg's `fflags`: ``+genpts`` makes up missing presentation times.
        listen: count every error in FFmpeg's log while decoding as damage.

    Raises:
        VideoError: not a file, unreadable, empty, not a video, no video stream, or its pictures are too large.
    """
    _check_file(path)
    container = _open(path, flags)
    try:
        stream = _choose(path, container, flags)
        _check_size(path, stream)
    except BaseException:
        container.close()
        raise
    return Opened(container, stream, Decoder(stream, listen))


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


def _open(path: Path, flags: str, decode: bool = True) -> Any:
    """Open a container; with `decode` FFmpeg decodes a picture of each stream to learn its format, if not too large."""
    options = {"protocol_whitelist": "file", "format_whitelist": _ALLOWED, "fflags": flags}
    decoders = {"max_pixels": decoder_limit()} if decode else {"codec_whitelist": "none"}
    decoders = decoders if _TAKES_OPTIONS else {}
    try:
        # "file:" because FFmpeg takes the part before a colon in a file name for a protocol.
        return av.open(f"file:{path}", options=decoders, container_options=options, metadata_errors="replace")
    except (av.FFmpegError, UnicodeError) as error:
        raise VideoError(f"{path}: not a readable video file ({error.__class__.__name__}: {_reason(error)})") from error


def _reason(error: BaseException) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _choose(path: Path, container: Any, flags: str) -> Any:
    """Return the stream that players show: by default flag, then more than one picture, then size; never a cover."""
    pictures = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not pictures:
        kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        raise VideoError(f"{path}: has no video stream, only {kinds}")
    known = [s for s in pictures if s.codec_context is not None]
    if not known:
        raise VideoError(f"{path}: this FFmpeg has no decoder for its video stream")
    if len(known) == 1:
        return known[0]
    moving = _moving(path, known, flags)

    def rank(stream: Any) -> tuple[bool, bool, int]:
        context = stream.codec_context
        flagged = bool(stream.disposition & av.stream.Disposition.default)
        return flagged, stream.index in moving, (context.width or 0) * (context.height or 0)

    return max(known, key=rank)  # the first of equals


def _moving(path: Path, streams: list[Any], flags: str) -> set[int]:
    """Return the indices of streams with more than one picture, by the header or else by the first packets."""
    moving = {stream.index for stream in streams if stream.frames > 1}
    unknown = [stream.index for stream in streams if stream.frames == 0]
    if unknown:
        seen: Counter[int] = Counter()
        with _open(path, flags) as container:  # a second one: not every container can be read again from the start
            try:
                for count, packet in enumerate(container.demux(unknown)):
                    seen[packet.stream_index] += packet.size > 0
                    if count > _COUNTED_PACKETS or all(seen[index] > 1 for index in unknown):
                        break
            except MemoryError:  # neither damage nor an end
                raise
            except av.FFmpegError:
                pass  # the packets before the fault say enough
        moving |= {index for index, count in seen.items() if count > 1}
    return moving


def _check_size(path: Path, stream: Any) -> None:
    """Raise VideoError if the stated picture size is over the limit, without decoding such a picture."""
    width, height = stream.codec_context.width or 0, stream.codec_context.height or 0
    if width * height == 0:  # FFmpeg forgets a size that is over the limit
        with _open(path, "+genpts", decode=False) as container:
            same = next((s for s in container.streams.video if s.index == stream.index), None)
            if same is not None and same.codec_context is not None:
                width, height = same.codec_context.width or 0, same.codec_context.height or 0
    if width * height > max_pixels():
        raise VideoError(
            f"{path}: its pictures of {width} x {height} have {width * height:,} pixels, "
            f"more than --max-pixels {max_pixels():,}"
        )
