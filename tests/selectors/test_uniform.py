"""Evenly spaced frames."""

from __future__ import annotations

from mmego import selectors


def test_uniform_frames_lie_in_the_middle_of_equal_stretches() -> None:
    assert selectors.select_uniform(100, 4) == selectors.Selection((12, 37, 62, 87), ("uniform",) * 4)
    assert selectors.select_uniform(3, 8).indices == (0, 1, 2)
    for frames in range(1, 40):
        for keep in range(1, frames + 1):
            assert len(set(selectors.select_uniform(frames, keep).indices)) == keep
