"""The files below a folder, through symbolic links, each folder once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file in the folder and below it, sorted by name; links to files and folders are followed.

    Each real folder is read once, under the path with the fewest links, so that circles of links end. Folders that
    cannot be read and broken links have no files. (`Path.rglob` follows no links before Python 3.13, and runs forever
    in circles after.)
    """
    waiting: list[Path] = [Path(folder)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        linked: list[Path] = []
        for start in waiting:
            yield from _below(start, seen, linked)
        waiting = linked


def _below(folder: Path, seen: set[tuple[int, int]], linked: list[Path]) -> Iterator[Path]:
    """Yield the files below a folder; links to folders are collected in `linked` instead."""
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
