"""The device and precision of a model, where the user leaves them on ``auto``."""

from __future__ import annotations

from pathlib import Path

import torch

from mmego.devices import check_device
from mmego.errors import InputError
from mmego.model.checkpoint_weights import stored_precision
from mmego.records.load_settings import Precision

CPUINFO = Path("/proc/cpuinfo")
BFLOAT16 = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")
"""Names, in torch and Linux, of the CPU instructions that multiply in bfloat16."""


def pick_device(device: str) -> torch.device:
    """Return the device, the GPU for ``auto`` if there is one; raise InputError for a device that is missing."""
    check_device(device)
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.startswith("cuda"):
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if not count:
            raise InputError(f"device {device} was asked for, but torch sees no GPU here; use cpu or auto")
        number = int(device.partition(":")[2] or 0)
        if number >= count:
            raise InputError(f"device {device} was asked for, but there are {count} GPUs, numbered from 0")
    if device == "mps" and not torch.backends.mps.is_available():
        raise InputError("device mps was asked for, but torch sees no GPU of Apple's here; use cpu or auto")
    return torch.device(device)


def pick_precision(precision: Precision, device: torch.device, folder: Path) -> torch.dtype:
    """Return the precision; ``auto`` is bfloat16 on a CUDA GPU, and `cpu_precision` on a CPU."""
    if precision != "auto":
        found: torch.dtype = getattr(torch, precision)
        return found
    if device.type == "cuda":
        return torch.bfloat16
    return cpu_precision(folder) if device.type == "cpu" else torch.float32


def cpu_precision(folder: Path) -> torch.dtype:
    """Return bfloat16 for a large checkpoint in 16 bits on a CPU that multiplies in bfloat16, otherwise float32."""
    bits, values = stored_precision(folder)
    large = bits == 16 and values >= LARGE
    return torch.bfloat16 if large and cpu_has_bfloat16() else torch.float32


LARGE = 100_000_000
"""Least number of weights for bfloat16 on a CPU; nano has 7 million, the smallest published checkpoint 890 million."""


def cpu_has_bfloat16() -> bool:
    """Return whether this CPU has instructions for bfloat16; without them it is slower than float32."""
    capabilities = getattr(torch.cpu, "get_capabilities", None)
    if capabilities is not None:
        found = capabilities()
        return any(found.get(name) for name in BFLOAT16)
    try:
        words = set(CPUINFO.read_text(encoding="utf-8", errors="replace").split())
    except OSError:  # not Linux
        return False
    return not words.isdisjoint(BFLOAT16)
