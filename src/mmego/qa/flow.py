"""Asynchronous work behind a plain iterator: many items worked on at once, results as they are finished."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_flight(
    items: Iterable[T],
    work: Callable[[T], Awaitable[R]],
    limit: int,
    close: Callable[[], Awaitable[None]],
) -> Iterator[R]:
    """Yield ``await work(item)`` for every item once, in the order in which they are finished.

    The items are taken in the caller's thread, at most `limit` that are not yet handed out; the work runs in an event
    loop in a thread of its own, so that it goes on while the caller is busy. An exception of an item ends everything:
    the rest is cancelled and the exception raised here. `close` is awaited at the end in any case (also Ctrl-C, or a
    caller that stops reading).
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mmego-calls", daemon=True)
    thread.start()
    finished: SimpleQueue[Future[R]] = SimpleQueue()
    waiting = iter(items)
    open_items, more = 0, True
    try:
        while True:
            while more and open_items < limit:
                try:
                    item = next(waiting)
                except StopIteration:
                    more = False
                    break
                future = asyncio.run_coroutine_threadsafe(_await(work, item), loop)
                future.add_done_callback(finished.put)
                open_items += 1
            if not open_items:
                return
            result = finished.get().result()
            open_items -= 1
            yield result
    finally:
        # A program that ends in the middle of reading: the thread no longer runs, waiting would be forever.
        if not sys.is_finalizing():
            _stop(loop, thread, close)


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread, close: Callable[[], Awaitable[None]]) -> None:
    """End the loop and its thread; waits for what is being cancelled."""
    try:
        asyncio.run_coroutine_threadsafe(_end(close), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _await(work: Callable[[T], Awaitable[R]], item: T) -> R:
    return await work(item)


async def _end(close: Callable[[], Awaitable[None]]) -> None:
    """Cancel what is still going on, wait for it to be gone, then close."""
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await close()
