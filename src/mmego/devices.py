"""Whether a device exists, without torch, so that a wrong ``--device`` is refused at once."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import sys
from pathlib import Path

from mmego.errors import InputError

DEVICE = re.compile(r"auto|cpu|mps|cuda(?::(\d+))?")
GPU_FILES = ("nvidiactl", "nvidia0", "nvmap", "kfd", "dxg")
"""Files below /dev where Linux has a GPU: NVIDIA, a Jetson, AMD, Windows below it."""
_BUILT_FOR = re.compile(r"^(cuda|hip)\b[^=\n]*=\s*(\S+)", re.MULTILINE)


def check_device(device: str) -> None:
    """Raise InputError for an unknown name, or a device that is surely missing; torch decides on the rest."""
    named = DEVICE.fullmatch(device)
    if named is None:
        raise InputError(f"device must be auto, cpu, cuda, cuda:N or mps, got '{device}'")
    reason = None
    if device == "mps" and sys.platform != "darwin":
        reason = "that is a GPU of Apple's computers"
    elif device.startswith("cuda"):
        reason = no_cuda() or _no_such_gpu(int(named.group(1) or 0))
    if reason is not None:
        raise InputError(f"device {device} was asked for, but {reason}; use cpu or auto")


def no_cuda() -> str | None:
    """Return why there can be no CUDA GPU here, by cheap checks; None if only torch can say."""
    if sys.platform == "darwin":
        return "Apple's computers have none"
    built = torch_built_for()
    if built == {}:
        return "the torch that is installed is built for the CPU alone"
    if _hidden():
        return "CUDA_VISIBLE_DEVICES hides every GPU"
    no_file = sys.platform.startswith("linux") and not any(Path("/dev", name).exists() for name in GPU_FILES)
    if no_file or (_driver_counts(built) and gpu_count() == 0):
        return "this machine has no GPU"
    return None


def _no_such_gpu(number: int) -> str | None:
    """Return why ``cuda:number`` is not among the GPUs, as far as the driver says."""
    there = gpu_count() if _driver_counts(torch_built_for()) else None
    if there is None or number < there:
        return None
    return "cuda:0 is the only one" if there == 1 else f"there are cuda:0 to cuda:{there - 1}"


def _driver_counts(built: dict[str, str] | None) -> bool:
    """Return whether NVIDIA's driver counts the GPUs that torch would use; AMD's are also called cuda."""
    return built is not None and "cuda" in built


def torch_built_for() -> dict[str, str] | None:
    """Return what GPUs the installed torch is built for (``{"cuda": "12.4"}``), by its own file; None if unknown."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    try:
        text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    return {kind: value.strip("'\"") for kind, value in _BUILT_FOR.findall(text) if value != "None"}


def gpu_count() -> int | None:
    """Return the number of NVIDIA GPUs that a process may use, by the driver; None if it cannot be asked."""
    if _hidden():
        return 0
    try:
        driver = ctypes.CDLL("libcuda.so.1")
        count = ctypes.c_int()
        if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
            return 0
    except AttributeError:
        return None
    except OSError:
        return 0
    return count.value


def _hidden() -> bool:
    return os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1")
