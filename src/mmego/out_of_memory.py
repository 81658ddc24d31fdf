"""Failed allocations: recognised among other errors, cleaned up after, and reported on one line.

This is the one place that knows how Python, NumPy, FFmpeg, the system and torch (on any device) report that memory ran
out. torch is not imported here: its errors are recognised by type name and message.
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


def is_out_of_memory(error: BaseException | None) -> bool:
    """Return whether `error`, or one that it was raised from, says that memory ran out."""
    if error is None or isinstance(error, MemoryLimitError):
        return error is not None
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    if isinstance(error, MmegoError):
        return is_out_of_memory(error.__cause__)
    # A fault in an input is a ValueError or a KeyError and may quote the input, which can hold any words.
    return not isinstance(error, ValueError | LookupError) and any(words in str(error) for words in WORDS)


def describe_out_of_memory(error: BaseException) -> str:
    """Return ``out of memory``, with the size that was asked for if the error states it."""
    if isinstance(error, MemoryLimitError):
        return str(error)
    size = SIZE.search(str(error))
    if size is None:
        return f"out of memory: {NO_THREAD}" if NO_THREAD in str(error) else "out of memory"
    asked = float(size[1].rstrip(".")) * UNITS[size[2].lower()]
    return f"out of memory: no room for {_readable(asked)} more"


def free_caches() -> None:
    """Release unused memory: Python's reference cycles, and the GPU blocks that torch keeps."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


@contextmanager
def report_out_of_memory(advice: str = "") -> Iterator[None]:
    """Turn a failed allocation in the block into a MemoryLimitError with `advice` after it, and free the caches.

    The error keeps its traceback, but not the variables of the failed calls, so that their tensors are released.
    """
    try:
        yield
    except Exception as error:
        if not is_out_of_memory(error) or (isinstance(error, MemoryLimitError) and not advice):
            raise
        cause: BaseException | None = error
        while cause is not None:
            traceback.clear_frames(cause.__traceback__)
            cause = cause.__cause__
        free_caches()
        raise MemoryLimitError(f"{describe_out_of_memory(error)}{advice}") from error


def _readable(count: float) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"
