"""Decoders of one thread that report damaged packets, as far as FFmpeg sees the damage."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av

from mmego.video.container import jpeg
from mmego.video.container.checksums import has_picture_hash
from mmego.video.container.limits import decoder_limit

# Decoders that are set to fail on damage they otherwise conceal, and to check checksums. Not H.264 and MPEG-1/2: these
# mark damaged pictures themselves, and failing costs sound pictures without hiding a wrong one
# (docs/explanation/video-speed-and-damage.md).
_STRICT = frozenset({"hevc", "mjpeg", "png", "ffv1"})
# Its errors are lost while pictures wait to come out; what it writes to FFmpeg's log is not.
_HEARD = frozenset({"hevc"})
_LIBVPX, _DAV1D = "libvpx-vp9", "libdav1d"


class Decoder:
    """A codec context with the same methods, but `failed` instead of an exception."""

    def __init__(self, stream: Any, listen: bool = False) -> None:
        """Prepare a decoder; nothing is decoded yet.

        Args:
            stream: the container's.
            listen: count every error in FFmpeg's log as damage.
        """
        name = stream.codec_context.name
        self._context, self._split = stream.codec_context, None
        if name == "vp9" and _LIBVPX in av.codecs_available:
            # FFmpeg's own decoder returns a damaged picture as sound; libvpx sees that its data end at a wrong
            # place, if pictures that share a packet come one by one.
            self._context = av.CodecContext.create(_LIBVPX, "r")
            self._context.extradata = stream.codec_context.extradata
            self._split = av.BitStreamFilterContext("vp9_superframe_split", stream)
        self._context.thread_count = 1
        # A stream may grow in the middle, and the header of a picture may differ from the container's.
        self._context.options = {"max_pixels": decoder_limit()}
        if name in _STRICT:
            self._context.options = self._context.options | {"err_detect": "explode+crccheck"}
        if name == _DAV1D:
            # Otherwise it does not check where the data of a tile end, which shows a wrong bit in them.
            self._context.options = self._context.options | {"strict": "strict"}
        self._heard = listen or name in _HEARD
        self._name = name
        self._has_end = False  # whether this file's JPEG pictures have an end
        self.failed = False
        """Whether the last packet is damaged."""
        self.proved = False
        """Whether the last packet's picture is right by its own checksum, even if it refers to damaged ones."""

    @property
    def skip_frame(self) -> str:
        """Return which pictures are left out (FFmpeg's names)."""
        return str(self._context.skip_frame)

    @skip_frame.setter
    def skip_frame(self, value: str) -> None:
        self._context.skip_frame = value

    def flush_buffers(self) -> None:
        """Forget everything; the next packet must be a keyframe."""
        self._context.flush_buffers()
        if self._split is not None:
            self._split.flush()

    def decode(self, packet: Any | None) -> list[Any]:
        """Return the pictures that come out after `packet`, which may be earlier ones; None flushes the rest."""
        self.failed = self.proved = False
        if not self._heard:
            frames = self._decode(packet)
        else:
            with _listening() as heard:
                frames = self._decode(packet)
            self.failed = self.failed or bool(heard)
        if packet is not None and packet.size:
            if self._name == "mjpeg":
                self.failed = self.failed or self._is_faulty_jpeg(bytes(packet))
            elif self._name == "hevc":
                self.proved = not self.failed and has_picture_hash(packet)
        if self.failed and self._name == _DAV1D:
            self._context.flush_buffers()  # otherwise it fails on every later packet
        return frames

    def _is_faulty_jpeg(self, data: bytes) -> bool:
        reason = jpeg.find_fault(data)
        self._has_end = self._has_end or not reason
        return bool(reason) and (reason != jpeg.NO_END or self._has_end)  # some writers never write an end

    def _decode(self, packet: Any | None) -> list[Any]:
        frames: list[Any] = []
        try:
            for part in [packet] if self._split is None or packet is None else self._split.filter(packet):
                frames += self._context.decode(part)
        except MemoryError:  # neither damage nor an end
            raise
        except av.FFmpegError:
            self.failed = True
        return frames


_lock = threading.Lock()
_listeners = 0
_nobody = logging.NullHandler()  # else Python prints what other threads' FFmpeg calls write meanwhile


@contextmanager
def _listening() -> Iterator[list[Any]]:
    """Collect the errors that FFmpeg writes to its log in this thread; PyAV drops them unless asked to."""
    global _listeners
    with _lock:
        if _listeners == 0 and av.logging.get_level() is None:
            logging.getLogger("libav").addHandler(_nobody)
            av.logging.set_skip_repeated(False)
            av.logging.set_level(av.logging.ERROR)
        _listeners += 1
    try:
        with av.logging.Capture() as heard:
            yield heard
    finally:
        with _lock:
            _listeners -= 1
            if _listeners == 0 and _nobody in logging.getLogger("libav").handlers:
                av.logging.set_level(None)
                logging.getLogger("libav").removeHandler(_nobody)
