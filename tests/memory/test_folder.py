"""A memory's folder: whole or not at all, also when killed, when two save at once, when the disk is full or damaged."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from mmego.errors import InputError
from mmego.memory import folder as folder_module
from mmego.memory.manifest import MANIFEST
from mmego.memory.memory import Memory
from mmego.memory.prefix import build_prefix
from tests.memory.test_memory import memory
from tests.model.tiny import tiny_model

STEPS = ("replace", "fsync", "unlink", "rmdir", "mkdir")
SCHEMA_1 = {
    "schema": 1,
    "video": {"path": "/videos/walk.mp4", "sha256": "0" * 64, "duration": 3.25},
    "model": {"fingerprint": "f" * 64},
    "frames": {"span": [0.0, 3.25], "times": [0.5, 1.5, 2.5]},
    "gaps": [],
    "seconds": {"index": 1.5},
    "files": ["frames.safetensors"],
}


def version(tmp_path: Path, number: int) -> Memory:
    """Return a memory that says in every part which version it is."""
    V_NTC = torch.full((3, 4, 32), float(number))
    prefix = build_prefix(tiny_model(), V_NTC.mean(1)) if number % 2 else None
    return memory(tmp_path, duration=float(number), E_NC=V_NTC.mean(1), V_NTC=V_NTC, prefix=prefix)


def read_version(folder: Path) -> int:
    """Return the number of a version; every part of it must be that version's."""
    found = Memory.load(folder)
    assert found.E_NC is not None
    assert found.V_NTC is not None
    assert {found.duration} == set(found.E_NC.flatten().tolist()) == set(found.V_NTC.flatten().tolist())
    assert (found.prefix is not None) == bool(found.duration % 2)
    return int(found.duration)


