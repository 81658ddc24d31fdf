"""Telling the format of a source by what stands in it, not by its name."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from mmego.errors import InputError
from mmego.files import unreadable
from mmego.narrations.readers import epic, table
from mmego.narrations.readers.rows import encoding_of, read_header

FORMATS = {
    "ego4d": "Ego4D's narration.json",
    "mmego-sim": "a folder that mmego simulate wrote",
    "epic-kitchens": "EPIC_100_train.csv or EPIC_100_validation.csv",
    "hd-epic": "HD_EPIC_Narrations.pkl",
    "csv": "a table with the columns video,start,end,text",
    "jsonl": 'one {"video", "start", "end", "text"} a line',
    "srt": "subtitles, one file a video",
    "vtt": "WebVTT subtitles, one file a video",
}
HEAD = 1 << 16  # bytes looked at
_NARRATED = ("narrations.json", "narration.json")
_LISTS = {
    "ego4d": ("ego4d.json",),
    "mmego-sim": ("ego4d.json",),
    "epic-kitchens": ("EPIC_100_video_info.csv",),
}
# Possessive: 64 KB of line ends would be shared out among three loops in as many ways as there are.
_SRT = re.compile(r"\s*+(?:\d++[ \t]*+[\r\n]\s*+)?(?:\d+:)?\d+:\d{1,2}(?:[.,]\d{1,3})?\s*+-->")
_FIRST_MEMBER = re.compile(r'\s*+\{\s*+"((?:[^"\\]|\\.)*+)"\s*+:\s*+(.)', re.DOTALL)
_VIDEOS = re.compile(r'"videos"\s*+:\s*+\{')
_EGO4D = re.compile(r'"(?:narration_pass_[12]|narrations|no_annotations)"')


def files_of(path: Path, format: str = "auto") -> list[Path]:
    """The narration files of a path: itself, or those of a format that a folder holds."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"no such file or folder: {path}")
    for name in _NARRATED:
        if (path / name).is_file():
            return [path / name]
    # Subtitles: a folder of one file a video.
    endings = (".srt", ".vtt") if format == "auto" else (f".{format}",)
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in endings and file.is_file())
    if not found:
        raise InputError(f"{path}: a folder should hold {' or '.join(_NARRATED)}, or .srt or .vtt files; {_listing()}")
    return found


def companion(path: Path, format: str) -> Path | None:
    """The video list that lies beside a narration file under its official name."""
    for name in _LISTS.get(format, ()):
        if (path.parent / name).is_file():
            return path.parent / name
    return None


def _is_simulated(path: Path) -> bool:
    """True if the video list beside a narration file says that `mmego simulate` wrote it."""
    listed = path.parent / "ego4d.json"
    if not listed.is_file():
        return False
    head = listed.read_bytes()[:200].decode("utf-8", errors="replace")
    return re.match(r'\s*\{\s*"version"\s*:\s*"simulated"', head) is not None


def detect(path: Path) -> str:
    """The format of a file; InputError listing the formats if it is none or might be two."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise unreadable(path, error) from error
    # A pickle of protocol 2 or later; HD-EPIC's is the only one that is read.
    if re.match(rb"\x80[\x02-\x05]", head):
        return "hd-epic"
    text = head.decode(encoding_of(head), errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        raise InputError(
            f"{path}: holds NUL characters, as binary files and UTF-16 without a mark do; save it as UTF-8"
        )
    if not text.strip():
        raise InputError(f"{path}: is empty; {_listing()}")
    found = _formats(text)
    if found == ["ego4d"] and _is_simulated(path):
        return "mmego-sim"
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{path}: might be {' or '.join(found)}: say which by --format; {_listing()}")
    raise InputError(f"{path}: {_unknown(text)}; {_listing()}")


def _formats(text: str) -> list[str]:
    """All formats that a text may be."""
    if text.startswith("WEBVTT"):
        return ["vtt"]
    if _SRT.match(text):
        return ["srt"]
    member = _FIRST_MEMBER.match(text)
    if member:
        # Ego4D: every member is a video, an object. JSON Lines: the first line is whole, and one narration.
        # Version 2 has its videos under "videos", at times after a version and a date.
        ego4d = (member.group(2) == "{" or _VIDEOS.search(text) is not None) and _EGO4D.search(text) is not None
        return [form for form, fits in (("ego4d", ego4d), ("jsonl", _is_jsonl(text))) if fits]
    names = _names(text)
    columns = {"epic-kitchens": epic.COLUMNS, "csv": table.NEEDED}
    return [form for form, needed in columns.items() if set(needed) <= set(names)]


def _is_jsonl(text: str) -> bool:
    try:
        row = json.loads(text.strip().splitlines()[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and set(table.NEEDED) <= set(row)


def _unknown(text: str) -> str:
    """What is wrong with a text of no known format; says more where it is a file that people confuse."""
    member = _FIRST_MEMBER.match(text)
    if member and re.search(r'"videos"\s*:\s*\[', text):
        return "is a list of videos, not of narrations: give it by --videos"
    if member and re.search(r'"video_uid"\s*:', text):
        return "names videos but tells nothing of them: a list to leave out is given by --exclude"
    if member:
        return "is JSON, but neither Ego4D's narrations nor JSON Lines with video, start and text"
    if text.lstrip().startswith("["):
        return "is a JSON list, which is no format's"
    names = _names(text)
    if len(names) > 1:
        return _lacks(names)
    return "is of no known format"


def _names(text: str) -> list[str]:
    """The columns of a table."""
    return read_header(io.StringIO(text.lstrip("\r\n"), newline="")).names


def _lacks(names: list[str]) -> str:
    """Which columns a table has, and which it needs to be one of the formats."""
    columns = {"csv": table.NEEDED, "epic-kitchens": epic.COLUMNS}
    # The format of which it has most.
    form, needed = max(columns.items(), key=lambda item: sum(name in names for name in item[1]) / len(item[1]))
    missing = [name for name in needed if name not in names]
    return (
        f"has the columns {', '.join(names)[:200]}; for the format {form} it lacks {', '.join(missing)} "
        f"(it needs {', '.join(needed)})"
    )


def _listing() -> str:
    return f"formats are {', '.join(FORMATS)} (docs/narrations.md says what each holds)"
