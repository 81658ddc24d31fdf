"""Layouts: rooms that tile the house, and doorways on the walls that they share."""

from __future__ import annotations

import pytest

from mmego.sim.house.floor_grid import Grid
from mmego.sim.house.generator import is_usable
from mmego.sim.house.layout import WALL
from tests.sim.house.houses import SEEDS, house


@pytest.mark.parametrize("seed", SEEDS)
def test_rooms_tile_the_house_and_hang_together(seed: int) -> None:
    it = house(seed)
    assert 3 <= len(it.rooms) <= 6
    width = max(r.x1 for r in it.rooms) - min(r.x0 for r in it.rooms)
    depth = max(r.y1 for r in it.rooms) - min(r.y0 for r in it.rooms)
    area = sum((r.x1 - r.x0) * (r.y1 - r.y0) for r in it.rooms)
    assert area == pytest.approx(width * depth)
    grid = Grid(it)
    middles = [grid.nearest((r.x0 + r.x1) / 2, (r.y0 + r.y1) / 2) for r in it.rooms]
    assert len({int(grid.labels[cell]) for cell in middles}) == 1
    assert is_usable(it)


@pytest.mark.parametrize("seed", SEEDS)
def test_doorways_lie_on_shared_walls(seed: int) -> None:
    it = house(seed)
    rooms = {room.name: room for room in it.rooms}
    for door in it.doorways:
        for name in door.rooms:
            room = rooms[name]
            if door.along == "x":
                assert door.y in (room.y0, room.y1)
                assert room.x0 + WALL < door.x - door.width / 2
                assert door.x + door.width / 2 < room.x1 - WALL
            else:
                assert door.x in (room.x0, room.x1)
                assert room.y0 + WALL < door.y - door.width / 2
                assert door.y + door.width / 2 < room.y1 - WALL
