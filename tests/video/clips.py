"""Clips of many kinds, made with PyAV, and what a plain sequential decoder sees in them."""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from mmego.video.decode import Frame

REAL_VIDEOS = next(
    (p for p in (Path(__file__).parents[n] / "shared/data/videos" for n in (3, 4)) if p.exists()),
    Path("../shared/data/videos"),
)
FOOTAGE = ("like-footage.mp4", "ego4d_clip_2s.mp4", "handheld_1.mp4", "handheld_3.mp4")
"""The first is made here, so that the tests on footage run everywhere; the others are skipped where missing."""

OPEN_GOP = (("x264-params", "open-gop=1:bframes=4:b-pyramid=normal:keyint=20:scenecut=0"),)
HEVC = (("x265-params", "log-level=none:keyint=20:bframes=3:open-gop=0"),)
HEVC_OPEN = (("x265-params", "log-level=none:keyint=20:bframes=4:open-gop=1:b-pyramid=1"),)
LIKE_FOOTAGE: dict[str, Any] = {
    "width": 1024,
    "height": 576,
    "frames": 40,
    "footage": True,
    "options": (("preset", "veryfast"), ("crf", "20")),
}
"""A clip with what real footage has: detail of every size, sensor noise, B-frames."""
INTRA_REFRESH = (("x264-params", "intra-refresh=1:keyint=20"),)
FRAGMENTS = (("movflags", "frag_keyframe+empty_moov"),)
FAST = (("cpu-used", "8"), ("deadline", "realtime"))
UNEVEN = tuple(itertools.accumulate([0] + [40, 40, 120, 20, 20, 500, 33, 34, 33, 900, 40, 40, 41] * 5))
STILL = tuple(itertools.accumulate([0] + [40, 40, 2500, 40, 40, 40, 3000, 40, 40, 40] * 2))

KINDS: dict[str, dict[str, Any]] = {
    "h264.mp4": {},
    "h264-audio.ts": {"audio": True},
    "h264-audio.mkv": {"audio": True},
    "open-gop.mp4": {"options": OPEN_GOP},
    "open-gop.ts": {"options": OPEN_GOP},
    "hevc.mp4": {"codec": "libx265", "options": HEVC},
    "hevc-open-gop.mkv": {"codec": "libx265", "options": HEVC_OPEN},
    "hevc.ts": {"codec": "libx265", "options": HEVC},
    "vp9.webm": {"codec": "libvpx-vp9", "options": FAST},
    "mpeg4.avi": {"codec": "mpeg4", "options": (("bf", "2"),)},
    "mpeg2.mpg": {"codec": "mpeg2video", "options": (("bf", "2"),)},
    "odd-mjpeg.avi": {"codec": "mjpeg", "width": 97, "height": 63, "pix_fmt": "yuvj420p"},
    "odd-h264.mp4": {"width": 97, "height": 63, "pix_fmt": "yuv444p"},
    "ten-bit.mp4": {"pix_fmt": "yuv420p10le"},
    "only-keyframes.mp4": {"gop": 1},
    "one-keyframe.mp4": {"gop": 9999},
    "uneven.mp4": {"ticks": UNEVEN},
    "uneven.mkv": {"ticks": UNEVEN},
    "still.mp4": {"ticks": STILL},
    "still.mkv": {"ticks": STILL},
    "late.mp4": {"start": 3000},
    "late.mkv": {"start": 3000},
    "late.ts": {"start": 3000},
    "fragments.mp4": {"muxer": FRAGMENTS},
    "intra-refresh.ts": {"options": INTRA_REFRESH},
}


@dataclass(frozen=True)
class Clip:
    """How to make a clip. `ticks`: times of the frames in `base`; None for `frames` at `fps`."""

    name: str
    codec: str = "libx264"
    width: int = 96
    height: int = 64
    frames: int = 75
    fps: int = 25
    gop: int = 20
    pix_fmt: str = "yuv420p"
    options: tuple[tuple[str, str], ...] = ()
    muxer: tuple[tuple[str, str], ...] = ()
    ticks: tuple[int, ...] | None = None
    base: Fraction = Fraction(1, 1000)
    start: int = 0
    audio: bool = False
    footage: bool = False


