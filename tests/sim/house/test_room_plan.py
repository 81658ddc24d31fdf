"""Room plans: furniture between the walls, without overlaps."""

from __future__ import annotations

import itertools

import pytest

from mmego.sim.house.layout import WALL
from mmego.sim.shapes.boxes import Box, furniture_box
from tests.sim.house.houses import MOUNTED_PIECES, SEEDS, house


@pytest.mark.parametrize("seed", SEEDS)
def test_furniture_overlaps_nothing(seed: int) -> None:
    it = house(seed)
    rooms = {room.name: room for room in it.rooms}
    boxes = []
    for piece in it.furniture:
        box, room = furniture_box(piece), rooms[piece.room]
        assert room.x0 + WALL - 0.001 <= box.low[0]
        assert box.high[0] <= room.x1 - WALL + 0.001
        assert room.y0 + WALL - 0.001 <= box.low[1]
        assert box.high[1] <= room.y1 - WALL + 0.001
        assert box.low[2] >= -0.001
        assert box.high[2] <= it.height
        if piece.kind not in ("rug", "bath mat"):
            boxes.append((piece.name, box))
    for (first, a), (second, b) in itertools.combinations(boxes, 2):
        # Lamps and the like stand exactly on what carries them.
        lifted = Box((a.low[0], a.low[1], a.low[2] + 0.02), a.high)
        other = Box((b.low[0], b.low[1], b.low[2] + 0.02), b.high)
        if second in MOUNTED_PIECES or first in MOUNTED_PIECES:
            continue
        assert not lifted.meets(other, -0.001), f"{first} and {second}"
