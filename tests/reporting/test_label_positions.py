"""Places of numbers: in order, apart, inside, and no further from where they belong than they must be."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from mmego.reporting.label_positions import spread


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ([], []),
        ([5.0], [5.0]),
        ([-5.0], [0.0]),
        ([10.0, 50.0], [10.0, 50.0]),  # far apart: they stay
        ([50.0, 50.0], [45.0, 55.0]),
        ([50.0, 50.0, 50.0], [40.0, 50.0, 60.0]),
        ([0.0, 0.0, 30.0], [0.0, 10.0, 30.0]),  # at the edge
        ([95.0, 99.0], [90.0, 100.0]),
        ([50.0] * 21, [5.0 * n for n in range(21)]),  # more than there is room for
    ],
)
def test_places(wanted: list[float], places: list[float]) -> None:
    assert spread(wanted, 10.0, 0.0, 100.0) == pytest.approx(places)


def test_none_can_be_moved_nearer_alone() -> None:
    draw = random.Random(0)
    for _ in range(200):
        wanted = sorted(draw.uniform(0, 100) for _ in range(draw.randrange(1, 11)))
        places = spread(wanted, 10.0, 0.0, 100.0)
        assert all(b - a >= 10 - 1e-9 for a, b in pairwise(places))
        assert -1e-9 <= places[0] <= places[-1] <= 100 + 1e-9
        # Groups that touch sit where the mean of their distances is nothing, unless an edge holds them.
        groups: list[list[int]] = [[0]]
        for n in range(1, len(places)):
            touching = places[n] - places[n - 1] < 10 + 1e-6
            groups[-1].append(n) if touching else groups.append([n])
        for group in groups:
            held = places[group[0]] < 1e-6 or places[group[-1]] > 100 - 1e-6
            assert held or sum(places[n] - wanted[n] for n in group) == pytest.approx(0, abs=1e-6)
