"""From a video's name to its file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mmego.errors import InputError, VideoError
from mmego.video.files import VideoFiles
from tests.permissions import unprivileged


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


def test_names_that_no_file_can_have_are_no_such_video(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    files = VideoFiles(tmp_path)
    for name in ("v" * 300, "\ud83d", "a\0b", "x/" * 3000 + "y"):
        with pytest.raises(VideoError, match="no such video: ") as raised:
            files.find(name)
        assert str(raised.value).encode()  # it can be printed and written
        assert len(str(raised.value)) < 400
        assert files.path_of(name) is None
    assert files.find("a") == tmp_path / "a.mp4"


def test_a_file_name_that_is_not_utf8_is_found_by_it(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    (tmp_path / f"{name}.mp4").touch()
    assert VideoFiles(tmp_path).find(name) == tmp_path / f"{name}.mp4"
    assert VideoFiles(tmp_path / "above" / "..").path_of(name) is None  # no such folder


def test_a_folder_that_cannot_be_looked_into_is_passed_over(tmp_path: Path) -> None:
    for place in ("locked/inside.mp4", "open/there.mp4"):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).touch()
    program = (
        "import sys\nfrom pathlib import Path\nfrom mmego.video.files import VideoFiles\n"
        "files = VideoFiles(Path(sys.argv[1]))\nprint(files.find('there').name, files.path_of('inside'))\n"
        "try:\n    VideoFiles(Path(sys.argv[1]) / 'locked').find('inside')\nexcept Exception as error:\n"
        "    print(type(error).__name__, str(error).rpartition(',')[2])\n"
    )
    (tmp_path / "locked").chmod(0o644)  # names can be listed, nothing can be opened
    done = unprivileged([sys.executable, "-c", program, str(tmp_path)])
    (tmp_path / "locked").chmod(0o755)
    assert done.stdout.splitlines() == [
        "there.mp4 None",
        "VideoError  a folder that cannot be looked into: permission denied",
    ]


def test_found_through_links_to_folders(tmp_path: Path) -> None:
    """pathlib's rglob does not follow them before Python 3.13."""
    real, videos = tmp_path / "real", tmp_path / "videos"
    for path in (real / "P01", videos / "own"):
        path.mkdir(parents=True)
    (real / "P01" / "v.mp4").touch()
    (videos / "own" / "w.mp4").touch()
    (videos / "part1").symlink_to("../real")
    files = VideoFiles(videos)
    assert files.find("v") == videos / "part1" / "P01" / "v.mp4"
    assert files.path_of("w") == "own/w.mp4"
    files.check(("v",))


def test_one_file_through_several_links_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "v.mp4").touch()
    (tmp_path / "0").symlink_to("a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "v.mp4").symlink_to("../a/v.mp4")
    (tmp_path / "b" / "other.mp4").symlink_to("../a/v.mp4")
    (tmp_path / "w.mkv").touch()
    (tmp_path / "w.mp4").symlink_to("w.mkv")
    files = VideoFiles(tmp_path)
    # Where the file lies itself comes before what leads to it.
    assert files.path_of("v") == "a/v.mp4"
    assert files.path_of("other") == "b/other.mp4"
    assert files.path_of("0/v") == "0/v.mp4"
    assert files.path_of("w") == "w.mp4"
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "v.mp4").touch()
    with pytest.raises(VideoError, match=r"two files for one video: 'v' is a/v.mp4 and c/v.mp4"):
        VideoFiles(tmp_path).find("v")
