"""Frames over several videos, and how much of a video is shown."""

from __future__ import annotations

import pytest

from mmego.bench.data.videos import share_frames, shift_times, shown_length
from mmego.errors import InputError
from mmego.records import Span


@pytest.mark.parametrize(
    ("lengths", "most", "wanted"),
    [
        ([10.0], 7, [7]),
        ([2.0, 7.0], 5, [2, 3]),
        ([4.0, 6.0, 0.0], 5, [2, 2, 1]),
        ([0.0, 0.0], 9, [1, 1]),
        ([5, 5], 2, [1, 1]),
    ],
)
def test_frames_are_shared_out_by_length(lengths: list[float], most: int, wanted: list[int]) -> None:
    assert share_frames(lengths, most) == wanted


def test_more_videos_than_frames_are_refused() -> None:
    with pytest.raises(InputError, match="3 videos need 3 frames or more, got 2"):
        share_frames([1.0, 2.0, 3.0], 2)


def test_length_of_what_is_shown() -> None:
    assert shown_length(None, 60.0) == 60.0
    assert shown_length(Span(50.0, 70.0), 60.0) == 10.0
    assert shown_length(Span(70.0, 80.0), 60.0) == 0.0


@pytest.mark.parametrize(
    ("text", "offsets", "wanted"),
    [
        ("at <TIME 00:01:21.733 video 1>?", {"video 1": 3600.0}, "at <TIME 01:01:21.733 video 1>?"),
        ("at <TIME 01:00:00.000 video 2>?", {"video 1": 5.0, "video 2": -0.5}, "at <TIME 00:59:59.500 video 2>?"),
        ("at <TIME 00:01:21.733 video 1>?", {"video 1": 0.0}, "at <TIME 00:01:21.733 video 1>?"),
        ("at <TIME 00:00:01.5 video 1>?", {"": -2.0}, "at <TIME 00:00:01.5 video 1>?"),  # would be before 0
        ("at <TIME 00:00:59.9996>?", {"": 1.0}, "at <TIME 00:01:01.000>?"),
        ("at <TIME 00:00:05 video 3>?", {"video 1": 9.0}, "at <TIME 00:00:05 video 3>?"),
        ("<BBOX 1 2 3 4> at 00:01", {"": 9.0}, "<BBOX 1 2 3 4> at 00:01"),
    ],
)
def test_shifted(text: str, offsets: dict[str, float], wanted: str) -> None:
    assert shift_times(text, offsets) == wanted
