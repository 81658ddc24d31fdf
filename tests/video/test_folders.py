"""Searching folders through links: everything once, and an end to every circle."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mmego.video.folders import files_below


def below(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files_below(folder)]


def test_folders_behind_links_come_after_the_folders_own(tmp_path: Path) -> None:
    for name in ("real/deep/x.mp4", "videos/z/own.mp4", "videos/a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "videos" / "b").symlink_to(tmp_path / "real")
    assert below(tmp_path / "videos") == ["a.txt", "z/own.mp4", "b/deep/x.mp4"]
    # The start may be a link itself.
    (tmp_path / "link").symlink_to("videos")
    assert below(tmp_path / "link") == ["a.txt", "z/own.mp4", "b/deep/x.mp4"]


def test_circles_end_and_each_folder_is_looked_into_once(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "v.mp4").touch()
    (tmp_path / "a" / "b" / "w.mp4").touch()
    (tmp_path / "a" / "b" / "up").symlink_to("..")
    (tmp_path / "a" / "self").symlink_to(".")
    (tmp_path / "again").symlink_to("a")
    (tmp_path / "there").symlink_to("back")
    (tmp_path / "back").symlink_to("there")
    (tmp_path / "gone").symlink_to("nowhere")
    assert below(tmp_path) == ["a/v.mp4", "a/b/w.mp4"]
    # Two links that lead into each other's folders.
    for one, two in (("x", "y"), ("y", "x")):
        (tmp_path / "pair" / one).mkdir(parents=True)
        (tmp_path / "pair" / one / f"{one}.mp4").touch()
        (tmp_path / "pair" / one / "to").symlink_to(f"../../pair/{two}")
    assert below(tmp_path / "pair") == ["x/x.mp4", "y/y.mp4"]


def test_many_links_to_one_another_are_no_explosion(tmp_path: Path) -> None:
    """Twelve folders, each with a link to every other: followed path by path they would be 12 factorial."""
    names = [f"f{n:02}" for n in range(12)]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.mp4").touch()
        for other in names:
            (tmp_path / name / f"to-{other}").symlink_to(f"../{other}")
    assert below(tmp_path) == [f"{name}/{name}.mp4" for name in names]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may look into every folder")
def test_a_folder_that_cannot_be_looked_into_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "v.mp4").touch()
    assert below(tmp_path) == ["v.mp4"]


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert below(tmp_path / "none") == []
