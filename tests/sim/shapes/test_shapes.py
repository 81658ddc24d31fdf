"""Shapes: the bounding boxes of parts and bodies."""

from __future__ import annotations

import math

import pytest

from mmego.sim.shapes.shapes import Body, Part

WHITE = (1.0, 1.0, 1.0)


def test_the_extent_of_a_turned_box() -> None:
    part = Part("box", (0.0, 0.0, 0.0), (1.0, 1.0, 0.5), WHITE, turn=45.0)
    assert part.half_extent() == pytest.approx((math.sqrt(2), math.sqrt(2), 0.5))


def test_the_extent_of_a_cylinder_lies_along_its_axis() -> None:
    for axis, expected in (("x", (2.0, 0.3, 0.3)), ("y", (0.3, 2.0, 0.3)), ("z", (0.3, 0.3, 2.0))):
        part = Part("cylinder", (0.0, 0.0, 0.0), (0.1, 2.0, 0.3), WHITE, axis=axis)
        assert part.half_extent() == pytest.approx(expected)


def test_the_extent_of_a_turned_ellipsoid_is_smaller_than_that_of_a_box() -> None:
    part = Part("sphere", (0.0, 0.0, 0.0), (1.0, 0.2, 0.5), WHITE, turn=45.0)
    assert part.half_extent() == pytest.approx((math.hypot(1.0, 0.2) / math.sqrt(2),) * 2 + (0.5,))


def test_the_extent_of_a_body_covers_all_parts() -> None:
    parts = (Part("box", (0, 0, 1), (1, 1, 1), WHITE), Part("sphere", (3, 0, 0), (0.5, 0.5, 0.5), WHITE))
    assert Body(parts).extent() == ((-1, -1, -0.5), (3.5, 1, 2))