def in_a_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked process; returns its exit status (0: it came to the end)."""
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            work()
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1]


def save_killed(kept: Memory, folder: Path, before: int) -> bool:
    """Save in a child that is killed before step number `before` on the file system; True if there was such a step."""

    def work() -> None:
        steps = itertools.count(1)

        def step(real: Callable[..., Any], *given: Any, **named: Any) -> Any:
            if next(steps) == before:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        for name in STEPS:
            setattr(os, name, functools.partial(step, getattr(os, name)))
        kept.save(folder)

    status = in_a_child(work)
    assert status in (0, signal.SIGKILL)
    return status == signal.SIGKILL


def files_in(folder: Path) -> list[str]:
    return sorted(re.sub(r"-[0-9a-f]{16}", "", path.name) for path in folder.iterdir())


def test_folder_holds_the_manifest_and_the_files_it_names(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    assert files_in(kept) == ["frames.safetensors", "manifest.json", "prefix.safetensors"]
    manifest = json.loads((kept / MANIFEST).read_text())
    assert manifest["schema"] == 2
    assert manifest["frames"] == {"span": [0.0, 3.25], "planned": 4, "times": [0.5, 1.5, 2.5]}
    assert manifest["model"] == {"vision": "a" * 64, "language": "b" * 64}
    assert {*manifest["files"].values(), MANIFEST} == {path.name for path in kept.iterdir()}
    version(tmp_path, 2).save(kept)
    assert files_in(kept) == ["frames.safetensors", "manifest.json"]
    assert read_version(kept) == 2


def test_killed_at_any_step_the_old_or_the_new_memory_is_there(tmp_path: Path) -> None:
    kept, seen, step = tmp_path / "kept", [], 1
    version(tmp_path, 1).save(kept)
    while save_killed(version(tmp_path, 2), kept, step):
        seen.append(read_version(kept))
        version(tmp_path, 1).save(kept)  # the next one sweeps what the killed one left
        assert files_in(kept) == ["frames.safetensors", "manifest.json", "prefix.safetensors"]
        step += 1
    assert read_version(kept) == 2
    assert set(seen) == {1, 2}
    assert seen == sorted(seen)  # from one step on it is the new one
    assert step > 8


def test_killed_at_any_step_of_the_first_save_the_next_one_goes_on(tmp_path: Path) -> None:
    step = 1
    while save_killed(version(tmp_path, 1), tmp_path / f"kept-{step}", step):
        kept = tmp_path / f"kept-{step}"
        with contextlib.suppress(InputError):
            assert read_version(kept) == 1
        version(tmp_path, 2).save(kept)
        assert read_version(kept) == 2
        assert files_in(kept) == ["frames.safetensors", "manifest.json"]
        step += 1
    assert step > 5


def test_two_processes_saving_at_once_leave_one_of_them_and_no_reader_sees_a_mix(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    versions = [version(tmp_path, 1), version(tmp_path, 2)]
    children = []
    for own in versions:
        child = os.fork()
        if not child:
            with contextlib.suppress(BaseException):
                for _ in range(25):
                    own.save(kept)
                os._exit(0)
            os._exit(1)
        children.append(child)
    read, ended = 0, dict[int, int]()
    while len(ended) < 2:
        assert read_version(kept) in (1, 2)
        read += 1
        for child in children:
            if child not in ended and (found := os.waitpid(child, os.WNOHANG))[0]:
                ended[child] = found[1]
    assert set(ended.values()) == {0}
    assert read > 2
    names = json.loads((kept / MANIFEST).read_text())["files"]
    assert {path.name for path in kept.iterdir()} == {MANIFEST, *(name for name in names.values() if name)}


def test_two_first_saves_at_once(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    started = time.time() + 0.2
    versions = [version(tmp_path, 1), version(tmp_path, 2)]
    children = []
    for own in versions:
        child = os.fork()
        if not child:
            with contextlib.suppress(BaseException):
                time.sleep(max(0.0, started - time.time()))
                own.save(kept)
                os._exit(0)
            os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert read_version(kept) in (1, 2)


def test_failed_save_leaves_the_old_one_and_no_scraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    before = {path.name for path in kept.iterdir()}
    fsync = os.fsync

    def full_disk(handle: int) -> None:
        if any(tmp_path.glob("*/.manifest*")):  # the frames are on the disk, the manifest is not
            raise OSError(28, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full_disk)
    for folder in (kept, tmp_path / "new"):
        with pytest.raises(OSError, match="No space"):
            version(tmp_path, 2).save(folder)
    assert read_version(kept) == 1
    assert {path.name for path in kept.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "video.mp4"]


def test_save_replaces_a_memory_and_nothing_else(tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "me.jpg").write_bytes(b"precious")
    with pytest.raises(InputError, match="not a memory"):
        version(tmp_path, 1).save(other)
    assert [path.name for path in other.iterdir()] == ["me.jpg"]
    file = tmp_path / "file"
    file.write_text("precious")
    with pytest.raises(InputError, match="is a file"):
        version(tmp_path, 1).save(file)
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    (kept / "notes.txt").write_text("mine")
    version(tmp_path, 2).save(kept)
    assert (kept / "notes.txt").read_text() == "mine"
    assert read_version(kept) == 2


def test_where_there_are_no_locks_nothing_young_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*given: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(folder_module.fcntl, "flock", no_locks)
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    (old,) = kept.glob("prefix-*")
    version(tmp_path, 2).save(kept)
    assert old.exists()  # perhaps another writer's, not named yet
    assert read_version(kept) == 2
    os.utime(old, (1, 1))
    version(tmp_path, 2).save(kept)
    assert not old.exists()


def test_a_reader_under_whom_the_files_go_reads_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    read, later = folder_module.read_tensors, [version(tmp_path, 3), version(tmp_path, 2)]

    def slow(path: Path) -> dict[str, torch.Tensor]:
        if later:
            later.pop().save(kept)
        return read(path)

    monkeypatch.setattr("mmego.memory.memory.read_tensors", slow)
    assert read_version(kept) == 3


def test_a_memory_of_schema_1_says_what_to_do_and_is_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / MANIFEST).write_text(json.dumps(SCHEMA_1))
    save_file({"E": torch.zeros(3, 32)}, kept / "frames.safetensors")
    with pytest.raises(InputError, match=r"schema version 1, .*: index '/videos/walk.mp4' again and save it to the"):
        Memory.load(kept)
    version(tmp_path, 2).save(kept)
    assert read_version(kept) == 2
    assert files_in(kept) == ["frames.safetensors", "manifest.json"]
    assert not (kept / "frames.safetensors").exists()


def test_what_is_no_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a memory"):
        Memory.load(tmp_path)
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        Memory.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[]", "must hold an object"),
        (b'{"schema": 99}', "schema version 99; this mmego reads version 2"),
        (b'{"schema": true}', "schema version True"),
        (b"{", "is damaged: Expecting property name"),
        (b"\xff\xfe", "is damaged: 'utf-8' codec"),
        (b"[" * 200_000, "lists within lists"),
        (b"1" * 5000, "is damaged: Exceeds the limit"),
    ],
)
def test_text_that_is_no_manifest(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / MANIFEST).write_bytes(text)
    with pytest.raises(InputError, match=message) as found:
        Memory.load(tmp_path)
    assert str(tmp_path) in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"E": torch.zeros(3)}, r"needs E of shape \(N, C\), got \(3,\)"),
        ({"E": torch.zeros(2, 32)}, r"got \(2, 32\)"),
        ({"E": torch.zeros(3, 32, dtype=torch.int64)}, "E is damaged: it holds torch.int64"),
        ({"E": torch.full((3, 32), float("nan"))}, "E is damaged: its values are not finite"),
        ({"E": torch.zeros(3, 32), "V": torch.zeros(3, 32)}, "needs V of shape"),
        ({"V": torch.zeros(3, 4, 32)}, "has V and no E"),
        ({"V_held": torch.zeros(1, 4, 32)}, "it has the tensors"),
        ({"V_held": torch.zeros(1, 4, 32), "held": torch.tensor([7])}, "V of single frames"),
        ({"V_held": torch.zeros(1, 4, 32), "held": torch.tensor([[0]])}, "V of single frames"),
        ({"V_held": torch.zeros(2, 4, 32), "held": torch.tensor([1, 0])}, "V of single frames"),
        ({"V_held": torch.zeros(1, 4), "held": torch.tensor([0])}, "V of single frames"),
        ({"other": torch.zeros(1)}, "it has the tensors"),
    ],
)
def test_tensors_that_do_not_fit(tmp_path: Path, tensors: dict[str, torch.Tensor], message: str) -> None:
    kept = tmp_path / "kept"
    version(tmp_path, 2).save(kept)
    (file,) = kept.glob("frames-*")
    save_file(tensors, file)
    with pytest.raises(InputError, match=message) as found:
        Memory.load(kept)
    assert str(kept) in str(found.value)


def test_damaged_and_missing_files_are_named(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    version(tmp_path, 1).save(kept)
    for kind in ("frames", "prefix"):
        (file,) = kept.glob(f"{kind}-*")
        whole = file.read_bytes()
        for damaged in (whole[:-10], b"", b"\xff" * 64, whole[:8] + b"x" + whole[9:]):
            file.write_bytes(damaged)
            with pytest.raises(InputError, match=rf"{file.name} is missing or damaged") as found:
                Memory.load(kept)
            assert str(kept) in str(found.value)
        file.unlink()
        with pytest.raises(InputError, match=rf"{file.name} is missing"):
            Memory.load(kept)
        file.write_bytes(whole)
    assert read_version(kept) == 1
    (file,) = kept.glob("prefix-*")
    save_file({"0.E_prime": torch.zeros(3, 32), "0.keys.0": torch.zeros(3)}, file)
    with pytest.raises(InputError, match=rf"{file.name} is damaged: '0.keys.0' of a stored prefix"):
        Memory.load(kept)
