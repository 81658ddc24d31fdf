"""What telling a checkpoint apart costs: hashing its weight files once, and knowing them at every later start.

    python benchmarks/fingerprints.py --out out/fingerprints

prints seconds for nano and for a made safetensors file of so many gigabytes: hashed, then known from the cache, and
beside them the time of a plain SHA-256 over the same bytes on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import time
from pathlib import Path

import torch
from safetensors.torch import save_file

from mmego.engine.loading import find_asset
from mmego.memory.weight_hashes import folder_hashes


def make(folder: Path, gigabytes: float) -> Path:
    """Return a checkpoint's weight file of random numbers: layers of 64 MiB."""
    file = folder / "model.safetensors"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        layer = torch.randint(0, 256, (8192, 8192), dtype=torch.uint8)
        names = [f"model.language_model.layers.{n}.weight" for n in range(int(gigabytes * 1e9 / layer.numel()))]
        save_file({name: layer + n for n, name in enumerate(names)}, file)
    return folder


def measure(name: str, source: Path, out: Path) -> None:
    """One row; the files look as if written long ago, or nothing would be remembered."""
    folder = out / f"copy-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(source / "model.safetensors", folder / "model.safetensors")
    os.utime(folder / "model.safetensors", (1e9, 1e9))
    data = (folder / "model.safetensors").read_bytes()
    started = time.perf_counter()
    hashlib.sha256(data).hexdigest()
    plain = time.perf_counter() - started
    spent = []
    for _ in range(2):
        started = time.perf_counter()
        folder_hashes(folder)
        spent.append(time.perf_counter() - started)
    size = len(data) / 1e9
    print(f"{name:>6} {size:6.3f} GB: hashed {spent[0]:7.4f} s, known {spent[1]:7.4f} s, plain SHA-256 {plain:7.4f} s")
    shutil.rmtree(folder)


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out/fingerprints"))
    parser.add_argument("--gigabytes", type=float, default=1.0)
    given = parser.parse_args()
    cache = given.out / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    os.environ["MMEGO_CACHE"] = str(cache)
    measure("nano", find_asset("nano"), given.out)
    measure("made", make(given.out / "made", given.gigabytes), given.out)


if __name__ == "__main__":
    main()
