"""The files below a folder, through symbolic links, each folder once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(folder: Path) -> Iterator[Path]:
    """Every file in the folder and in those below it, by name, links to files and folders among them.

    Each real folder is looked into once, under the path that has the fewest links: what links lead to comes after what
    lies there itself, and links that lead in a circle end. A folder that cannot be looked into, or a link to nothing,
    has no files. (`Path.rglob` follows no links before Python 3.13, and knows no end to circles after.)
    """
    waiting: list[Path] = [Path(folder)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        linked: list[Path] = []
        for start in waiting:
            yield from _below(start, seen, linked)
        waiting = linked


def _below(folder: Path, seen: set[tuple[int, int]], linked: list[Path]) -> Iterator[Path]:
    """The files below a folder without those behind links to folders, which are put into `linked`."""
    inside = [folder]
    while inside:
        here = inside.pop()
        try:
            about = here.stat()
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        place = (about.st_dev, about.st_ino)
        if place in seen:
            continue
        seen.add(place)
        folders: list[Path] = []
        for entry in entries:
            try:
                if entry.is_file():
                    yield here / entry.name
                elif entry.is_dir():
                    (linked if entry.is_symlink() else folders).append(here / entry.name)
            except OSError:  # a link that leads to itself, a name that is too long
                continue
        inside += reversed(folders)
