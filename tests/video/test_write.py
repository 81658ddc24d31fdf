"""Writing MP4: what goes in comes out, twice the same, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from mmego.errors import InputError
from mmego.video.write import VideoWriter


def _picture(number: int, width: int = 64, height: int = 48) -> np.ndarray:
    image = np.full((height, width, 3), (200, 100, 30), np.uint8)
    image[:, : width // 2, 0] = number * 10
    return image


def _write(path: Path, frames: int = 12, fps: float = 10) -> None:
    with VideoWriter(path, 64, 48, fps=fps) as video:
        for number in range(frames):
            video.add(_picture(number))


def test_round_trip_keeps_colours_count_and_times(tmp_path: Path) -> None:
    _write(tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    assert [round(frame.time * 10) for frame in frames] == list(range(12))
    for number, frame in enumerate(frames):
        difference = frame.to_ndarray(format="rgb24").astype(int) - _picture(number)
        assert np.abs(difference).mean() < 4


def test_same_pictures_same_bytes(tmp_path: Path) -> None:
    _write(tmp_path / "a.mp4")
    _write(tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_the_index_lies_in_front(tmp_path: Path) -> None:
    _write(tmp_path / "a.mp4")
    content = (tmp_path / "a.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_fractional_rate_is_kept(tmp_path: Path) -> None:
    _write(tmp_path / "a.mp4", fps=30000 / 1001)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.streams.video[0].average_rate == pytest.approx(30000 / 1001)


def test_keyframes_come_at_least_as_often_as_asked(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 64, 48, fps=10, keyframe_seconds=0.5) as video:
        for number in range(20):
            video.add(_picture(number))
    with av.open(str(tmp_path / "a.mp4")) as container:
        keys = [frame.time for frame in container.decode(video=0) if frame.key_frame]
    assert keys[0] == 0
    assert np.diff([*keys, 2.0]).max() <= 0.5


def test_an_error_in_the_block_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    broken = np.zeros((1, 1, 3), np.uint8)
    with VideoWriter(path, 64, 48, fps=10) as video:
        video.add(_picture(0))
        with pytest.raises(InputError):
            video.add(broken)
    whole = path.read_bytes()
    with pytest.raises(KeyError):
        _add_and_fail(path)
    assert path.read_bytes() == whole
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mp4"]


def _add_and_fail(path: Path) -> None:
    with VideoWriter(path, 64, 48, fps=10) as video:
        video.add(_picture(0))
        raise KeyError("something of the caller's")


def test_a_video_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no picture"), VideoWriter(tmp_path / "a.mp4", 64, 48, fps=10):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("width", "height", "fps", "crf"),
    [(63, 48, 10, 23), (64, 47, 10, 23), (0, 48, 10, 23), (64, 48, 0, 23), (64, 48, 10, 52)],
)
def test_impossible_options_are_refused(tmp_path: Path, width: int, height: int, fps: float, crf: int) -> None:
    with pytest.raises(InputError):
        VideoWriter(tmp_path / "a.mp4", width, height, fps, crf=crf)


@pytest.mark.parametrize("image", [np.zeros((48, 63, 3), np.uint8), np.zeros((48, 64, 3), np.float32)])
def test_a_picture_of_another_shape_or_type_is_refused(tmp_path: Path, image: np.ndarray) -> None:
    with (
        pytest.raises(InputError, match="takes uint8"),
        VideoWriter(tmp_path / "a.mp4", 64, 48, fps=10) as video,
    ):
        video.add(image)
