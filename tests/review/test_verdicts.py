"""Intervals of shares."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from mmego.review.verdicts import wilson


def test_wilson_intervals() -> None:
    # From the defining equation: the bounds are the shares p with (x - p)^2 = z^2 p (1 - p) / n.
    z = 1.959963984540054
    for yes, total in ((0, 10), (10, 10), (1, 3), (97, 100), (196, 200)):
        low, high = wilson(yes, total)
        share = float(Fraction(yes, total))
        for bound in (low, high):
            assert (share - bound) ** 2 == pytest.approx(z * z * bound * (1 - bound) / total, abs=1e-12)
        assert 0 <= low <= share <= high <= 1
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # as tables have it
    assert all(math.isnan(bound) for bound in wilson(0, 0))
