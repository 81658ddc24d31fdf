"""From a video's name to its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.videos import VideoFinder, share_frames, shown_length
from mmego.errors import InputError, VideoError
from mmego.records import Span


def test_found_by_name_with_and_without_ending_and_in_folders_below(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.MP4", "P01/P01-1.mkv", "x.y.webm", "one/twice.mp4", "two/twice.mp4", "P02/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    finder = VideoFinder(tmp_path)
    for name, file in [
        ("a", "a.mp4"),
        ("a.mp4", "a.mp4"),
        ("b", "b.MP4"),
        ("P01-1", "P01/P01-1.mkv"),
        ("P01/P01-1", "P01/P01-1.mkv"),
        ("x.y", "x.y.webm"),
    ]:
        assert finder.find(name) == tmp_path / file
    for name in ("c", "nothing", "", "../a", "/a"):
        with pytest.raises(VideoError, match="no such video"):
            finder.find(name)
    with pytest.raises(VideoError, match="two files for one video: 'twice'"):
        finder.find("twice")
    finder.check(("nothing", "a"))
    with pytest.raises(InputError, match="holds none of the 1 videos, such as 'nothing'"):
        finder.check(("nothing",))


@pytest.mark.parametrize(
    ("lengths", "most", "wanted"),
    [
        ([10.0], 7, [7]),
        ([2.0, 7.0], 5, [2, 3]),
        ([4.0, 6.0, 0.0], 5, [2, 2, 1]),
        ([0.0, 0.0], 9, [1, 1]),
        ([5, 5], 2, [1, 1]),
    ],
)
def test_frames_are_shared_out_by_length(lengths: list[float], most: int, wanted: list[int]) -> None:
    assert share_frames(lengths, most) == wanted


def test_more_videos_than_frames_are_refused() -> None:
    with pytest.raises(InputError, match="3 videos need 3 frames or more, got 2"):
        share_frames([1.0, 2.0, 3.0], 2)


def test_length_of_what_is_shown() -> None:
    assert shown_length(None, 60.0) == 60.0
    assert shown_length(Span(50.0, 70.0), 60.0) == 10.0
    assert shown_length(Span(70.0, 80.0), 60.0) == 0.0
