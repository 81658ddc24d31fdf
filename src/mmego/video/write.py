"""Pictures written as an H.264 MP4: the same pictures give the same bytes, and the file is whole or absent."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from mmego.errors import InputError, VideoError
from mmego.files import atomic_path

_BT601 = 6  # SMPTE 170M in ITU-T H.273: what swscale uses for RGB -> YUV, written down so that players agree


class VideoWriter:
    """Writes equally spaced pictures to `path` as H.264 in MP4 (yuv420p, index in front, for streaming).

    Use as a context manager; the file appears when the block ends without an error::

        with VideoWriter(Path("out.mp4"), 384, 384, fps=10) as video:
            video.add(image_HW3)

    One encoder thread and no dates in the header: the same pictures and the same PyAV give the same bytes on any
    number of cores.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        fps: float,
        crf: int = 23,
        preset: str = "veryfast",
        keyframe_seconds: float = 2.0,
    ) -> None:
        """Check the arguments; nothing is written before the block is entered.

        Args:
            path: the MP4 to write; replaced if it exists.
            width: pixels across, even (yuv420p halves its colour planes).
            height: pixels down, even.
            fps: pictures per second, above 0.
            crf: x264's quality, 0 (lossless) to 51.
            preset: x264's speed, ``"ultrafast"`` to ``"placebo"``.
            keyframe_seconds: longest distance of two keyframes; the shorter, the faster is seeking.

        Raises:
            InputError: a value is outside these bounds.
        """
        if width < 2 or height < 2 or width % 2 or height % 2:
            raise InputError(f"H.264 in yuv420p needs an even width and height, got {width} x {height}")
        if not fps > 0 or not keyframe_seconds > 0:
            raise InputError(f"fps and keyframe_seconds must be above 0, got {fps} and {keyframe_seconds}")
        if not 0 <= crf <= 51:
            raise InputError(f"crf must lie between 0 and 51, got {crf}")
        self.path = Path(path)
        self.width, self.height = width, height
        self.rate = Fraction(fps).limit_denominator(1001)
        self.frames = 0
        self._keyframe_every = max(1, round(keyframe_seconds * self.rate))
        self._options = {"crf": str(crf), "preset": preset}
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            temporary = stack.enter_context(atomic_path(self.path))
            options = {"movflags": "+faststart", "fflags": "+bitexact"}
            self._container = stack.enter_context(av.open(str(temporary), "w", format="mp4", options=options))
            self._stream = self._open_stream()
            self._cleanup = stack.pop_all()
        return self

    def _open_stream(self) -> Any:
        stream = self._container.add_stream("libx264", rate=self.rate, options=self._options)
        context = stream.codec_context
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, "yuv420p"
        context.thread_count = 1
        context.gop_size = self._keyframe_every
        context.time_base = 1 / self.rate
        context.colorspace = context.color_primaries = context.color_trc = _BT601
        context.color_range = int(ColorRange.MPEG)
        return stream

    def add(self, image_HW3: np.ndarray) -> None:
        """Append one picture.

        Args:
            image_HW3: uint8 RGB of exactly the size given to the constructor.

        Raises:
            InputError: the array has another shape or type.
        """
        if image_HW3.shape != (self.height, self.width, 3) or image_HW3.dtype != np.uint8:
            raise InputError(
                f"{self.path.name} takes uint8 pictures of shape {(self.height, self.width, 3)}, "
                f"got {image_HW3.dtype} of shape {image_HW3.shape}"
            )
        rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(image_HW3), format="rgb24")
        frame = rgb.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG)
        frame.pts, frame.time_base = self.frames, 1 / self.rate
        self._mux(frame)
        self.frames += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._cleanup:
            if error is not None:
                raise error
            if not self.frames:
                raise InputError(f"{self.path.name}: no picture was added, so there is no video to write")
            self._mux(None)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        """Encode one frame (None: what the encoder still holds) and write the packets."""
        try:
            self._container.mux(self._stream.encode(frame))
        except av.FFmpegError as error:
            raise VideoError(f"{self.path}: could not write the video: {error}") from error
