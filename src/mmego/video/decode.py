"""Frames of a video at given times: exact or at keyframes, two decoders side by side, memory bounded."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import av
import numpy as np

from mmego.errors import InputError, VideoError
from mmego.video.picture import Painter
from mmego.video.probe import Facts, VideoInfo, inspect, probe
from mmego.video.reading.heap import Heap
from mmego.video.reading.keyframes import KeyframeReader
from mmego.video.reading.ordered import OrderedReader
from mmego.video.reading.reader import FrameReader
from mmego.video.sampling import stride

__all__ = ["DecodeReport", "Frame", "Gap", "Mode", "VideoInfo", "decode_frames", "probe"]

Mode = Literal["auto", "exact", "keyframe"]
_MOST_BYTES = 32 << 20  # pictures decoded and not yet fetched, all decoders together
Reader = FrameReader | KeyframeReader | OrderedReader
_LONGEST_CHUNK = 32  # targets a decoder takes at a time; each chunk may decode one group of pictures twice


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    `index`: place of its time in the list that was asked for. `time`: the time asked for. `actual_time`: the time from
    which this picture is on screen. `image`: uint8 RGB, (height, width, 3), as displayed; yours to change.
    """

    index: int
    time: float
    actual_time: float
    image: np.ndarray

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        return f"Frame(index={self.index}, time={self.time:.3f}, actual_time={self.actual_time:.3f}, {width}x{height})"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time for which there is no picture, and why."""

    index: int
    time: float
    reason: str


@dataclass(slots=True)
class DecodeReport:
    """Filled by `decode_frames` as the frames are fetched.

    `mode`: what was done (``auto`` decides). `info`: the video. `frames`: pictures yielded so far. `gaps`: times
    without a picture, in time order.
    """

    mode: Mode = "auto"
    info: VideoInfo | None = None
    frames: int = 0
    gaps: list[Gap] = field(default_factory=list)


def decode_frames(
    path: Path | str,
    times: Sequence[float],
    *,
    size: tuple[int, int] | None = None,
    mode: Mode = "auto",
    workers: int = 2,
    report: DecodeReport | None = None,
    earliest: float | None = None,
    step: float | None = None,
) -> Iterator[Frame]:
    """The pictures on screen at `times`, in time order, one after the other.

    Holds at most 32 MB of pictures however many are asked for. A time for which the file has no sound picture (cut,
    damaged, past the end) yields nothing and is listed in ``report.gaps``; no picture is repeated or guessed.

    Args:
        path: a video file.
        times: seconds from the first frame, in any order, repeats allowed.
        size: (width, height) in pixels to resize to (bicubic), None for the video's own as displayed.
        mode: ``"exact"``: the frame on screen at each time. ``"keyframe"``: the last keyframe before it, many times
            faster, up to one group of pictures early. ``"auto"``: keyframes where they are not further apart than the
            times asked for (and then never earlier than that distance), else exact.
        workers: decoders, each with a thread and a copy of the file's index; one per core is best.
        report: filled while fetching.
        earliest: no keyframe before this many seconds stands in for a time; that time gets its exact frame.
        step: by which distance (seconds) ``auto`` decides, where `times` are some of a longer list; None takes theirs.

    Raises:
        InputError: for a value that is not allowed.
        VideoError: for a file that cannot be read as video (before the first picture, from this call itself).
    """
    for time in times:
        if not (math.isfinite(time) and time >= 0):
            raise InputError(f"times must be seconds of 0 or more, got {time}")
    if size is not None and (len(size) != 2 or min(size) < 1):
        raise InputError(f"size must be (width, height) of 1 pixel or more, got {size}")
    if mode not in ("auto", "exact", "keyframe"):
        raise InputError(f"mode must be auto, exact or keyframe, got {mode!r}")
    if workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}")
    report = DecodeReport() if report is None else report
    facts = inspect(Path(path))
    order = sorted(range(len(times)), key=lambda index: times[index])
    targets = [_Target(index, float(times[index])) for index in order]
    plan = _plan(Path(path), facts, targets, size, mode, earliest, step)
    report.info, report.mode, report.frames, report.gaps = facts.info, plan.mode, 0, []
    return _fetch(plan, _chunks(plan, workers), workers, report)


@dataclass(frozen=True, slots=True)
class _Target:
    index: int
    time: float


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything a decoder needs to know.

    `within`: most ticks to a keyframe; `earliest`: the first tick at which it may lie; None for any.
    """

    path: Path
    facts: Facts
    targets: list[_Target]
    size: tuple[int, int] | None
    mode: Mode
    within: int | None
    earliest: int | None

    def reader(self) -> Reader:
        if self.facts.slots is not None:
            within = self.within if self.mode == "keyframe" else -1
            return OrderedReader(self.path, self.facts, self.facts.slots, within, self.earliest)
        if self.mode == "exact":
            return FrameReader(self.path, self.facts)
        return KeyframeReader(self.path, self.facts, self.within, self.earliest)


