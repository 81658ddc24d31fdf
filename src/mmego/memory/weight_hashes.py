"""Hashes of a checkpoint's weights, by part of the model, cached between processes.

Each tensor is hashed from its raw bytes, and the results are sorted by name: neither the number of files nor older or
newer names of a tensor in transformers make a difference, and no model is loaded.
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
from mmego.model.checkpoint_weights import weight_files

Part = Literal["vision", "language", "head", "pointer"]
PARTS: tuple[Part, ...] = ("vision", "language", "head", "pointer")
VISION = ("vision_tower.", "multi_modal_projector.", "mm_projector.", "image_newline")
SETTLED = 2.0
"""Seconds after which a file's time identifies its version: two writes within one clock tick have the same time."""
CACHE_VERSION = 1
LARGE = 16 << 20  # bytes
_WRAPPERS = re.compile(r"^(?:base_model\.|model\.|language_model\.)+")


def plain_name(name: str) -> str:
    """Return a tensor's name without the wrappers that differ between versions of transformers.

    ``language_model.model.layers.0.mlp`` (published) and ``model.language_model.layers.0.mlp`` (newer) are one.
    """
    return _WRAPPERS.sub("", name).replace("vision_tower.vision_model.", "vision_tower.")


def part_of(plain: str) -> Part:
    """Return the part of the model that a tensor belongs to, by its `plain_name`; unknown names are language."""
    if plain.startswith(VISION):
        return "vision"
    if plain == "memory_pointer" or plain.startswith("memory_pointer."):
        return "pointer"
    return "head" if plain.startswith("lm_head.") else "language"


def hash_parts(tensors: Iterable[tuple[str, str, Sequence[int], Any]]) -> dict[Part, str]:
    """Return the SHA-256 of each part; a tensor is given as name, type, shape and its bytes (a buffer).

    Large tensors are hashed in a few threads, since hashing releases Python's lock. For small ones a thread costs more
    than it saves.
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
    """Return `hash_parts` of a checkpoint folder's weights, computed once for each path, size and time of its files.

    Raises:

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
    """Return the tensors of a safetensors file over its mapped bytes, which are read only as they are hashed."""
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
        raise ModelError(f"{path} is not a safetensors file: {error}") from error
    return rows


def _stamp(files: Sequence[Path]) -> list[list[Any]]:
    return [[os.fspath(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]


def _cache_file(files: Sequence[Path]) -> Path | None:
    """Return the cache file of a set of weight files; each set has its own, so that processes do not mix."""
    folder = cache_folder()
    key = hashlib.sha256("\0".join(map(os.fspath, files)).encode("utf-8", "surrogateescape")).hexdigest()
    return None if folder is None else folder / "fingerprints" / f"{key[:32]}.json"


def _cached(cache: Path, stamp: Sequence[Any]) -> dict[Part, str] | None:
    """Return the cached hashes of exactly these files; None if there are none or the cache is unreadable."""
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
    """Write the cache; if that fails (a full disk, no rights), the next start only takes longer."""
    try:
        write_json(cache, {"version": CACHE_VERSION, "files": stamp, "parts": dict(hashes)})
    except (OSError, ValueError):
        return
