"""Scratch folders for files that are being written, cleaned up after killed runs, and locks on folders.

A scratch folder is ``.NAME.XXXXXXXX.mmego`` with a file ``lock`` inside, which its owner holds locked. The system
releases the lock whenever the process ends, also when it is killed. The next run that writes beside an unlocked scratch
folder removes it. On a file system without locks, scratch folders of killed runs stay.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import re
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TextIO

from mmego.errors import InputError

ENDING = ".mmego"
SCRATCH = re.compile(rf"\..*\.[a-z0-9_]{{8}}{re.escape(ENDING)}", re.DOTALL)
LOCK, OLD = "lock", "old"
FOLDER_LOCK = ".lock"
SHOWN = 40
"""Most characters of a name in the name of its scratch folder: a name of 250 bytes is legal, but not with a prefix."""
_swept: set[str] = set()
_FOR_ALL = -100  # AT_FDCWD: relative names count from the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS, errno.EBADF)


@contextmanager
def scratch_folder(parent: Path, name: str) -> Iterator[Path]:
    """Give an empty folder in `parent` that is removed at the end; `name` is the name of the future result.

    The first time that a process writes in `parent`, it removes what killed runs left there.

    Raises:
        OSError: the folder cannot be made, naming `parent` / `name`.
    """
    parent = Path(parent)
    if str(parent.absolute()) not in _swept:
        _swept.add(str(parent.absolute()))
        sweep(parent)
    folder, lock = _make(parent, name)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def sweep(parent: Path) -> None:
    """Remove the scratch folders in `parent` that no running process holds.

    If a replacement was cut short on a system that cannot exchange two names, the old folder is put back first.
    """
    try:
        found = [entry.path for entry in os.scandir(parent) if SCRATCH.fullmatch(entry.name) and _is_folder(entry)]
    except OSError:
        return  # not there, or not ours to look into
    for path in map(Path, found):
        try:
            lock = _locked(path)
        except OSError:
            continue
        if lock is None:
            continue
        with lock:
            _put_back(path)
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep other runs out of `folder`, which is made if missing, until the block or this process ends.

    Raises:
        InputError: another run holds it, naming that process.
        OSError: the folder cannot be made or written to.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FOLDER_LOCK
    file = _lock_file(path)
    with file:
        write_lock_owner(file)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _lock_file(path: Path) -> TextIO:
    """Open and lock `path`; try again if the run that held it has just removed it."""
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(file, path):
                return file
            file.close()
        except BlockingIOError as error:
            with file:
                file.seek(0)
                holder = f" ({owner})" if (owner := file.read().strip()) else ""
            raise InputError(f"{path.parent} is in use by another run{holder}; wait for it or end it first") from error
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return file


def _is_still(file: TextIO, path: Path) -> bool:
    """Return whether an open file is still the one named `path`."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def write_lock_owner(file: TextIO) -> None:
    """Write the owner into a lock file; a full disk leaves it empty."""
    with suppress(OSError):
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()


def sync_to_disk(path: Path, scratch: Path) -> None:
    """Sync a file, or a folder with its contents, to the disk, and give it the permissions of the umask.

    Some writers make files that only the owner may read; the scratch folder's lock file shows the umask's permissions.
    """
    mode = stat.S_IMODE((scratch / LOCK).stat().st_mode)
    for folder, _, files in os.walk(path, topdown=False):
        for name in files:
            _sync_file(os.path.join(folder, name), mode)
        sync_folder(Path(folder))
    if not path.is_dir():
        _sync_file(str(path), mode)


def _sync_file(path: str, mode: int) -> None:
    if os.path.islink(path) or not os.path.isfile(path):
        return
    has = stat.S_IMODE(os.stat(path).st_mode)
    if has | mode != has:
        os.chmod(path, has | mode)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Sync a folder's list of names to the disk, if the file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def put_in_place(new: Path, path: Path, scratch: Path) -> None:
    """Replace `path` by `new`.

    A file is replaced in one step, and so is a folder if the system can exchange two names (Linux, most file systems).
    On others the old folder is for a moment only in the scratch folder; if this process is killed just then, `sweep`
    puts it back.
    """
    if not (new.is_dir() and path.is_dir() and not path.is_symlink()):
        os.replace(new, path)
    elif not exchange(new, path):
        old = scratch / OLD / path.name
        old.parent.mkdir()
        os.replace(path, old)
        try:
            os.replace(new, path)
        except BaseException:
            os.replace(old, path)
            raise
    sync_folder(path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; return False if the system or the file system cannot."""
    swap = getattr(ctypes.CDLL(None), "renameat2", None)
    if swap is None:
        return False
    return bool(swap(_FOR_ALL, os.fsencode(one), _FOR_ALL, os.fsencode(other), _EXCHANGE) == 0)


def _make(parent: Path, name: str) -> tuple[Path, IO[bytes]]:
    """Make a scratch folder and its lock, again if another run removed it before it was locked."""
    while True:
        try:
            folder = Path(tempfile.mkdtemp(suffix=ENDING, prefix=f".{name[:SHOWN]}.", dir=parent))
        except OSError as error:
            raise type(error)(error.errno, error.strerror, str(parent / name)) from error
        try:
            lock = _locked(folder)
            if lock is not None and (folder / LOCK).exists():
                return folder, lock
        except FileNotFoundError:
            continue
        except OSError as error:  # a full disk may have room for the folder and not for the file
            shutil.rmtree(folder, ignore_errors=True)
            raise type(error)(error.errno, error.strerror, str(parent / name)) from error


def _locked(folder: Path) -> IO[bytes] | None:
    """Open and lock the folder's lock file; return None if another process or thread holds it.

    On a file system without locks, an existing lock file counts as held.
    """
    there = (folder / LOCK).exists()
    lock = (folder / LOCK).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    except OSError:
        if there:
            lock.close()
            return None
    return lock


def _put_back(scratch: Path) -> None:
    """Undo a replacement that was cut short between its two renames."""
    with suppress(OSError):
        for old in (scratch / OLD).iterdir():
            if not os.path.lexists(scratch.parent / old.name):
                os.replace(old, scratch.parent / old.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)
