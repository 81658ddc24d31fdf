"""How many threads compute, and how they wait. `mmego/__init__.py` loads this before torch; no torch here.

A small model's tensor operations take microseconds each. OpenMP's threads spin while they wait for the next one. If
another program uses the same cores, a spinning thread takes the time that the working thread needs: ten questions that
take 0.2 s alone took 11 s beside a build.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from mmego.errors import InputError

P = ParamSpec("P")
T = TypeVar("T")
WAIT, GNU, LLVM = "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"
"""Variables for how threads wait: of every OpenMP, of GNU's (in torch's wheels for Linux), of LLVM's and Intel's."""
COUNT = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
SMALL = 50_000_000
"""Number of parameters below which a model's operations are too short for several threads; nano has 7 million.

Two threads answer nano's questions a fifth faster than one on a free machine, but four times slower beside other work,
since each waits for the other.
"""


class Threaded(Protocol):
    """An object whose methods compute with `threads` threads; None leaves the number of the process."""

    @property
    def threads(self) -> int | None: ...


Owner = TypeVar("Owner", bound=Threaded)


def wait_passively(environment: MutableMapping[str, str], loaded: bool) -> bool:
    """Make OpenMP's threads sleep while they wait, unless a variable says how they wait; return whether they sleep.

    Args:
        environment: ``os.environ``; changed only if no variable in it says how threads wait.
        loaded: whether torch is loaded: its OpenMP has then read the variables, and it is too late to set one.
    """
    if any(name in environment for name in (WAIT, GNU, LLVM)):
        return environment.get(WAIT, "").lower() == "passive" or "0" in (environment.get(GNU), environment.get(LLVM))
    if not loaded:
        environment[WAIT] = "PASSIVE"
    return not loaded


PASSIVE = wait_passively(os.environ, "torch" in sys.modules)
"""Whether this process's threads sleep while they wait."""


def thread_count_for(parameters: int, asked: int | None = None) -> int | None:
    """Return the number of threads for a model on the CPU; None leaves that of the process.

    Args:
        parameters: of the model; a small one gets one thread.
        asked: the user's number, which comes first; then OMP_NUM_THREADS or MKL_NUM_THREADS.

    Raises:
        InputError: `asked` is below 1.
    """
    if asked is not None:
        check(asked)
        return asked
    if parameters >= SMALL or any(name in os.environ for name in COUNT):
        return None
    return 1


def check(threads: int | None) -> None:
    """Raise InputError for a number of threads below 1; None is allowed."""
    if threads is not None and threads < 1:
        raise InputError(f"threads must be 1 or more, got {threads}")


@contextlib.contextmanager
def limit_threads(threads: int | None) -> Iterator[None]:
    """Compute with this many threads in the block, and with as many as before after it; None changes nothing."""
    if threads is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def with_own_threads(
    method: Callable[Concatenate[Owner, P], T],
) -> Callable[Concatenate[Owner, P], T]:
    """Make a method of a `Threaded` object run with its number of threads."""

    @functools.wraps(method)
    def call(self: Owner, /, *arguments: P.args, **named: P.kwargs) -> T:
        with limit_threads(self.threads):
            return method(self, *arguments, **named)

    return call
