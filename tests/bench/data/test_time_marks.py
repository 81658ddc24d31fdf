"""Marked times on another clock."""

from __future__ import annotations

import pytest

from mmego.bench.data.time_marks import shift_times


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
