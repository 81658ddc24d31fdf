"""Asynchronous work behind a plain iterator: many items at once, results as they are finished."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def map_concurrently(
    items: Iterable[T],
    work: Callable[[T], Awaitable[R]],
    limit: int,
    close: Callable[[], Awaitable[None]],
    first: Callable[[], Awaitable[object]] | None = None,
) -> Iterator[R]:
    """Yield ``await work(item)`` for every item once, in the order in which they are finished.

    Items are taken in the caller's thread, at most `limit` without a yielded result. The work runs in an event loop in
    its own thread, so it goes on while the caller is busy. `first` is awaited before any item is taken. An exception of
    an item (or of `first`) stops all work before another item is taken: the rest is cancelled, and the exception is
    raised here. `close` is always awaited at the end (also after Ctrl-C, or if the caller stops reading). Then `items`
    is closed if it is a generator.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mmego-calls", daemon=True)
    thread.start()
    finished: SimpleQueue[Future[R]] = SimpleQueue()
    failed: list[Future[R]] = []

    def note(future: Future[R]) -> None:
        if not future.cancelled() and future.exception() is not None:
            failed.append(future)
        finished.put(future)

    waiting = iter(items)
    open_items, more = 0, True
    try:
        if first is not None:
            asyncio.run_coroutine_threadsafe(_begin(first), loop).result()
        while True:
            while more and open_items < limit:
                if failed:
                    failed[0].result()
                try:
                    item = next(waiting)
                except StopIteration:
                    more = False
                    break
                future = asyncio.run_coroutine_threadsafe(_await(work, item), loop)
                future.add_done_callback(note)
                open_items += 1
            if not open_items:
                return
            result = finished.get().result()
            open_items -= 1
            yield result
    finally:
        # If the program ends in the middle of reading, the thread no longer runs: waiting would never end.
        if not sys.is_finalizing():
            try:
                stop_loop(loop, thread, close)
            finally:
                if isinstance(waiting, Generator):
                    waiting.close()


def stop_loop(loop: asyncio.AbstractEventLoop, thread: threading.Thread, close: Callable[[], Awaitable[None]]) -> None:
    """End the loop and its thread, and wait for the cancelled work."""
    try:
        asyncio.run_coroutine_threadsafe(_end(close), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _await(work: Callable[[T], Awaitable[R]], item: T) -> R:
    return await work(item)


async def _begin(first: Callable[[], Awaitable[object]]) -> None:
    await first()


async def _end(close: Callable[[], Awaitable[None]]) -> None:
    """Cancel all running work, wait for it to end, then close."""
    # Repeat until there is none: a cancelled task may start others, which the closed loop would never run.
    while rest := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
    await close()
