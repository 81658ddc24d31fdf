"""Frames at given times: compared bit by bit with a plain sequential decode of the same file."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmego.errors import InputError, VideoError
from mmego.video import decode
from mmego.video.decode import DecodeReport, decode_frames, probe
from tests.video.clips import FOOTAGE, KINDS, Reference, footage

LONG = {"frames": 600, "width": 32, "height": 32}
MakeClip = Callable[..., Path]
MakeReference = Callable[[Path], Reference]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("name", KINDS)
def test_exact_gives_the_frame_on_screen(
    name: str, workers: int, make_clip: MakeClip, reference: MakeReference
) -> None:
    path = make_clip(name, **KINDS[name])
    truth = reference(path)
    times = truth.some_times()
    report = DecodeReport()
    frames = list(decode_frames(path, times, mode="exact", workers=workers, report=report))
    assert truth.wrong(frames, truth.on_screen) == []
    assert report.gaps == []
    assert [frame.time for frame in frames] == sorted(times)
    assert [times[frame.index] for frame in frames] == sorted(times)


@pytest.mark.parametrize(("step", "mode"), [(1.0, "keyframe"), (0.5, "exact")])
def test_auto_takes_keyframes_where_they_are_not_further_apart_than_the_times(
    step: float, mode: str, make_clip: MakeClip
) -> None:
    path = make_clip("h264.mp4")  # a keyframe every 0.8 s
    report = DecodeReport()
    times = [step * number for number in range(int(3 / step))]
    frames = list(decode_frames(path, times, report=report))
    assert report.mode == mode
    assert len(frames) == len(times)
    assert all(0 <= frame.time - frame.actual_time < step for frame in frames)


def test_auto_is_exact_for_a_single_time(make_clip: MakeClip, reference: MakeReference) -> None:
    path = make_clip("h264.mp4")
    truth = reference(path)
    assert truth.wrong(list(decode_frames(path, [1.5])), truth.on_screen) == []


def test_targets_far_apart_in_a_long_file(make_clip: MakeClip, reference: MakeReference) -> None:
    path = make_clip("long.mp4", **LONG)
    truth = reference(path)
    times = [0.0, 0.3, 9.0, 9.02, 17.7, 23.9]
    for workers in (1, 2):
        frames = list(decode_frames(path, times, mode="exact", workers=workers))
        assert truth.wrong(frames, truth.on_screen) == []
        assert len(frames) == len(times)


def test_the_same_time_twice_gives_two_pictures_of_ones_own(make_clip: MakeClip) -> None:
    first, second = decode_frames(make_clip("h264.mp4"), [1.0, 1.0], workers=1)
    assert np.array_equal(first.image, second.image)
    first.image[:] = 0
    assert second.image.any()


def test_no_times_no_frames(make_clip: MakeClip) -> None:
    assert list(decode_frames(make_clip("h264.mp4"), [])) == []


def test_times_past_the_end_are_gaps(make_clip: MakeClip) -> None:
    report = DecodeReport()
    frames = list(decode_frames(make_clip("h264.mp4"), [1.0, 3.5, 99.0], mode="exact", report=report))
    assert [frame.index for frame in frames] == [0]
    assert [(gap.index, gap.time) for gap in report.gaps] == [(1, 3.5), (2, 99.0)]
    assert report.frames == 1


@pytest.mark.parametrize(
    "options",
    [
        {"times": [-0.1]},
        {"times": [float("nan")]},
        {"times": [float("inf")]},
        {"times": [0.0], "size": (0, 10)},
        {"times": [0.0], "mode": "fast"},
        {"times": [0.0], "workers": 0},
    ],
)
def test_values_that_are_not_allowed(options: dict[str, Any], make_clip: MakeClip) -> None:
    with pytest.raises(InputError):
        decode_frames(make_clip("h264.mp4"), **options)


def test_a_missing_file_is_told_at_once_not_at_the_first_frame(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no such file"):
        decode_frames(tmp_path / "none.mp4", [0.0])


# ---- memory and threads ------------------------------------------------------------------------------------------


def test_few_pictures_are_held_however_many_are_asked_for(make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_clip("long.mp4", **LONG)
    bytes_each = 32 * 32 * 3
    monkeypatch.setattr(decode, "_MOST_BYTES", 40 * bytes_each)
    painted = itertools.count()
    paint = decode.RgbConverter.convert
    made = [0]

    def counting(self: Any, frame: Any) -> np.ndarray:
        made[0] = next(painted) + 1
        return paint(self, frame)

    monkeypatch.setattr(decode.RgbConverter, "convert", counting)
    times = [number * 0.04 for number in range(400)]
    most = 0
    for fetched, _ in enumerate(decode_frames(path, times, mode="exact"), 1):
        if fetched in (5, 100, 300):
            _wait_until_still(made)
        most = max(most, made[0] - fetched)
    assert fetched == 400
    assert 0 < most <= 40


def _wait_until_still(counter: list[int]) -> None:
    before = -1
    while before != counter[0]:
        before = counter[0]
        threading.Event().wait(0.05)


def test_stopping_early_ends_the_threads(make_clip: MakeClip) -> None:
    frames = decode_frames(make_clip("long.mp4", **LONG), [0.1 * n for n in range(200)])
    next(frames)
    frames.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decode-")]


def test_a_file_that_vanishes_raises_in_the_callers_thread(make_clip: MakeClip, tmp_path: Path) -> None:
    path = tmp_path / "gone.mp4"
    path.write_bytes(make_clip("h264.mp4").read_bytes())
    frames = decode_frames(path, [0.5, 1.0, 1.5, 2.0])
    path.unlink()
    with pytest.raises(VideoError, match="no such file"):
        list(frames)


@pytest.mark.parametrize("name", FOOTAGE)
def test_footage_is_exact(name: str, make_clip: MakeClip, reference: MakeReference) -> None:
    path = footage(name, make_clip)
    truth = reference(path)
    times = [index * 0.31 for index in range(int(truth.times[-1] / 0.31))][:12]
    frames = list(decode_frames(path, times, mode="exact"))
    assert len(frames) == len(times)
    assert truth.wrong(frames, truth.on_screen) == []
    assert probe(path).duration == pytest.approx(truth.times[-1], abs=0.15)


def test_a_program_stream_gives_the_same_frames_however_it_is_asked(
    make_clip: MakeClip, reference: MakeReference
) -> None:
    """Few of its packets carry a time, so that what is read after a seek has other times: it is read from the start."""
    path = make_clip("long.mpg", codec="mpeg2video", options=(("bf", "2"),), frames=300, width=64, height=48)
    truth = reference(path)
    for step in (0.13, 0.5, 1.9):
        times = [step * number for number in range(int(11.5 / step))]
        for workers in (1, 2, 3):
            frames = list(decode_frames(path, times, mode="exact", workers=workers))
            assert truth.wrong(frames, truth.on_screen) == []
            assert len(frames) == len(times)
        frames = list(decode_frames(path, times, mode="keyframe"))
        assert truth.wrong(frames, truth.key_before) == []


def test_no_room_for_a_second_thread_ends_the_first(make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, []

    def limited(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        list(decode_frames(make_clip("long.mp4", **LONG), [0.0, 9.0, 17.7, 23.9], mode="exact", workers=2))
    assert len(started) == 1
    assert not started[0].is_alive()


def test_a_failure_before_the_first_picture_reaches_the_caller(
    make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decode, "RgbConverter", full)
    with pytest.raises(MemoryError):
        list(decode_frames(make_clip("long.mp4", **LONG), [0.0, 9.0, 17.7, 23.9], mode="exact", workers=2))
