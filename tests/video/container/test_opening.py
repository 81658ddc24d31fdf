"""Which stream of a file is the video, and pictures that are too large."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from mmego.errors import VideoError
from mmego.video.container.limits import MAX_PIXELS, max_pixels, set_max_pixels
from mmego.video.decode import DecodeReport, decode_frames, probe

MakeClip = Callable[..., Path]
Track = tuple[str, int, int, int, int]  # codec, width, height, pictures, disposition


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Leave the limit as it was."""
    yield
    set_max_pixels(MAX_PIXELS)


def write_tracks(path: Path, tracks: list[Track]) -> None:
    """Return a file with several tracks of grey pictures."""
    with av.open(str(path), "w") as container:
        streams = []
        for codec, width, height, _, disposition in tracks:
            stream: Any = container.add_stream(codec, rate=25)
            stream.width, stream.height = width, height
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            stream.codec_context.thread_count = 1
            stream.disposition = disposition
            streams.append(stream)
        for stream, (_, width, height, pictures, _) in zip(streams, tracks, strict=True):
            for number in range(pictures):
                frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), 100, np.uint8), format="rgb24")
                frame = frame.reformat(format=stream.pix_fmt)
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))


DEFAULT, COVER = Disposition.default.value, Disposition.attached_pic.value


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize(
    ("tracks", "width"),
    [
        ([("mjpeg", 320, 240, 1, 0), ("libx264", 192, 96, 30, DEFAULT)], 192),
        ([("libx264", 320, 240, 30, 0), ("libx264", 192, 96, 30, DEFAULT)], 192),
        ([("mjpeg", 320, 240, 1, DEFAULT), ("libx264", 192, 96, 30, DEFAULT)], 192),
        ([("libx264", 192, 96, 30, DEFAULT), ("libx264", 320, 240, 30, DEFAULT)], 320),
        ([("libx264", 192, 96, 30, DEFAULT), ("libx264", 192, 108, 30, 0)], 192),
    ],
    ids=["still unflagged", "default flag", "more than one picture", "larger", "flag before size"],
)
def test_the_stream_that_players_show(tracks: list[Track], width: int, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"tracks.{ending}"
    write_tracks(path, tracks)
    info = probe(path)
    assert info.width == width
    frames = list(decode_frames(path, [0.5]))
    assert [frame.image.shape[1] for frame in frames] == [width]


def test_a_cover_is_never_the_video(tmp_path: Path) -> None:
    path = tmp_path / "cover.mp4"
    write_tracks(path, [("mjpeg", 640, 480, 1, COVER), ("libx264", 192, 96, 30, 0)])
    assert probe(path).width == 192


# ---- pictures that are too large ---------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    """Return a black picture of one bit a pixel: 32 MB of zeros take 30 KB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def write_png_video(path: Path, stated: tuple[int, int], pictures: list[bytes]) -> None:
    """PNGs in MOV; the header says `stated`."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = *stated, "rgb24"
        for number, picture in enumerate(pictures):
            packet = av.Packet(picture)
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, Fraction(1, 25)
            packet.is_keyframe = True
            container.mux(packet)


def test_a_picture_over_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.mov"
    write_png_video(path, (16000, 16000), [png(16000, 16000)] * 2)
    for read in (probe, lambda path: decode_frames(path, [0.0])):
        with pytest.raises(VideoError, match=r"16000 x 16000 have 256,000,000 pixels.*--max-pixels 100,000,000"):
            read(path)


@pytest.mark.parametrize("stated", [(16000, 16000), (64, 48)], ids=["honest", "the header lies"])
def test_refusing_takes_little_memory(stated: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "large.mov"
    write_png_video(path, stated, [png(16000, 16000)] * 2)
    script = (
        "import resource, sys\n"
        "from mmego.errors import VideoError\n"
        "from mmego.video.decode import decode_frames\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    list(decode_frames(sys.argv[1], [0.0]))\n"
        "except VideoError as error:\n"
        "    print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    error, kilobytes = done.stdout.splitlines()
    assert path.name in error
    assert int(kilobytes) < 150_000  # the picture alone would take 768 MB as RGB


@pytest.mark.parametrize("name", ["h264.mp4", "h264-audio.ts", "mpeg2.mpg", "mpeg4.avi"])
def test_the_limit_is_the_one_that_was_set(name: str, make_clip: MakeClip) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "h264-audio.ts": {"audio": True},
        "mpeg2.mpg": {"codec": "mpeg2video", "options": (("bf", "2"),)},
        "mpeg4.avi": {"codec": "mpeg4", "options": (("bf", "2"),)},
    }
    path = make_clip(name, **kinds.get(name, {}))
    set_max_pixels(96 * 64)
    assert max_pixels() == 96 * 64
    assert probe(path).width == 96
    set_max_pixels(96 * 64 - 1)
    with pytest.raises(VideoError, match="6,144 pixels"):
        probe(path)


def test_a_stream_that_grows_over_the_limit_has_gaps_from_there(tmp_path: Path) -> None:
    path = tmp_path / "grows.mov"
    write_png_video(path, (64, 48), [png(64, 48)] * 3 + [png(16000, 16000)] * 2)
    report = DecodeReport()
    frames = list(decode_frames(path, [0.02, 0.06, 0.10, 0.14, 0.18], mode="exact", report=report))
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert [gap.index for gap in report.gaps] == [3, 4]
