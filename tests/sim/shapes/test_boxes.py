"""Boxes: overlap with a gap, and boxes of bodies that are turned."""

from __future__ import annotations

import pytest

from mmego.sim.shapes.boxes import Box, furniture_box
from tests.sim.hand_made_house import make_house

UNIT = Box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_boxes_meet_within_a_gap_on_the_floor_only() -> None:
    beside = Box((1.05, 0.0, 0.0), (2.0, 1.0, 1.0))
    assert not UNIT.meets(beside)
    assert UNIT.meets(beside, 0.1)
    above = Box((0.0, 0.0, 1.05), (1.0, 1.0, 2.0))
    assert not UNIT.meets(above, 0.1)
    assert UNIT.grown(0.1, 0.0).meets(beside)
    assert not UNIT.grown(0.0, 0.1).meets(beside)


def test_a_turned_box_keeps_its_size() -> None:
    placed = Box((-1.0, -0.5, 0.0), (2.0, 0.5, 1.0)).placed((10.0, 0.0, 3.0), 90.0)
    assert placed.low == pytest.approx((9.5, -1.0, 3.0))
    assert placed.high == pytest.approx((10.5, 2.0, 4.0))


def test_the_box_of_furniture_is_where_it_stands() -> None:
    dresser = next(piece for piece in make_house().furniture if piece.name == "dresser")
    box = furniture_box(dresser)
    assert box.low == pytest.approx((7.45, 1.5, 0.0))
    assert box.high == pytest.approx((7.95, 2.5, 0.8))
