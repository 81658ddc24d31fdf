"""Hashes of a checkpoint's weight files, by part of the model, remembered between processes.

A file is hashed tensor by tensor, from its raw bytes, and the results are put in the order of their names: neither the
number of files nor transformers' older or newer names of one tensor make a difference, and no model is loaded.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

from mmego.errors import MmegoError, ModelError
from mmego.files import cache_folder, read_json, write_json
from mmego.model.weights import weight_files

Part = Literal["vision", "language", "head", "pointer"]
PARTS: tuple[Part, ...] = ("vision", "language", "head", "pointer")
VISION = ("vision_tower.", "multi_modal_projector.", "mm_projector.", "image_newline")
SETTLED = 2.0
"""Seconds after which a file's times tell its versions apart: two writes within one tick of the clock look the same."""
CACHE_VERSION = 1
LARGE = 16 << 20  # bytes
_WRAPPERS = re.compile(r"^(?:base_model\.|model\.|language_model\.)+")


def plain_name(name: str) -> str:
    """A tensor's name without the wrappers that differ between versions of transformers.

    ``language_model.model.layers.0.mlp`` (published) and ``model.language_model.layers.0.mlp`` (newer) are one.
    """
    return _WRAPPERS.sub("", name).replace("vision_tower.vision_model.", "vision_tower.")


def part_of(plain: str) -> Part:
    """The part of the model that a tensor belongs to, from its `plain_name`; all that is not known is language."""
    if plain.startswith(VISION):
        return "vision"
    if plain == "memory_pointer" or plain.startswith("memory_pointer."):
        return "pointer"
    return "head" if plain.startswith("lm_head.") else "language"


def hash_parts(tensors: Iterable[tuple[str, str, Sequence[int], Any]]) -> dict[Part, str]:
    """SHA-256 of each part that has tensors; each is given as name, type, shape and its bytes (a buffer).

    Large tensors are hashed side by side, in a few threads: hashing lets go of Python's lock. For small ones handing
    them over costs more than it saves.
    """
    given = list(tensors)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(_sha256, row[3]) if len(row[3]) >= LARGE else None for row in given]
        digests = [_sha256(row[3]) if one is None else one.result() for row, one in zip(given, waiting, strict=True)]
    rows = [
        (plain_name(name), kind, list(shape), digest)
        for (name, kind, shape, _), digest in zip(given, digests, strict=True)
    ]
    hashes: dict[Part, str] = {}
    for part in PARTS:
        own = sorted(row for row in rows if part_of(row[0]) == part)
        if own:
            hashes[part] = hashlib.sha256(json.dumps(own).encode()).hexdigest()
    return hashes


def _sha256(data: Any) -> str:
    return hashlib.sha256(data).hexdigest()


def folder_hashes(folder: Path) -> dict[Part, str]:
    """`hash_parts` of a checkpoint folder's weights: computed once for each path, size and time of its files.

    Raises:
        ModelError: no weight files (`model.weights.weight_files`), or one that cannot be read.
    """
    files = [path.resolve() for path in weight_files(folder)]
    try:
        stamp = _stamp(files)
        cache = _cache_file(files)
        known = None if cache is None else _cached(cache, stamp)
        if known is not None:
            return known
        hashes = hash_parts(row for path in files for row in _tensors(path))
        after = _stamp(files)
    except OSError as error:
        raise ModelError(f"{error.filename or folder} cannot be read: {error.strerror or error}") from error
    settled = all(mtime_ns / 1e9 < time.time() - SETTLED for _, _, mtime_ns in after)
    if files and cache is not None and after == stamp and settled:
        _keep(cache, stamp, hashes)
    return hashes


def _tensors(path: Path) -> list[tuple[str, str, Sequence[int], memoryview]]:
    """The tensors of a safetensors file over its mapped bytes, which are read only as they are hashed."""
    with path.open("rb") as file:
        whole = (
            memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if path.stat().st_size else memoryview(b"")
        )
    try:
        start = 8 + int.from_bytes(whole[:8], "little")
        header = json.loads(bytes(whole[8:start]))
        header.pop("__metadata__", None)
        rows = [
            (name, row["dtype"], row["shape"], whole[start + row["data_offsets"][0] : start + row["data_offsets"][1]])
            for name, row in header.items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ModelError(f"{path} is no safetensors file: {error}") from error
    return rows


def _stamp(files: Sequence[Path]) -> list[list[Any]]:
    return [[os.fspath(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]


def _cache_file(files: Sequence[Path]) -> Path | None:
    """One small file for each set of weight files: processes never write into what another one wrote."""
    folder = cache_folder()
    key = hashlib.sha256("\0".join(map(os.fspath, files)).encode("utf-8", "surrogateescape")).hexdigest()
    return None if folder is None else folder / "fingerprints" / f"{key[:32]}.json"


def _cached(cache: Path, stamp: Sequence[Any]) -> dict[Part, str] | None:
    """What is remembered for exactly these files; None also where the cache cannot be read or makes no sense."""
    try:
        kept = read_json(cache)
    except (MmegoError, OSError, ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or kept.get("version") != CACHE_VERSION or kept.get("files") != stamp:
        return None
    hashes = kept.get("parts")
    if not isinstance(hashes, Mapping) or not all(isinstance(value, str) for value in hashes.values()):
        return None
    return {part: hashes[part] for part in PARTS if part in hashes}


def _keep(cache: Path, stamp: Sequence[Any], hashes: Mapping[Part, str]) -> None:
    """A cache that cannot be written (a full disk, no rights) costs time at the next start, nothing else."""
    try:
        write_json(cache, {"version": CACHE_VERSION, "files": stamp, "parts": dict(hashes)})
    except (OSError, ValueError):
        return
