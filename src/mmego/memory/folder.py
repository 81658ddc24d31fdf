"""The folder of a saved memory: files with tensors, and manifest.json, which names those that count.

Saving writes the new tensors beside the old ones, replaces manifest.json in one step, and then removes the old files.
If it is killed in between, the folder holds the old memory or the new one. Writers wait for each other; a reader whose
files vanish reads the manifest again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from mmego.errors import InputError
from mmego.files import atomic_path
from mmego.memory.manifest import MANIFEST, TENSOR_FILE

TRIES = 5
SWEEP_AFTER = 3600.0
"""On a file system without locks, files that no manifest names are kept for so many seconds."""
# The second form is schema 1's. A killed `atomic_path` leaves folders `.NAME.random`.
_OURS = re.compile(rf"{TENSOR_FILE.pattern}|(frames|prefix)\.safetensors|\.(frames|prefix|manifest)\S*\.\w+")


def write_folder(folder: Path, tensors: dict[str, dict[str, Tensor]], manifest: dict[str, Any]) -> None:
    """Write a memory, whole or not at all; it replaces a memory that is already there.

    Args:
        folder: made if it is not there.
        tensors: by kind, ``frames`` and ``prefix``; a kind without tensors gets no file.
        manifest: to which the files' names are added.

    Raises:
        InputError: the folder holds something else.
    """
    check_free(folder)
    with _locked(folder) as alone:
        check_free(folder)
        try:
            names = {kind: f"{kind}-{secrets.token_hex(8)}.safetensors" for kind, group in tensors.items() if group}
            for kind, name in names.items():
                with atomic_path(folder / name) as temporary:
                    save_file({key: value.contiguous() for key, value in tensors[kind].items()}, temporary)
            files = {kind: names.get(kind) for kind in ("frames", "prefix")}
            with atomic_path(folder / MANIFEST) as temporary:
                # ASCII, since a video's name may hold bytes that are not UTF-8.
                temporary.write_text(json.dumps({**manifest, "files": files}, indent=1) + "\n", encoding="ascii")
        finally:
            _sweep(folder, 0.0 if alone else SWEEP_AFTER)


def check_free(folder: Path) -> None:
    """Raise InputError if `folder` holds anything but a memory, whole or half-written."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file; a memory is saved to a folder")
    if not (folder / MANIFEST).is_file() and not all(_OURS.fullmatch(path.name) for path in folder.iterdir()):
        raise InputError(f"{folder} exists and is not a memory; choose another folder")


def read_manifest(folder: Path) -> Any:
    """Return the JSON of manifest.json, unchecked; raise InputError if there is none."""
    path = folder / MANIFEST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{folder} is not a memory: it has no {MANIFEST}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise InputError(f"{path} is damaged: lists within lists; index the video again") from error
    except ValueError as error:  # not JSON, not UTF-8, an integer of thousands of digits
        raise InputError(f"{path} is damaged: {error}; index the video again") from error


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Return all tensors of a safetensors file, on the CPU; raise InputError if it is missing or damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a dict
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{path} is missing or damaged ({error}); index the video again") from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Make the folder and keep other writers out; yield False if the file system has no locks.

    The lock is on the folder itself: no lock file stays behind, and a killed process releases it at once.
    """
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            alone = True
        except OSError:
            alone = False
        # The writer before us may have failed and removed the folder while we waited for it.
        if _same(folder, handle):
            break
        os.close(handle)
    try:
        yield alone
    finally:
        with contextlib.suppress(OSError):  # removes the folder only if it is empty: the first save failed
            folder.rmdir()
        os.close(handle)


def _same(folder: Path, handle: int) -> bool:
    try:
        return os.path.samestat(folder.stat(), os.fstat(handle))
    except OSError:
        return False


def _sweep(folder: Path, age: float) -> None:
    """Remove our files of at least `age` seconds that the manifest does not name, and what killed writers left."""
    try:
        files = read_manifest(folder)["files"]
        named = set(files.values() if isinstance(files, dict) else files)
    except (InputError, KeyError, TypeError):
        named = set()
        if (folder / MANIFEST).exists():
            return
    for path in list(folder.iterdir()):
        if path.name in named or not _OURS.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):
            if path.stat().st_mtime <= time.time() - age:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
