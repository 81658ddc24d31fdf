from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from mmego.llm.concurrency import map_concurrently


class Closed:
    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


def test_every_item_once_in_the_order_of_finishing() -> None:
    closed = Closed()

    async def work(wait: float) -> float:
        await asyncio.sleep(wait)
        return wait

    assert list(map_concurrently([0.3, 0.01, 0.15], work, 3, closed)) == [0.01, 0.15, 0.3]
    assert list(map_concurrently([], work, 3, closed)) == []
    assert closed.times == 2


def test_items_are_taken_lazily_and_work_goes_on_while_the_caller_is_busy() -> None:
    taken, done = [], []

    def items() -> Iterator[int]:
        for i in range(50):
            taken.append(i)
            yield i

    async def work(i: int) -> int:
        await asyncio.sleep(0.001)
        done.append(i)
        return i

    results = map_concurrently(items(), work, 8, Closed())
    seen = {next(results)}
    assert len(taken) == 8
    deadline = time.monotonic() + 5
    while len(done) < 8 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(done) == 8
    for result in results:
        seen.add(result)
        assert len(taken) - len(seen) < 8
    assert seen == set(range(50))


def test_an_error_ends_everything_and_leaves_no_thread() -> None:
    closed, cancelled = Closed(), []

    async def work(i: int) -> int:
        if i == 3:
            await asyncio.sleep(0.3)  # all six are under way
            raise ValueError("three")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(i)
            raise
        return i

    with pytest.raises(ValueError, match="three"):
        list(map_concurrently(range(10), work, 6, closed))
    assert sorted(cancelled) == [0, 1, 2, 4, 5]
    assert closed.times == 1
    assert not [t for t in threading.enumerate() if t.name == "mmego-calls"]


def test_an_error_is_noticed_before_more_items_are_taken_and_their_maker_is_closed() -> None:
    taken, ended = [], []

    def items() -> Iterator[int]:
        try:
            for i in range(50):
                taken.append(i)
                yield i
                time.sleep(0.05)
        finally:
            ended.append(True)

    async def work(i: int) -> int:
        if i == 0:
            raise ValueError("nought")
        await asyncio.sleep(60)
        return i

    with pytest.raises(ValueError, match="nought"):
        list(map_concurrently(items(), work, 50, Closed()))
    assert len(taken) < 25
    assert ended == [True]


def test_what_a_cancelled_item_starts_is_ended_too(recwarn: pytest.WarningsRecorder) -> None:
    kept: list[asyncio.Task[None]] = []

    async def late() -> None:
        await asyncio.sleep(60)

    async def work(i: int) -> int:
        if i == 1:
            await asyncio.sleep(0.2)
            raise ValueError("one")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            kept.append(asyncio.ensure_future(late()))  # as a connection does that tries a second address
            raise
        return i

    with pytest.raises(ValueError, match="one"):
        list(map_concurrently(range(2), work, 2, Closed()))
    assert [task.cancelled() for task in kept] == [True]
    kept.clear()
    gc.collect()
    assert [w for w in recwarn if "never awaited" in str(w.message)] == []


def test_what_comes_first_comes_before_any_item() -> None:
    taken, closed = [], Closed()

    def items() -> Iterator[int]:
        taken.append(1)
        yield 1

    async def work(i: int) -> int:
        return i

    async def fails() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        list(map_concurrently(items(), work, 4, closed, fails))
    assert (taken, closed.times) == ([], 1)


def test_a_caller_that_stops_reading_leaves_nothing_behind() -> None:
    closed = Closed()

    async def work(i: int) -> int:
        await asyncio.sleep(0 if i == 0 else 60)
        return i

    results = map_concurrently(range(5), work, 5, closed)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert closed.times == 1
    assert not [t for t in threading.enumerate() if t.name == "mmego-calls"]


def test_an_error_of_the_items_themselves_is_raised() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("disk")

    async def work(i: int) -> int:
        await asyncio.sleep(60)
        return i

    with pytest.raises(OSError, match="disk"):
        list(map_concurrently(items(), work, 4, Closed()))


def test_a_program_that_ends_in_the_middle_of_reading_does_not_hang() -> None:
    program = """
import asyncio
from mmego.llm.concurrency import map_concurrently
async def work(i):
    await asyncio.sleep(0 if i == 0 else 600)
    return i
async def close():
    pass
results = map_concurrently(range(5), work, 5, close)
print(next(results))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")
