"""Parts: mixed colours, legs on the floor, and bodies that are scaled about their bottom."""

from __future__ import annotations

import pytest

from mmego.sim.shapes.parts import BLACK, WHITE, box, cylinder, darker, legs, lighter, mix, scaled, sphere
from mmego.sim.shapes.shapes import Body


def test_colours_are_mixed() -> None:
    assert mix((0.0, 0.2, 1.0), (1.0, 0.2, 0.0), 0.25) == pytest.approx((0.25, 0.2, 0.75))
    assert darker(WHITE, 0.5) == pytest.approx(tuple(value / 2 for value in WHITE))
    assert lighter(BLACK, 1.0) == pytest.approx((1.0, 1.0, 1.0))


def test_four_legs_stand_on_the_floor() -> None:
    low, high = Body(tuple(legs(0.4, 0.3, 0.7, 0.02, WHITE))).extent()
    assert low == pytest.approx((-0.42, -0.32, 0.0))
    assert high == pytest.approx((0.42, 0.32, 0.7))


def test_a_scaled_body_stands_on_its_origin() -> None:
    parts = [box((1.0, 2.0, 3.0), (0.1, 0.2, 0.3), WHITE), sphere((1.0, 2.0, 3.4), 0.1, BLACK)]
    low, high = Body(tuple(parts)).extent()
    small, large = (scaled(parts, factor).extent() for factor in (1.0, 2.0))
    assert small[0] == pytest.approx((-0.1, -0.2, 0.0))
    assert small[1][2] == pytest.approx(high[2] - low[2])
    assert large[1] == pytest.approx(tuple(2 * value for value in small[1]))


def test_a_cylinder_without_a_top_is_straight() -> None:
    assert cylinder((0, 0, 0), 0.2, 0.5, WHITE).size == (0.2, 0.5, 0.2)
    assert cylinder((0, 0, 0), 0.2, 0.5, WHITE, 0.1).size == (0.2, 0.5, 0.1)
