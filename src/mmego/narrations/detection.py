"""Recognition of a source's format by its content, not by its name."""

from __future__ import annotations

import re
from pathlib import Path

from mmego.errors import InputError
from mmego.files import unreadable
from mmego.narrations.formats import FORMATS
from mmego.narrations.readers import epic, table
from mmego.narrations.readers.rows import column_names, encoding_of, first_member

HEAD = 1 << 16
"""Bytes of a file that are looked at."""
_NARRATION_FILES = ("narrations.json", "narration.json")


def files_of(path: Path, format: str = "auto") -> list[Path]:
    """Return the narration files of a path: the file itself, or those of a format in a folder."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"no such file or folder: {path}")
    for name in _NARRATION_FILES:
        if (path / name).is_file():
            return [path / name]
    # Subtitles: a folder of one file a video.
    known = {name: one.ending for name, one in FORMATS.items() if one.ending is not None}
    endings = tuple(known.values()) if format == "auto" else (known.get(format, f".{format}"),)
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in endings and file.is_file())
    if not found:
        raise InputError(
            f"{path}: a folder should hold {' or '.join(_NARRATION_FILES)}, or {' or '.join(known.values())} files; "
            f"{_listing()}"
        )
    return found


def companion(path: Path, format: str) -> Path | None:
    """Return the video list that lies beside a narration file under its official name, None if there is none."""
    for name in FORMATS[format].video_lists:
        if (path.parent / name).is_file():
            return path.parent / name
    return None


def _is_simulated(path: Path) -> bool:
    """Return True if the video list beside a narration file says that `mmego simulate` wrote it."""
    listed = path.parent / "ego4d.json"
    if not listed.is_file():
        return False
    head = listed.read_bytes()[:200].decode("utf-8", errors="replace")
    return re.match(r'\s*\{\s*"version"\s*:\s*"simulated"', head) is not None


def detect(path: Path) -> str:
    """Return the format of a file.

    Raises:
        InputError: the file has no known format, or may have two; the message lists the formats.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise unreadable(path, error) from error
    # A pickle of protocol 2 or later; HD-EPIC's is the only one that mmego reads.
    if re.match(rb"\x80[\x02-\x05]", head):
        return "hd-epic"
    text = head.decode(encoding_of(head), errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        raise InputError(
            f"{path}: holds NUL characters, as binary files and UTF-16 without a mark do; save it as UTF-8"
        )
    if not text.strip():
        raise InputError(f"{path}: is empty; {_listing()}")
    found = [name for name, one in FORMATS.items() if one.matches is not None and one.matches(text)]
    if found == ["ego4d"] and _is_simulated(path):
        return "mmego-sim"
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{path}: might be {' or '.join(found)}: say which with --format; {_listing()}")
    raise InputError(f"{path}: {_unknown(text)}; {_listing()}")


def _unknown(text: str) -> str:
    """Say what is wrong with a text of no known format; more about files that people confuse."""
    member = first_member(text)
    if member and re.search(r'"videos"\s*:\s*\[', text):
        return "is a list of videos, not of narrations: give it with --videos"
    if member and re.search(r'"video_uid"\s*:', text):
        return "names videos but has no narrations: give a list of videos to leave out with --exclude"
    if member:
        return "is JSON, but neither Ego4D's narrations nor JSON Lines with video, start and text"
    if text.lstrip().startswith("["):
        return "is a JSON list, and no format is one"
    names = column_names(text)
    if len(names) > 1:
        return _missing_columns(names)
    return "has no known format"


def _missing_columns(names: list[str]) -> str:
    """Say which columns a table has, and which it lacks to have the format that it is nearest to."""
    columns = {"csv": table.NEEDED, "epic-kitchens": epic.COLUMNS}
    form, needed = max(columns.items(), key=lambda item: sum(name in names for name in item[1]) / len(item[1]))
    missing = [name for name in needed if name not in names]
    return (
        f"has the columns {', '.join(names)[:200]}; for the format {form} it lacks {', '.join(missing)} "
        f"(it needs {', '.join(needed)})"
    )


def _listing() -> str:
    return f"formats are {', '.join(FORMATS)} (docs/reference/narrations.md says what each holds)"
