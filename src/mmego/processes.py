"""Worker processes that start without interrupts and never outlive the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait

END_SECONDS = 5.0
"""Seconds that a worker without its main process may take to clean up."""


@contextmanager
def hold_interrupts() -> Iterator[None]:
    """Block Ctrl-C while a process starts, and permanently in the process that starts.

    Ctrl-C reaches the whole process group, and a Python that is still loading would end with a traceback. The main
    process ends its workers itself.
    """
    # Started before: its start unblocks Ctrl-C.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_main_process() -> None:
    """End this worker (SIGTERM, then by force) soon after the main process has ended or was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(END_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
