"""A memory's manifest.json: its fields, and the check of every value when it is read.

{"schema": 2,
 "video": {"path", "sha256", "size", "mtime_ns", "duration"},
 "model": {"vision", "language"},                     fingerprints
 "frames": {"span": [s, e], "planned": 300, "times": [...]},
 "gaps": [[s, e], ...],
 "seconds": {"index": 3.1},
 "grains": [1.31, ...],                               of pictures; not in every memory
 "files": {"frames": "frames-....safetensors" or null, "prefix": "prefix-....safetensors" or null}}
"""

from __future__ import annotations

import itertools
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.memory.fingerprint import Fingerprints
from mmego.memory.video_file import FileStat
from mmego.records import Span

SCHEMA = 2
MANIFEST = "manifest.json"
TENSOR_FILE = re.compile(r"(frames|prefix)-[0-9a-f]{16}\.safetensors")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The fields of manifest.json, checked; `files` has the names of the tensor files, by kind."""

    video: Path
    video_hash: str
    video_stat: FileStat | None
    duration: float
    fingerprints: Fingerprints
    span: Span
    planned: int
    times: tuple[float, ...]
    gaps: tuple[Span, ...]
    seconds: dict[str, float]
    files: dict[str, str]
    grains: tuple[float, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form, as written in the file."""
        stat = self.video_stat
        return {
            "schema": SCHEMA,
            "video": {
                "path": str(self.video.resolve()),
                "sha256": self.video_hash,
                "size": None if stat is None else stat.size,
                "mtime_ns": None if stat is None else stat.mtime_ns,
                "duration": self.duration,
            },
            "model": {"vision": self.fingerprints.vision, "language": self.fingerprints.language},
            "frames": {"span": self.span.to_json(), "planned": self.planned, "times": list(self.times)},
            "gaps": [gap.to_json() for gap in self.gaps],
            "seconds": self.seconds,
            **({"grains": list(self.grains)} if self.grains else {}),
            "files": {kind: self.files.get(kind) for kind in ("frames", "prefix")},
        }

    @classmethod
    def from_json(cls, value: Any, folder: Path) -> Manifest:
        """Check every value; raise InputError naming the folder and the first value that is not allowed."""
        top = _Object(value, f"{folder / MANIFEST}")
        version = top.values.get("schema")
        if version == 1 and not isinstance(version, bool):
            raise InputError(_of_schema_1(top.values, folder))
        if version is None:
            raise InputError(f"{folder} is not a memory: its {MANIFEST} names no schema version")
        if version != SCHEMA or isinstance(version, bool):
            raise InputError(f"{folder} is a memory of schema version {version!r}; this mmego reads version {SCHEMA}")
        video, model, frames, files = (top.object(name) for name in ("video", "model", "frames", "files"))
        duration, times = video.number("duration"), frames.numbers("times")
        if not times:
            raise InputError(f"{frames.where} 'times' is empty")
        if any(later < earlier for earlier, later in itertools.pairwise(times)):
            raise InputError(f"{frames.where} 'times' do not rise")
        planned = frames.count("planned")
        if planned < len(times):
            raise InputError(f"{frames.where} 'planned' is {planned}, below the number of times, {len(times)}")
        return cls(
            video=video.path("path"),
            video_hash=video.sha256("sha256"),
            video_stat=_stat(video),
            duration=duration,
            fingerprints=Fingerprints(model.sha256("vision"), model.sha256("language")),
            span=frames.span("span"),
            planned=planned,
            times=times,
            gaps=top.spans("gaps"),
            seconds=_seconds(top.object("seconds")),
            files=_files(files),
            grains=_grains(top),
        )


def _of_schema_1(values: Mapping[str, Any], folder: Path) -> str:
    video = values.get("video")
    path = video.get("path") if isinstance(video, dict) else None
    again = f"'{path}'" if isinstance(path, str) else "its video"
    return (
        f"{folder} is a memory of schema version 1, whose fingerprint changed at every load: index {again} again and "
        f"save it to the same folder"
    )


