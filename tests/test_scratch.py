"""Whole-or-nothing writes: permissions, what is on the disk before it has its name, and what killed runs leave."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmego import scratch
from mmego.errors import InputError
from mmego.files import atomic_path, write_json, write_text
from mmego.scratch import exchange, folder_lock, scratch_folder, sweep

HOLD = """
import sys, time
from pathlib import Path
from mmego.files import atomic_path
with atomic_path(Path(sys.argv[1])) as path:
    path.write_text("half")
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture(params=[0o022, 0o027, 0o002, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def two_renames(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that cannot exchange two names."""
    monkeypatch.setattr(scratch, "exchange", lambda one, other: False)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def private(path: Path) -> None:
    """Return a file for its owner alone, as mkstemp and some libraries make it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_files_and_folders_get_the_umasks_permissions(umask: int, tmp_path: Path) -> None:
    with atomic_path(tmp_path / "above" / "file") as path:
        private(path)
    with atomic_path(tmp_path / "folder") as path:
        (path / "inner").mkdir(parents=True)
        private(path / "inner" / "file")
    write_json(tmp_path / "plain.json", {})
    for file in ("above/file", "folder/inner/file", "plain.json"):
        assert mode(tmp_path / file) == 0o666 & ~umask
    for folder in ("above", "folder", "folder/inner"):
        assert mode(tmp_path / folder) == 0o777 & ~umask


def test_what_is_executable_stays_so(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "run.sh") as path:
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    assert mode(tmp_path / "run.sh") == 0o755


def test_everything_is_on_the_disk_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        done.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        sync(descriptor)

    def rename(one: Path, other: Path) -> None:
        done.append(f"rename {Path(other).name}")
        replace(one, other)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", rename)
    write_text(tmp_path / "a.txt", "text")
    assert done == ["a.txt", "rename a.txt", tmp_path.name]
    done.clear()
    with atomic_path(tmp_path / "folder") as path:
        (path / "sub").mkdir(parents=True)
        (path / "sub" / "b").write_text("b")
    assert done == ["b", "sub", "folder", "rename folder", tmp_path.name]


def test_a_name_as_long_as_the_file_system_takes(tmp_path: Path) -> None:
    for name in ("r" * 250 + ".html", "é" * 125 + ".json", "\N{GRINNING FACE}" * 63):
        write_text(tmp_path / name, "text")
        assert (tmp_path / name).read_text() == "text"
    with pytest.raises(OSError, match="name too long"):
        write_text(tmp_path / ("r" * 300), "text")
    assert hidden(tmp_path) == []


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("old")

    def fail(path: Path) -> None:
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail(tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "old"
    assert hidden(tmp_path) == []


# Replacing a folder -----------------------------------------------------------------------------------------


def fill(path: Path, text: str) -> None:
    with atomic_path(path) as temporary:
        temporary.mkdir()
        (temporary / "file").write_text(text)


def test_a_folder_is_there_at_every_moment_of_its_replacement(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    if not exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this file system cannot exchange two names")
    folder = tmp_path / "folder"
    fill(folder, "0")
    missed, seen, over = 0, set(), threading.Event()

    def watch() -> None:
        nonlocal missed
        while not over.is_set():
            try:
                seen.add((folder / "file").read_text())
            except FileNotFoundError:
                missed += not folder.exists()

    thread = threading.Thread(target=watch)
    thread.start()
    for number in range(1, 100):
        fill(folder, str(number))
    over.set()
    thread.join()
    assert missed == 0
    assert (folder / "file").read_text() == "99"
    assert seen
    assert hidden(tmp_path) == []


@pytest.mark.usefixtures("two_renames")
@pytest.mark.parametrize("name", ["folder", "new", "old", "lock"])
def test_a_folder_is_replaced_by_two_renames_where_it_must_be(name: str, tmp_path: Path) -> None:
    fill(tmp_path / name, "one")
    fill(tmp_path / name, "two")
    assert (tmp_path / name / "file").read_text() == "two"
    assert hidden(tmp_path) == []


@pytest.mark.usefixtures("two_renames")
def test_the_second_rename_fails_and_the_old_folder_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "folder", "one")
    replace = os.replace

    def fail(one: Path, other: Path) -> None:
        if Path(one).parent.name == "new":
            raise PermissionError(1, "Operation not permitted", str(one))
        replace(one, other)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(PermissionError, match=r"Operation not permitted: '.*/folder'") as raised:
        fill(tmp_path / "folder", "two")
    assert raised.value.filename == str(tmp_path / "folder")
    assert (tmp_path / "folder" / "file").read_text() == "one"


def test_a_replacement_cut_short_between_its_renames_is_put_back(tmp_path: Path) -> None:
    old = tmp_path / ".folder.abcdefgh.mmego" / "old" / "folder"
    old.mkdir(parents=True)
    (old / "file").write_text("one")
    sweep(tmp_path)
    assert (tmp_path / "folder" / "file").read_text() == "one"
    assert hidden(tmp_path) == []


# Sweeping and locks -----------------------------------------------------------------------------------------


def holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_only_what_no_living_process_holds_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".mine.abcdefgh").mkdir()
    (tmp_path / ".file.abcdefgh.mmego").write_text("no folder")
    alive, dead = holder(tmp_path / "alive"), holder(tmp_path / "dead")
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    assert len(hidden(tmp_path)) == 4
    try:
        scratch._swept.clear()
        write_text(tmp_path / "other", "the next run that writes here")
        left = hidden(tmp_path)
        assert [name.split(".")[1] for name in left] == ["alive", "file", "mine"]
    finally:
        alive.kill()
        alive.wait()
    sweep(tmp_path)
    assert hidden(tmp_path) == [".file.abcdefgh.mmego", ".mine.abcdefgh"]


def test_two_threads_do_not_sweep_each_other(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, "one") as folder:
        thread = threading.Thread(target=sweep, args=(tmp_path,))
        thread.start()
        thread.join()
        assert folder.exists()
    assert hidden(tmp_path) == []


def test_a_locked_folder_names_its_process_and_is_free_again(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    said = rf"out is in use by another run \(process {os.getpid()} on .*\); wait for it or end it first"
    with folder_lock(out), pytest.raises(InputError, match=said), folder_lock(out):
        pass
    with folder_lock(out):
        pass
    assert hidden(out) == []