def _footage(count: int, width: int, height: int) -> Iterator[np.ndarray]:
    """Return a camera that pans over a wall of patches, with a noise of its own in each picture.

    As on real footage colours are soft and brightness has fine detail: a plain bilinear resize is told apart.
    """
    random = np.random.default_rng(3)
    wide, high = width + 2 * count, height + count

    def layer(patch: int, strength: float) -> np.ndarray:
        coarse = random.normal(0, strength, (high // patch + 2, wide // patch + 2)).astype(np.float32)
        return np.asarray(Image.fromarray(coarse).resize((wide, high), Image.Resampling.BICUBIC))

    colours = np.stack([layer(160, 30) + layer(40, 15) for _ in range(3)], -1)
    wall = 128 + colours + (layer(80, 20) + layer(12, 15) + layer(5, 15) + layer(3, 12))[..., None]
    for number in range(count):
        seen = wall[number : number + height, 2 * number : 2 * number + width]
        yield np.clip(seen + random.normal(0, 1.5, (height, width, 1)), 0, 255).astype(np.uint8)


def _pictures(count: int, width: int, height: int) -> Iterator[np.ndarray]:
    """Every picture differs from every other: a moving texture and a bar as long as its number."""
    random = np.random.default_rng(7)
    small = random.integers(0, 255, (height // 8 + 12, width // 8 + 12, 3), np.uint8)
    wall = small.repeat(8, 0).repeat(8, 1)
    for number in range(count):
        y, x = number % 60, (number * 2) % 70
        image = wall[y : y + height, x : x + width].copy()
        image[: height // 6] = 0
        image[: height // 6, : 1 + number * (width - 1) // max(1, count)] = 255
        yield image


def encode(path: Path, clip: Clip) -> None:
    with av.open(str(path), "w", options={"fflags": "+bitexact"} | dict(clip.muxer)) as container:
        stream: Any = container.add_stream(clip.codec, rate=clip.fps, options=_encoder_options(clip))
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, clip.pix_fmt
        stream.gop_size, stream.codec_context.thread_count = clip.gop, 1
        base = clip.base if clip.ticks is not None or clip.start else Fraction(1, clip.fps)
        stream.codec_context.time_base = base
        step = round(1 / (base * clip.fps))
        ticks = clip.ticks or tuple(range(0, clip.frames * step, step))
        sound: Any = container.add_stream("aac", rate=16000) if clip.audio else None
        painted = (_footage if clip.footage else _pictures)(len(ticks), clip.width, clip.height)
        for tick, picture in zip(ticks, painted, strict=True):
            converted = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=clip.pix_fmt)
            # A copy: what stands between the rows of a converted picture is left over memory, and x264 looks at it.
            h264 = clip.codec == "libx264"
            frame = av.VideoFrame.from_ndarray(converted.to_ndarray(), format=clip.pix_fmt) if h264 else converted
            frame.pts, frame.time_base = tick + clip.start, base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _add_sound(container, sound, float(ticks[-1] * base))


def _encoder_options(clip: Clip) -> dict[str, str]:
    """Return options that make x264 write the same bytes on every machine, keyframes only where `gop` says."""
    options = dict(clip.options)
    if clip.codec != "libx264":
        return options
    plain = ":".join(["asm=0", *filter(None, [options.pop("x264-params", "")])])
    return {"sc_threshold": "0", "x264-params": plain} | options


def footage(name: str, make_clip: Callable[..., Path]) -> Path:
    """Return the file of a name in FOOTAGE: made, found, or the test skipped."""
    if name == FOOTAGE[0]:
        return make_clip(name, **LIKE_FOOTAGE)
    if not (REAL_VIDEOS / name).exists():
        pytest.skip(f"needs real footage: {name}")
    return REAL_VIDEOS / name


def _add_sound(container: Any, stream: Any, seconds: float) -> None:
    for number in range(int(seconds * 16000) // 1024):
        wave = np.random.default_rng(number).normal(0, 0.1, (1, 1024)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, number * 1024
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


@dataclass(frozen=True)
class Reference:
    """All frames of a file by a plain sequential decode: times from the first one, pictures, keyframe flags."""

    times: list[float]
    images: list[np.ndarray]
    keys: list[bool]

    def on_screen(self, time: float) -> int:
        """Return the number of the frame on screen at `time`."""
        return max(0, bisect.bisect_right(self.times, time + 1e-9) - 1)

    def key_before(self, time: float) -> int:
        """Return the number of the last keyframe at or before `time`."""
        return max(number for number in range(self.on_screen(time) + 1) if self.keys[number])

    def number_of(self, image: np.ndarray) -> int | None:
        """Return the number of the frame that equals `image` bit by bit."""
        return next((n for n, other in enumerate(self.images) if np.array_equal(image, other)), None)

    def some_times(self, seed: int = 1) -> list[float]:
        """Random moments, moments on the frame, the first and the last; unsorted."""
        chance = random.Random(seed)
        end = self.times[-1]
        return [chance.uniform(0, end) for _ in range(25)] + self.times[::9] + [0.0, end]

    def wrong(self, frames: Sequence[Frame], expected: Callable[[float], int]) -> list[str]:
        """Return the frames that are not, bit by bit and by time, the one expected at their time."""
        wrong = []
        for frame in frames:
            number = expected(frame.time)
            same = np.array_equal(frame.image, self.images[number])
            if not same or abs(frame.actual_time - self.times[number]) > 1e-3:
                found = self.number_of(frame.image)
                wrong.append(f"at {frame.time:.3f} frame {number} expected, got {found} ({frame.actual_time:.3f})")
        return wrong


def sequential(path: Path) -> Reference:
    """Decode a whole file in the plainest way PyAV has."""
    with av.open(str(path)) as container:
        frames = sorted(container.decode(video=0), key=lambda frame: frame.pts)
    first = frames[0].pts * frames[0].time_base
    return Reference(
        [float(frame.pts * frames[0].time_base - first) for frame in frames],
        [frame.to_ndarray(format="rgb24") for frame in frames],
        [frame.key_frame for frame in frames],
    )


def in_order(path: Path, fps: int = 25) -> Reference:
    """All frames in the order in which a plain decoder gives them out, evenly spaced: for files without times."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    times = [number / fps for number in range(len(frames))]
    return Reference(times, [f.to_ndarray(format="rgb24") for f in frames], [f.key_frame for f in frames])