def _stat(video: _Object) -> FileStat | None:
    if video.get("size") is None or video.get("mtime_ns") is None:
        return None
    return FileStat(video.count("size"), video.count("mtime_ns"))


def _seconds(given: _Object) -> dict[str, float]:
    return {name: given.number(name) for name in given.values}


def _grains(top: _Object) -> tuple[float, ...]:
    """Read the grains (log odds, of either sign); memories without statistics, or of earlier versions, have none."""
    found = top.values.get("grains", [])
    numbers = isinstance(found, list) and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) < 100 for one in found
    )
    if not numbers:
        raise InputError(f"{top.where} 'grains' must be a list of numbers below 100, got {_short(found)}")
    return tuple(float(one) for one in found)


def _files(given: _Object) -> dict[str, str]:
    """Read the names of the tensor files; only names of our form are allowed, so that none lies outside the folder."""
    found = {}
    for kind in ("frames", "prefix"):
        name = given.get(kind)
        if name is None:
            continue
        if not isinstance(name, str) or not TENSOR_FILE.fullmatch(name) or not name.startswith(kind):
            raise InputError(f"{given.where} '{kind}' must be {kind}-DIGITS.safetensors or null, got {_short(name)}")
        found[kind] = name
    return found


class _Object:
    """A JSON object that checks each value as you read it; `where` names it in errors."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise InputError(f"{where} must hold an object, got {_short(value)}; index the video again")
        self.values, self.where = value, where

    def get(self, name: str) -> Any:
        if name not in self.values:
            raise InputError(f"{self.where} is damaged: '{name}' is missing; index the video again")
        return self.values[name]

    def object(self, name: str) -> _Object:
        return _Object(self.get(name), f"{self.where}: '{name}'")

    def number(self, name: str) -> float:
        return _number(self.get(name), f"{self.where} '{name}'")

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(_number(one, f"{self.where} '{name}' {place}") for place, one in enumerate(self._list(name)))

    def count(self, name: str) -> int:
        value = self.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
            raise InputError(f"{self.where} '{name}' must be a whole number of 0 or more, got {_short(value)}")
        return value

    def sha256(self, name: str) -> str:
        value = self.get(name)
        if not isinstance(value, str) or not _SHA256.fullmatch(value):
            raise InputError(f"{self.where} '{name}' must be 64 hexadecimal digits, got {_short(value)}")
        return value

    def path(self, name: str) -> Path:
        value = self.get(name)
        if not isinstance(value, str) or not value or "\0" in value or not _encodes(value):
            raise InputError(f"{self.where} '{name}' must be a file's path, got {_short(value)}")
        return Path(value)

    def span(self, name: str) -> Span:
        return _span(self.get(name), f"{self.where} '{name}'")

    def spans(self, name: str) -> tuple[Span, ...]:
        return tuple(_span(one, f"{self.where} '{name}' {place}") for place, one in enumerate(self._list(name)))

    def _list(self, name: str) -> list[Any]:
        value = self.get(name)
        if not isinstance(value, list):
            raise InputError(f"{self.where} '{name}' must be a list, got {_short(value)}")
        return value


def _number(value: Any, where: str) -> float:
    # Python's JSON allows NaN, Infinity and integers too large for a float; and true is an int.
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and -1e18 < value < 1e18
    if not good or not math.isfinite(value) or value < 0:
        raise InputError(f"{where} must be a number of 0 or more, got {_short(value)}")
    return float(value)


def _span(value: Any, where: str) -> Span:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError(f"{where} must be [start, end] in seconds, got {_short(value)}")
    start, end = (_number(one, where) for one in value)
    if start > end:
        raise InputError(f"{where} must begin before it ends, got {_short(value)}")
    return Span(start, end)


def _encodes(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:  # half of a surrogate pair, which cannot be in a file name
        return False
    return True


def _short(value: Any) -> str:
    """Return a value for an error message: one short line in ASCII."""
    try:
        text = ascii(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists within lists
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."
