"""From a video's name to its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.errors import InputError, VideoError
from mmego.video.files import VideoFiles


def test_found_by_name_with_and_without_ending_and_in_folders_below(tmp_path: Path) -> None:
    there = ("a.mp4", "b.MP4", "P01/P01-1.mkv", "x.y.webm", "same.mkv", "same.mp4", "P02/c.txt")
    for name in (*there, "one/twice.mp4", "two/twice.mp4", "one/same.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = VideoFiles(tmp_path)
    for name, file in [
        ("a", "a.mp4"),
        ("a.mp4", "a.mp4"),
        ("b", "b.MP4"),
        ("P01-1", "P01/P01-1.mkv"),
        ("P01/P01-1", "P01/P01-1.mkv"),
        ("x.y", "x.y.webm"),
    ]:
        assert files.find(name) == tmp_path / file
    for name in ("c", "nothing", "", "../a", "/a"):
        with pytest.raises(VideoError, match="no such video"):
            files.find(name)
    with pytest.raises(VideoError, match="two files for one video: 'twice'"):
        files.find("twice")
    assert files.find("one/twice") == tmp_path / "one" / "twice.mp4"
    with pytest.raises(VideoError, match=r"'same' is same\.mp4 and same\.mkv"):
        files.find("same")
    with pytest.raises(InputError, match="'twice' is more than one file"):
        files.path_of("twice")
    assert files.path_of("P01-1") == "P01/P01-1.mkv"
    assert files.path_of("nothing") is files.path_of("../a") is None
    assert {"one/twice", "twice", "P01-1.mkv"} < set(files.names)
    files.check(("nothing", "a"))
    with pytest.raises(InputError, match="holds none of the 1 videos, such as 'nothing'"):
        files.check(("nothing",))
