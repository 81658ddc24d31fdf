"""Every value of manifest.json is checked, and what is wrong is named together with the folder."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.memory.manifest import MANIFEST
from mmego.memory.memory import Memory
from tests.memory.test_memory import memory

GONE = object()


def changed(manifest: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """Return the manifest with the value at ``video.path`` or ``frames.times.1`` replaced, or taken out by `GONE`."""
    manifest = copy.deepcopy(manifest)
    *way, last = place.split(".")
    inner: Any = manifest
    for name in way:
        inner = inner[int(name) if isinstance(inner, list) else name]
    key: Any = int(last) if isinstance(inner, list) else last
    if value is GONE:
        del inner[key]
    else:
        inner[key] = value
    return manifest


WRONG: list[tuple[str, Any, str]] = [
    ("grains", "many", "'grains' must be a list of numbers"),
    ("grains", [1, True], "'grains' must be a list of numbers"),
    ("grains", [float("inf")], "'grains' must be a list of numbers"),
    ("video", [], "'video' must hold an object, got []"),
    ("video", GONE, "'video' is missing"),
    ("video.path", 7, "'path' must be a file's path, got 7"),
    ("video.path", "", "'path' must be a file's path"),
    ("video.path", "a\0b", "'path' must be a file's path"),
    ("video.path", "\ud800.mp4", "'path' must be a file's path"),
    ("video.sha256", "xyz", "'sha256' must be 64 hexadecimal digits, got 'xyz'"),
    ("video.sha256", None, "'sha256' must be 64"),
    ("video.size", "12", "'size' must be a whole number of 0 or more, got '12'"),
    ("video.size", -1, "'size' must be a whole number"),
    ("video.mtime_ns", 1.5, "'mtime_ns' must be a whole number"),
    ("video.mtime_ns", True, "'mtime_ns' must be a whole number"),
    ("video.mtime_ns", 1 << 70, "'mtime_ns' must be a whole number"),
    ("video.duration", "3", "'duration' must be a number of 0 or more, got '3'"),
    ("video.duration", float("nan"), "'duration' must be a number of 0 or more, got nan"),
    ("video.duration", float("inf"), "'duration' must be a number"),
    ("video.duration", 10**400, "'duration' must be a number"),
    ("video.duration", [3], "'duration' must be a number of 0 or more, got [3]"),
    ("video.duration", False, "'duration' must be a number of 0 or more, got False"),
    ("model", "x", "'model' must hold an object"),
    ("model.vision", 3, "'vision' must be 64 hexadecimal digits"),
    ("model.language", GONE, "'language' is missing"),
    ("frames.span", [1], "'span' must be [start, end] in seconds, got [1]"),
    ("frames.span", [2, 1], "'span' must begin before it ends"),
    ("frames.span", ["a", 1], "'span' must be a number"),
    ("frames.times", {}, "'times' must be a list, got {}"),
    ("frames.times", [], "'times' is empty"),
    ("frames.times", [0.5, 1.5], "a memory of 2 frames needs E"),
    ("frames.times.1", None, "'times' 1 must be a number of 0 or more, got None"),
    ("frames.times.1", [1.5], "'times' 1 must be a number"),
    ("frames.times.1", -1.5, "'times' 1 must be a number of 0 or more, got -1.5"),
    ("frames.times.2", 1.0, "'times' do not rise"),
    ("frames.planned", "3", "'planned' must be a whole number"),
    ("frames.planned", 2, "'planned' is 2, below the number of times, 3"),
    ("gaps", None, "'gaps' must be a list"),
    ("gaps", GONE, "'gaps' is missing"),
    ("gaps.0", 3.0, "'gaps' 0 must be [start, end]"),
    ("seconds", [], "'seconds' must hold an object"),
    ("seconds.index", "fast", "'index' must be a number of 0 or more, got 'fast'"),
    ("files", [], "'files' must hold an object"),
    ("files.frames", 3, "'frames' must be frames-DIGITS.safetensors or null, got 3"),
    ("files.frames", "../../secret.safetensors", "'frames' must be frames-DIGITS"),
    ("files.prefix", "frames-0123456789abcdef.safetensors", "'prefix' must be prefix-DIGITS"),
    ("files.prefix", "prefix-0123456789abcdef.safetensors", "is missing or damaged"),
    ("files.prefix", GONE, "'prefix' is missing"),
]


@pytest.mark.parametrize(("place", "value", "message"), WRONG)
def test_a_wrong_value_is_named(tmp_path: Path, place: str, value: Any, message: str) -> None:
    folder = tmp_path / "kept"
    memory(tmp_path).save(folder)
    good = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(changed(good, place, value)))
    with pytest.raises(InputError) as found:
        Memory.load(folder)
    assert message in str(found.value)
    assert str(folder) in str(found.value)
    assert "\n" not in str(found.value)
    assert len(str(found.value)) < len(str(folder)) * 2 + 300


def test_whole_numbers_are_times_and_unknown_names_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    memory(tmp_path).save(folder)
    good = json.loads((folder / MANIFEST).read_text())
    whole = {**changed(good, "frames.times", [0, 1, 2]), "of a later version": [None]}
    (folder / MANIFEST).write_text(json.dumps(whole))
    assert Memory.load(folder).times == (0.0, 1.0, 2.0)
    for name in ("size", "mtime_ns"):
        (folder / MANIFEST).write_text(json.dumps(changed(good, f"video.{name}", None)))
        assert Memory.load(folder).video_stat is None
