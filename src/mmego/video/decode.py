"""Frames of a video at given times: exact or at keyframes, with several decoders and bounded memory."""

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
from mmego.video.picture import RgbConverter
from mmego.video.probe import StreamFacts, VideoInfo, probe, probe_stream
from mmego.video.reading.exact import ExactReader
from mmego.video.reading.heap import HeapTrimmer
from mmego.video.reading.keyframes import KeyframeReader
from mmego.video.reading.ordered import OrderedReader
from mmego.video.sampling import stride

__all__ = ["DecodeReport", "Frame", "Gap", "Mode", "VideoInfo", "decode_frames", "probe"]

Mode = Literal["auto", "exact", "keyframe"]
_MOST_BYTES = 32 << 20  # pictures decoded and not yet fetched, all decoders together
Reader = ExactReader | KeyframeReader | OrderedReader
_LONGEST_CHUNK = 32  # targets a decoder takes at a time; each chunk may decode one group of pictures twice


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    `index`: place of its time in the list that you gave. `time`: the time you asked for. `actual_time`: when this
    picture comes on screen. `image`: uint8 RGB, (height, width, 3), as displayed; you may change it.
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
    """What `decode_frames` did so far; it fills this while you fetch frames.

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
    """Yield the pictures on screen at `times`, in time order.

    Holds at most 32 MB of pictures. A time without a sound picture (cut, damaged, past the end) yields nothing and is
    listed in ``report.gaps``; no picture is repeated or guessed.

    Args:
        path: a video file.
        times: seconds from the first frame, in any order, repeats allowed.
        size: (width, height) in pixels to resize to (bicubic); None keeps the size as displayed.
        mode: ``"exact"``: the frame on screen at each time. ``"keyframe"``: the last keyframe before it, many times
            faster, up to one group of pictures early. ``"auto"``: keyframes if they are not further apart than the
            times asked for (and then never earlier than that distance), otherwise exact.
        workers: decoders, each with a thread and a copy of the file's index; one per core is best.
        report: filled while you fetch frames.
        earliest: seconds; a time whose keyframe is earlier gets its exact frame.
        step: distance in seconds by which ``auto`` decides, if `times` are part of a longer list; None takes theirs.

    Raises:
        InputError: a value is not allowed.
        VideoError: the file cannot be read as video; raised by this call, before the first picture.
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
    facts = probe_stream(Path(path))
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
    facts: StreamFacts
    targets: list[_Target]
    size: tuple[int, int] | None
    mode: Mode
    within: int | None
    earliest: int | None

    def reader(self) -> Reader:
        if self.facts.picture_times is not None:
            within = self.within if self.mode == "keyframe" else -1
            return OrderedReader(self.path, self.facts, self.facts.picture_times, within, self.earliest)
        if self.mode == "exact":
            return ExactReader(self.path, self.facts)
        return KeyframeReader(self.path, self.facts, self.within, self.earliest)


def _plan(
    path: Path,
    facts: StreamFacts,
    targets: list[_Target],
    size: tuple[int, int] | None,
    mode: Mode,
    earliest: float | None,
    step: float | None,
) -> _Plan:
    step = stride([target.time for target in targets]) if step is None else step
    gop = facts.info.gop_seconds
    if mode == "auto":
        # A file that is decoded from its start gains nothing from keyframes.
        exact = facts.sequential or gop is None or math.isinf(step) or gop > step
        mode = "exact" if exact else "keyframe"
        within = None if mode == "exact" else step
    else:
        # A keyframe much further away than usual: others before the target are damaged.
        within = None if gop is None else 2 * gop
    most = None if within is None else int(within / facts.time_base)
    return _Plan(path, facts, targets, size, mode, most, None if earliest is None else facts.ticks(earliest))


def _chunks(plan: _Plan, workers: int) -> list[list[_Target]]:
    """Cut the targets into equal pieces, short enough to bound memory and to keep all decoders busy."""
    count = len(plan.targets)
    if workers == 1 or count <= 1 or plan.facts.sequential:
        return [plan.targets] if count else []
    width, height = plan.size or (plan.facts.info.width, plan.facts.info.height)
    longest = max(1, min(_LONGEST_CHUNK, _MOST_BYTES // (width * height * 3 * 2 * workers)))
    rounds = math.ceil(count / (workers * longest))
    length = math.ceil(count / (workers * rounds))
    return [plan.targets[start : start + length] for start in range(0, count, length)]


def _decode_chunk(plan: _Plan, reader: Reader, converter: RgbConverter, chunk: list[_Target]) -> Iterator[Frame | Gap]:
    ticks = [plan.facts.ticks(target.time) for target in chunk]
    converted: tuple[int, np.ndarray] | None = None
    for target, shot in zip(chunk, reader.read(ticks), strict=True):
        if shot.frame is None:
            yield Gap(target.index, target.time, shot.reason)
            continue
        if converted is not None and converted[0] == shot.pts:
            image = converted[1].copy()
        else:
            image = converter.convert(shot.frame)
            converted = (shot.pts, image)
        yield Frame(target.index, target.time, plan.facts.seconds(shot.pts), image)


def _fetch(plan: _Plan, chunks: list[list[_Target]], workers: int, report: DecodeReport) -> Iterator[Frame]:
    source = _decode_here(plan, chunks) if len(chunks) <= 1 else _decode_in_threads(plan, chunks, workers)
    heap = HeapTrimmer()
    for item in source:
        heap.tick()
        if isinstance(item, Gap):
            report.gaps.append(item)
        else:
            report.frames += 1
            yield item


def _decode_here(plan: _Plan, chunks: list[list[_Target]]) -> Iterator[Frame | Gap]:
    if not chunks:
        return
    reader = plan.reader()
    try:
        yield from _decode_chunk(plan, reader, RgbConverter(plan.size, plan.facts.turned), chunks[0])
    finally:
        reader.close()


class _DecoderThreads:
    """Decoder threads that take chunks in order and put the pictures of each chunk into its own queue."""

    def __init__(self, plan: _Plan, chunks: list[list[_Target]], workers: int) -> None:
        self._plan, self._chunks = plan, chunks
        # A chunk's queue ends with None. It has one item for each target before that, unless its thread failed.
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
        except BaseException:  # no room for another thread: stop those that run
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the threads, even in the middle of a chunk, and wait for them."""
        self._stop.set()
        for _ in self._started:
            self.room.release()
        for thread in self._started:
            thread.join()

    def _work(self) -> None:
        converter: RgbConverter | None = None
        reader: Reader | None = None
        try:
            while (number := self._take()) is not None:
                try:
                    # Inside the try: the reader of this chunk's queue must receive a failure.
                    converter = converter or RgbConverter(self._plan.size, self._plan.facts.turned)
                    reader = reader or self._plan.reader()
                    for item in _decode_chunk(self._plan, reader, converter, self._chunks[number]):
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
        """Return the number of the next chunk, once there is room for its pictures; None if there is none left."""
        self.room.acquire()
        with self._lock:
            return None if self._stop.is_set() else next(self._next, None)


def _decode_in_threads(plan: _Plan, chunks: list[list[_Target]], workers: int) -> Iterator[Frame | Gap]:
    threads = _DecoderThreads(plan, chunks, workers)
    try:
        for chunk, result in zip(chunks, threads.results, strict=True):
            missing = len(chunk)
            while (item := result.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                missing -= 1
                yield item
            if missing:
                raise RuntimeError(f"{plan.path}: a decoder thread failed; standard error has its traceback")
            threads.room.release()
    finally:
        threads.stop()
