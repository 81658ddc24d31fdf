"""Geometry: angles, and points of furniture in the world."""

from __future__ import annotations

import pytest

from mmego.sim.shapes.geometry import (
    front_heading,
    heading_to,
    joint_point,
    room_at,
    slot_point,
    to_world,
    turned,
    wrap,
)
from tests.sim.hand_made_house import make_house


def test_angles() -> None:
    assert [wrap(angle) for angle in (0, 180, 190, -190, 720)] == [0, -180, -170, 170, 0]
    assert heading_to(1, 1, 1, 3) == pytest.approx(90)
    assert turned(1, 0, 90) == pytest.approx((0, 1))


def test_furniture_faces_away_from_its_back() -> None:
    pieces = {piece.name: piece for piece in make_house().furniture}
    assert front_heading(pieces["kitchen counter"]) == -90
    # The dresser is turned by -90 degrees: its front (-y in its own coordinates) points to -x.
    assert to_world(pieces["dresser"], (0.0, -1.0, 0.5)) == pytest.approx((6.7, 2.0, 0.5))


def test_doors_turn_and_drawers_slide_with_their_slots() -> None:
    pieces = {piece.name: piece for piece in make_house().furniture}
    door, drawer = pieces["fridge"].joints[0], pieces["dresser"].joints[0]
    x, y, _ = joint_point(door, (0.7, 0.0, 1.0), 1.0)
    assert y < -0.9
    assert x == pytest.approx(door.origin[0], abs=0.15)
    assert joint_point(drawer, (0.0, 0.0, 0.0), 0.5) == pytest.approx((0.0, -0.4, 0.6))
    closed, opened = (slot_point(pieces["dresser"], 3, fraction) for fraction in (0.0, 1.0))
    assert closed[0] - opened[0] == pytest.approx(drawer.opened)
    assert slot_point(pieces["dresser"], 0, 1.0) == slot_point(pieces["dresser"], 0)


def test_rooms_by_point() -> None:
    house = make_house()
    assert [room_at(house, x, 2.0) for x in (1.0, 4.06, 5.0, 99.0)] == ["kitchen", None, "bedroom", None]
