"""Failed allocations: separated from other errors, cleared up after, and named on one line.

The one place that knows how Python, NumPy, FFmpeg, the system and torch (on any device) say that memory ran out. torch
is never imported here: its errors are known by their type's name and their words.
"""

from __future__ import annotations

import errno
import gc
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from mmego.errors import MemoryLimitError, MmegoError

NO_THREAD = "can't start new thread"  # no room for its stack, or more threads than the system allows
WORDS = (
    "DefaultCPUAllocator: can't allocate memory",
    "DefaultCPUAllocator: not enough memory",  # Windows
    "out of memory",  # CUDA, ROCm, MPS
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "could not create a memory object",  # oneDNN
    "std::bad_alloc",
    "Cannot allocate memory",  # a library that cannot be mapped (ImportError), a file (safetensors)
    "failed to map segment from shared object",
    NO_THREAD,
)
SIZE = re.compile(r"(?:tried to allocate|unable to allocate) ([\d.]+) ?(bytes|B|[KMGTPE]iB)", re.IGNORECASE)
UNITS = {"bytes": 1, "b": 1, **{f"{letter}ib": 1 << 10 * n for n, letter in enumerate("kmgtpe", 1)}}


def failed(error: BaseException | None) -> bool:
    """True if `error`, or one that it was raised from, says that memory could not be had."""
    if error is None or isinstance(error, MemoryLimitError):
        return error is not None
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    if isinstance(error, MmegoError):
        return failed(error.__cause__)
    # A fault in an input is a ValueError or a KeyError, and quotes it: an input can hold any words.
    return not isinstance(error, ValueError | LookupError) and any(words in str(error) for words in WORDS)


def describe(error: BaseException) -> str:
    """``out of memory``, and how much was asked for where the error says so."""
    if isinstance(error, MemoryLimitError):
        return str(error)
    size = SIZE.search(str(error))
    if size is None:
        return f"out of memory: {NO_THREAD}" if NO_THREAD in str(error) else "out of memory"
    asked = float(size[1].rstrip(".")) * UNITS[size[2].lower()]
    return f"out of memory: no room for {_readable(asked)} more"


def free() -> None:
    """Give back what is held and not used: Python's cycles, and the blocks that torch keeps of a GPU."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


@contextmanager
def guarded(advice: str = "") -> Iterator[None]:
    """Turn a failed allocation inside into a MemoryLimitError with `advice` after it, and free the caches.

    The tensors of the calls that failed are let go of: the error keeps its traceback, but not their variables.
    """
    try:
        yield
    except Exception as error:
        if not failed(error) or (isinstance(error, MemoryLimitError) and not advice):
            raise
        cause: BaseException | None = error
        while cause is not None:
            traceback.clear_frames(cause.__traceback__)
            cause = cause.__cause__
        free()
        raise MemoryLimitError(f"{describe(error)}{advice}") from error


def _readable(count: float) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"
