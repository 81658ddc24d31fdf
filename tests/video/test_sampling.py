"""Which moments are sampled."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmego.errors import InputError
from mmego.records import Span
from mmego.video.sampling import UNKNOWN_RATE, first_to_last, frame_times, stride


def test_one_frame_a_second_from_the_middle_of_each_second() -> None:
    assert frame_times(4.0, 300) == [0.5, 1.5, 2.5, 3.5]


def test_a_remainder_is_spread_over_all_frames() -> None:
    assert frame_times(4.9, 300) == pytest.approx([4.9 / 8, 3 * 4.9 / 8, 5 * 4.9 / 8, 7 * 4.9 / 8])


def test_at_most_max_frames() -> None:
    times = frame_times(3600.0, 300)
    assert len(times) == 300
    assert times[0] == pytest.approx(6.0)
    assert times[-1] == pytest.approx(3594.0)


def test_a_video_shorter_than_one_step_gives_its_middle() -> None:
    assert frame_times(0.2, 300) == [0.1]


def test_without_fps_the_number_is_fixed() -> None:
    assert len(frame_times(2.0, 32, fps=None)) == 32
    assert len(frame_times(7200.0, 32, fps=None)) == 32


def test_rounding_of_the_duration_costs_no_frame() -> None:
    assert len(frame_times(59.9999999, 300)) == 60
    assert len(frame_times(29 / 0.29, 300, fps=0.29)) == 29


def test_a_clip_is_sampled_alone() -> None:
    assert frame_times(100.0, 300, clip=Span(10, 13)) == [10.5, 11.5, 12.5]


def test_a_clip_is_cut_to_the_video() -> None:
    assert frame_times(10.0, 300, clip=Span(8, 20)) == [8.5, 9.5]
    assert frame_times(10.0, 300, clip=Span(-3, 2)) == [0.5, 1.5]


def test_a_moment_is_one_frame() -> None:
    assert frame_times(10.0, 300, clip=Span(4, 4)) == [4.0]


@pytest.mark.parametrize("clip", [Span(10, 10), Span(11, 12), Span(-2, -1)])
def test_a_clip_outside_the_video_is_refused(clip: Span) -> None:
    with pytest.raises(InputError, match="outside the video"):
        frame_times(10.0, 300, clip=clip)


@pytest.mark.parametrize(
    ("duration", "max_frames", "fps"),
    [
        (0, 3, 1.0),
        (-1, 3, 1.0),
        (math.nan, 3, 1.0),
        (math.inf, 3, 1.0),
        (9, 0, 1.0),
        (9, 3, 0.0),
        (9, 3, math.nan),
    ],
)
def test_impossible_values_are_refused(duration: float, max_frames: int, fps: float) -> None:
    with pytest.raises(InputError):
        frame_times(duration, max_frames, fps)


def test_stride() -> None:
    assert stride([0.5, 1.5, 2.0]) == 0.5
    assert stride([3.0]) == math.inf


@pytest.mark.parametrize(
    ("total", "rate", "frames"), [(300, 30.0, 32), (9000, 29.97, 32), (100, 25.0, 1), (71, 10.0, 64)]
)
def test_llavas_frames_run_from_the_first_to_the_last(total: int, rate: float, frames: int) -> None:
    times = first_to_last(total / rate, frames, rate)
    numbers = [math.floor(time * rate) for time in times]
    assert numbers == sorted(set(np.linspace(0, total - 1, frames, dtype=int).tolist()))
    # The middle of each frame's stay on screen: no rounding takes the one before.
    assert times == pytest.approx([(number + 0.5) / rate for number in numbers])


def test_llavas_frames_of_a_short_video_are_each_taken_once() -> None:
    assert first_to_last(0.3, 32, 10.0) == pytest.approx([0.05, 0.15, 0.25])


def test_llavas_frames_of_a_clip_lie_inside_it() -> None:
    times = first_to_last(60.0, 4, 10.0, Span(20.0, 30.0))
    assert times == pytest.approx([20.05, 23.35, 26.65, 29.95])
    assert first_to_last(60.0, 4, 10.0, Span(59.97, 80.0)) == pytest.approx([59.95])


def test_llavas_frames_of_a_video_that_does_not_state_its_rate() -> None:
    assert first_to_last(10.0, 2, 0.0) == pytest.approx([0.5 / UNKNOWN_RATE, 10.0 - 0.5 / UNKNOWN_RATE])


@pytest.mark.parametrize(("duration", "frames"), [(0.0, 4), (math.nan, 4), (10.0, 0)])
def test_llavas_frames_of_nothing_are_refused(duration: float, frames: int) -> None:
    with pytest.raises(InputError):
        first_to_last(duration, frames, 30.0)
    with pytest.raises(InputError, match="outside the video"):
        first_to_last(10.0, 4, 30.0, Span(11.0, 12.0))
