"""How many threads compute and how they wait for each other. `mmego/__init__.py` loads this before torch; none here.

A small model's tensor operations take microseconds each. OpenMP's threads spin while they wait for the next one, and
where another program wants the same cores a spinning thread takes the time that the one waited for needs: ten questions
that take 0.2 s alone took 11 s beside a build.
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
"""Say how threads wait: to every OpenMP; to GNU's, which torch's wheels for Linux bring; to LLVM's and Intel's."""
COUNT = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
SMALL = 50_000_000
"""Parameters of a model below which operations are too short for several threads; nano has 7 million.

Two threads answer nano's questions a fifth faster than one on a free machine, and four times slower beside other work:
each waits for the other to get its turn.
"""


class Threaded(Protocol):
    """An object whose methods compute with `threads` threads; None: with those that the process has."""

    @property
    def threads(self) -> int | None: ...


Owner = TypeVar("Owner", bound=Threaded)


def wait_passively(environment: MutableMapping[str, str], loaded: bool) -> bool:
    """Have OpenMP's threads sleep while they wait, where nobody has said how; returns whether they will.

    Args:
        environment: ``os.environ``; changed only if no variable in it says how threads wait.
        loaded: torch is loaded: its OpenMP has read the variables, and it is too late to set one.
    """
    if any(name in environment for name in (WAIT, GNU, LLVM)):
        return environment.get(WAIT, "").lower() == "passive" or "0" in (environment.get(GNU), environment.get(LLVM))
    if not loaded:
        environment[WAIT] = "PASSIVE"
    return not loaded


PASSIVE = wait_passively(os.environ, "torch" in sys.modules)
"""Whether this process's threads sleep while they wait."""


def count_for(parameters: int, asked: int | None = None) -> int | None:
    """The number of threads for a model on the CPU; None leaves the process's.

    Args:
        parameters: of the model. A small one gets one.
        asked: the user's wish, which goes before everything else; then that of OMP_NUM_THREADS or MKL_NUM_THREADS.

    Raises:
        InputError: fewer than one thread is asked for.
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
def limited(threads: int | None) -> Iterator[None]:
    """Compute with so many threads inside the block, and with as many as before after it; None changes nothing."""
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


def own_threads(
    method: Callable[Concatenate[Owner, P], T],
) -> Callable[Concatenate[Owner, P], T]:
    """Run a method of a `Threaded` object with its number of threads."""

    @functools.wraps(method)
    def call(self: Owner, /, *arguments: P.args, **named: P.kwargs) -> T:
        with limited(self.threads):
            return method(self, *arguments, **named)

    return call
