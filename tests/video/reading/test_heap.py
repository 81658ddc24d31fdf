"""Trimming the heap."""

from __future__ import annotations

import sys

import pytest

from mmego.video.reading.heap import HeapTrimmer


def test_trims_once_in_so_many_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    heap = HeapTrimmer(every=10)
    calls: list[int] = []
    monkeypatch.setattr(heap, "_trim", calls.append)
    for _ in range(35):
        heap.tick()
    assert calls == [0, 0, 0]


def test_does_nothing_where_there_is_no_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    heap = HeapTrimmer(every=1)
    heap.tick()
    assert heap._trim is None


@pytest.mark.skipif(sys.platform != "linux", reason="malloc_trim is glibc's")
def test_the_real_thing_can_be_called() -> None:
    heap = HeapTrimmer(every=1)
    heap.tick()
    heap.tick()
    assert heap._trim is not None
