"""Resizing, colours and orientation of pictures."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from mmego.video.decode import decode_frames, probe
from mmego.video.picture import Orientation
from tests.video.clips import FOOTAGE, KINDS, Reference, footage

MakeClip = Callable[..., Path]
MakeReference = Callable[[Path], Reference]

# a, b, c, d of the track header's matrix -> what a player does to the stored picture.
MATRICES: dict[str, tuple[tuple[int, int, int, int], int, Callable[[np.ndarray], np.ndarray]]] = {
    "upright": ((1, 0, 0, 1), 0, lambda image: image),
    "phone upright": ((0, 1, -1, 0), 270, lambda image: np.rot90(image, -1)),
    "phone upside down": ((-1, 0, 0, -1), 180, lambda image: np.rot90(image, 2)),
    "phone the other way": ((0, -1, 1, 0), 90, lambda image: np.rot90(image, 1)),
    "mirrored": ((-1, 0, 0, 1), 0, lambda image: image[:, ::-1]),
    "upside down mirrored": ((1, 0, 0, -1), 180, lambda image: image[::-1]),
}


def set_display_matrix(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Overwrite a, b, c, d of the (only) track header in an MP4; PyAV has no way to write them."""
    content = bytearray(path.read_bytes())
    a, b, c, d = (value << 16 for value in matrix)
    place = content.index(b"tkhd") + 4 + 40  # name; version, flags, dates, id, length, layer, volume (version 0)
    content[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)


@pytest.mark.parametrize("name", MATRICES)
def test_pictures_are_turned_as_a_player_turns_them(
    name: str, make_clip: MakeClip, reference: MakeReference, tmp_path: Path
) -> None:
    matrix, degrees, turn = MATRICES[name]
    stored = make_clip("h264.mp4")
    path = tmp_path / "turned.mp4"
    path.write_bytes(stored.read_bytes())
    set_display_matrix(path, matrix)
    expected = turn(reference(stored).images[25])
    info = probe(path)
    assert (info.height, info.width) == expected.shape[:2]
    assert info.rotation == degrees
    (frame,) = decode_frames(path, [1.0])
    assert np.array_equal(frame.image, expected)
    (small,) = decode_frames(path, [1.0], size=(40, 50))
    assert small.image.shape == (50, 40, 3)
    assert decibels(small.image, np.asarray(Image.fromarray(expected).resize((40, 50), Image.Resampling.BICUBIC))) > 25


def test_rotation_agrees_with_ffmpegs_own_angle(make_clip: MakeClip, tmp_path: Path) -> None:
    for matrix, degrees, _ in list(MATRICES.values())[:4]:
        path = tmp_path / "turned.mp4"
        path.write_bytes(make_clip("h264.mp4").read_bytes())
        set_display_matrix(path, matrix)
        with av.open(str(path)) as container:
            assert next(container.decode(video=0)).rotation % 360 == degrees


def test_orientation_of_nothing_is_upright() -> None:
    assert Orientation.of(av.VideoFrame(8, 8, "rgb24")) == Orientation()


def decibels(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal-to-noise ratio of two uint8 pictures."""
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((a.astype(float) - b) ** 2))))


@pytest.mark.parametrize("name", FOOTAGE)
@pytest.mark.parametrize("size", [(384, 384), (224, 224), (131, 77), (960, 540)])
def test_resizing_is_close_to_pillows_bicubic(name: str, size: tuple[int, int], make_clip: MakeClip) -> None:
    path = footage(name, make_clip)
    times = [0.2, 1.1]
    whole = decode_frames(path, times, mode="exact")
    small = decode_frames(path, times, mode="exact", size=size)
    for a, b in zip(whole, small, strict=True):
        expected = np.asarray(Image.fromarray(a.image).resize(size, Image.Resampling.BICUBIC))
        assert b.image.shape == (size[1], size[0], 3)
        assert decibels(b.image, expected) >= 42


def test_pictures_are_contiguous_and_ones_own(make_clip: MakeClip) -> None:
    (frame,) = decode_frames(make_clip("odd-h264.mp4", **KINDS["odd-h264.mp4"]), [1.0], size=(33, 21))
    assert frame.image.shape == (21, 33, 3)
    assert frame.image.dtype == np.uint8
    assert frame.image.flags.c_contiguous
    assert frame.image.flags.writeable


# ITU-T H.273: number of the matrix, weights of red and blue in the luma.
@pytest.mark.parametrize(("matrix", "red", "blue"), [(1, 0.2126, 0.0722), (6, 0.299, 0.114), (9, 0.2627, 0.0593)])
@pytest.mark.parametrize("full_range", [False, True])
def test_colours_follow_the_files_tags(matrix: int, red: float, blue: float, full_range: bool, tmp_path: Path) -> None:
    colour = (200, 40, 60)
    r, g, b = (value / 255 for value in colour)
    luma = red * r + (1 - red - blue) * g + blue * b
    chroma = ((b - luma) / (2 - 2 * blue), (r - luma) / (2 - 2 * red))
    if full_range:
        y, u, v = 255 * luma, *(128 + 255 * value for value in chroma)
    else:
        y, u, v = 16 + 219 * luma, *(128 + 224 * value for value in chroma)
    planes = np.concatenate([np.full(64 * 64, y), np.full(32 * 32, u), np.full(32 * 32, v)]).round().astype(np.uint8)
    path = tmp_path / "colour.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=10, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = matrix, 2 if full_range else 1
        container.mux(stream.encode(av.VideoFrame.from_ndarray(planes.reshape(96, 64), format="yuv420p")))
        container.mux(stream.encode(None))
    for size in (None, (32, 32), (100, 90)):
        (frame,) = decode_frames(path, [0.0], size=size)
        assert np.abs(frame.image.astype(int) - colour).max() <= 4
