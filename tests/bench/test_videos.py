"""From a video's name to its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.videos import VideoFinder
from mmego.errors import InputError, VideoError


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
