"""Whether a device is there, found out without torch: a wrong ``--device`` is refused at once."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import re
from pathlib import Path

from mmego.errors import InputError

_BUILT_FOR = re.compile(r"^(cuda|hip)\b[^=\n]*=\s*(\S+)", re.MULTILINE)
_CUDA = re.compile(r"cuda(?::(\d+))?")


def require_device(device: str) -> None:
    """Raise InputError for a device that is surely not here; what is not sure is left to torch."""
    found = _CUDA.fullmatch(device)
    if device == "mps" and (platform.system(), platform.machine()) != ("Darwin", "arm64"):
        raise InputError("device mps was asked for, and this is no Apple computer that has it; use cpu or auto")
    if found is None:
        return
    built = torch_built_for()
    if built == {}:
        raise InputError(f"device {device} was asked for, but torch is built for the CPU alone here; use cpu or auto")
    if built is None or "hip" in built:
        return
    number = int(found.group(1) or 0)
    there = gpu_count()
    if there == 0:
        raise InputError(f"device {device} was asked for, but there is no GPU here; use cpu or auto")
    if there is not None and number >= there:
        last = "cuda:0 is the only one" if there == 1 else f"there are cuda:0 to cuda:{there - 1}"
        raise InputError(f"device {device} was asked for, but {last}")


def torch_built_for() -> dict[str, str] | None:
    """What GPUs the installed torch is built for (``{"cuda": "12.4"}``), as its own file says; None if not known."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    try:
        text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    return {kind: value.strip("'\"") for kind, value in _BUILT_FOR.findall(text) if value != "None"}


def gpu_count() -> int | None:
    """NVIDIA GPUs that a process may use, by the driver itself; None if it cannot be asked."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
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
