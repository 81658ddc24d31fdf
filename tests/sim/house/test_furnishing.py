"""Furnishing: what stands on other furniture leaves its slots free."""

from __future__ import annotations

import pytest

from mmego.sim.shapes.boxes import Box, furniture_box
from mmego.sim.shapes.geometry import slot_point
from tests.sim.house.houses import MOUNTED_PIECES, SEEDS, house


@pytest.mark.parametrize("seed", SEEDS)
def test_mounted_things_are_clear_of_slots(seed: int) -> None:
    it = house(seed)
    for piece in it.furniture:
        if piece.name in MOUNTED_PIECES:
            box = furniture_box(piece)
            for other in it.furniture:
                for slot in range(len(other.slots)):
                    x, y, z = slot_point(other, slot)
                    spot = Box((x - 0.08, y - 0.08, z), (x + 0.08, y + 0.08, z + 0.2))
                    assert not spot.meets(box), f"{piece.name} on slot {slot} of the {other.name}"
