"""Worker processes for many houses; they are replaced before the renderer's leaks add up."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from mmego.errors import MmegoError
from mmego.processes import end_with_main_process, hold_interrupts

Job = TypeVar("Job")
BATCH = 32
"""Houses per worker process: the renderer leaks 3 to 4 MB with each house."""


def work(
    jobs: Sequence[Job],
    make: Callable[[Job, Callable[[float], None]], None],
    workers: int,
    progress: Callable[[float], object],
    batch: int = BATCH,
) -> None:
    """Call `make` for every job, in batches; a new process for each batch.

    Args:
        jobs: what to make; pickled.
        make: does one job and calls its second argument with the seconds of video done; a module's own function, or a
            `functools.partial` of one, so that it can be pickled.
        workers: processes that run at the same time.
        progress: called in this process with what `make` reports.
        batch: most jobs per process; fewer if there are few jobs, so that no process is idle.

    Raises:
        MmegoError: `make` raised one (its message is kept), or a worker process died.
    """
    context = multiprocessing.get_context("spawn")
    size = max(1, min(batch, -(-len(jobs) // workers)))
    batches = [jobs[k : k + size] for k in range(0, len(jobs), size)][::-1]
    running: dict[Connection, SpawnProcess] = {}
    try:
        while batches or running:
            while batches and len(running) < workers:
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_batch, args=(make, batches.pop(), theirs))
                with hold_interrupts():
                    process.start()
                theirs.close()
                running[ours] = process
            for pipe in wait(list(running)):
                assert isinstance(pipe, Connection)
                _listen(pipe, running, progress)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.join()


def _listen(pipe: Connection, running: dict[Connection, SpawnProcess], progress: Callable[[float], object]) -> None:
    """Handle one message of a worker; if the worker has ended, check its exit code."""
    try:
        message = pipe.recv()
    except EOFError:
        process = running.pop(pipe)
        process.join()
        pipe.close()
        if process.exitcode != 0:
            raise MmegoError(
                f"a simulation process ended with code {process.exitcode}; the same command continues where it stopped"
            ) from None
        return
    if isinstance(message, str):
        raise MmegoError(message)
    progress(message)


def _batch(make: Callable[[Any, Callable[[float], None]], None], jobs: Sequence[Any], pipe: Connection) -> None:
    """Do some jobs in a worker process."""
    # Ctrl-C reaches the parent too, which then ends this process; a clean end removes half-written files.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_with_main_process()
    try:
        for job in jobs:
            make(job, pipe.send)
    except MmegoError as error:
        pipe.send(str(error))
    except BrokenPipeError:
        sys.exit(1)  # the parent was killed: nothing waits for the rest
    except OSError as error:  # a full disk, a folder without permission
        pipe.send(f"{error.filename or 'a simulation process'}: {error.strerror or error}")
    finally:
        pipe.close()