def _plan(
    path: Path,
    facts: Facts,
    targets: list[_Target],
    size: tuple[int, int] | None,
    mode: Mode,
    earliest: float | None,
    step: float | None,
) -> _Plan:
    step = stride([target.time for target in targets]) if step is None else step
    gop = facts.info.gop_seconds
    if mode == "auto":
        # Where everything is decoded from the start, keyframes are no faster.
        exact = facts.sequential or gop is None or math.isinf(step) or gop > step
        mode = "exact" if exact else "keyframe"
        within = None if mode == "exact" else step
    else:
        # A keyframe much further away than usual: others before the target are damaged.
        within = None if gop is None else 2 * gop
    most = None if within is None else int(within / facts.time_base)
    return _Plan(path, facts, targets, size, mode, most, None if earliest is None else facts.ticks(earliest))


def _chunks(plan: _Plan, workers: int) -> list[list[_Target]]:
    """Neighbouring targets in pieces of equal length, short enough to bound memory and to keep all decoders busy."""
    count = len(plan.targets)
    if workers == 1 or count <= 1 or plan.facts.sequential:
        return [plan.targets] if count else []
    width, height = plan.size or (plan.facts.info.width, plan.facts.info.height)
    longest = max(1, min(_LONGEST_CHUNK, _MOST_BYTES // (width * height * 3 * 2 * workers)))
    rounds = math.ceil(count / (workers * longest))
    length = math.ceil(count / (workers * rounds))
    return [plan.targets[start : start + length] for start in range(0, count, length)]


def _decode_chunk(plan: _Plan, reader: Reader, painter: Painter, chunk: list[_Target]) -> Iterator[Frame | Gap]:
    ticks = [plan.facts.ticks(target.time) for target in chunk]
    painted: tuple[int, np.ndarray] | None = None
    for target, shot in zip(chunk, reader.read(ticks), strict=True):
        if shot.frame is None:
            yield Gap(target.index, target.time, shot.reason)
            continue
        if painted is not None and painted[0] == shot.pts:
            image = painted[1].copy()
        else:
            image = painter.paint(shot.frame)
            painted = (shot.pts, image)
        yield Frame(target.index, target.time, plan.facts.seconds(shot.pts), image)


def _fetch(plan: _Plan, chunks: list[list[_Target]], workers: int, report: DecodeReport) -> Iterator[Frame]:
    source = _inline(plan, chunks) if len(chunks) <= 1 else _side_by_side(plan, chunks, workers)
    heap = Heap()
    for item in source:
        heap.tick()
        if isinstance(item, Gap):
            report.gaps.append(item)
        else:
            report.frames += 1
            yield item


def _inline(plan: _Plan, chunks: list[list[_Target]]) -> Iterator[Frame | Gap]:
    if not chunks:
        return
    reader = plan.reader()
    try:
        yield from _decode_chunk(plan, reader, Painter(plan.size, plan.facts.turned), chunks[0])
    finally:
        reader.close()


class _Crew:
    """Decoder threads that take chunks in order and put the pictures of each into a queue of its own."""

    def __init__(self, plan: _Plan, chunks: list[list[_Target]], workers: int) -> None:
        self._plan, self._chunks = plan, chunks
        # A chunk's queue ends with None, after as many items as the chunk has targets unless its thread failed.
        self.results: list[queue.SimpleQueue[Frame | Gap | Exception | None]] = [queue.SimpleQueue() for _ in chunks]
        self.room = threading.Semaphore(2 * workers)  # chunks begun and not yet fetched
        self._next = iter(range(len(chunks)))
        self._lock = threading.Lock()
        self._stop = threading.Event()
        names = [f"decode-{number}" for number in range(min(workers, len(chunks)))]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        self._started: list[threading.Thread] = []
        try:
            for thread in self._threads:
                thread.start()
                self._started.append(thread)
        except BaseException:  # no room for another thread: those that run must not go on alone
            self.stop()
            raise

    def stop(self) -> None:
        """End the threads, also in the middle of a chunk, and wait for them."""
        self._stop.set()
        for _ in self._started:
            self.room.release()
        for thread in self._started:
            thread.join()

    def _work(self) -> None:
        painter: Painter | None = None
        reader: Reader | None = None
        try:
            while (number := self._take()) is not None:
                try:
                    # In here: what waits for this chunk has to hear of a failure.
                    painter = painter or Painter(self._plan.size, self._plan.facts.turned)
                    reader = reader or self._plan.reader()
                    for item in _decode_chunk(self._plan, reader, painter, self._chunks[number]):
                        self.results[number].put(item)
                        if self._stop.is_set():
                            return
                except (VideoError, av.FFmpegError, MemoryError) as error:
                    self.results[number].put(error)
                    return
                finally:
                    self.results[number].put(None)
        finally:
            if reader is not None:
                reader.close()

    def _take(self) -> int | None:
        """Number of the next chunk, once there is room for its pictures; None when there is nothing left to do."""
        self.room.acquire()
        with self._lock:
            return None if self._stop.is_set() else next(self._next, None)


def _side_by_side(plan: _Plan, chunks: list[list[_Target]], workers: int) -> Iterator[Frame | Gap]:
    crew = _Crew(plan, chunks, workers)
    try:
        for chunk, result in zip(chunks, crew.results, strict=True):
            missing = len(chunk)
            while (item := result.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                missing -= 1
                yield item
            if missing:
                raise RuntimeError(f"{plan.path}: a decoder thread failed; standard error has its traceback")
            crew.room.release()
    finally:
        crew.stop()
