"""Times as people read them."""

from __future__ import annotations

import pytest

from mmego.records.clock_time import clock_time


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "00:00"), (59.99, "00:59"), (61.5, "01:01"), (3599, "59:59"), (3661, "1:01:01")],
)
def test_hours_show_only_where_there_are_any(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text
