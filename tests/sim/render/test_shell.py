"""The shell of a house: walls with holes for doorways, and shadows only below what stands."""

from __future__ import annotations

import pytest

from mmego.sim.house.generator import make_house as make_any_house
from mmego.sim.house.layout import WALL
from mmego.sim.render.shell import DOOR_HEIGHT, floor_shadow, room_shell
from tests.sim.hand_made_house import make_house


def test_walls_leave_the_doorways_open() -> None:
    house = make_any_house(200)
    door = next(door for door in house.doorways if door.along == "y")
    room = next(room for room in house.rooms if room.name in door.rooms and room.x1 == door.x)
    above = 0
    for texture, mesh in room_shell(house, room):
        low, high = mesh.points.min(0), mesh.points.max(0)
        if texture != room.wall_texture or low[0] < room.x1 - WALL - 1e-6:
            continue
        assert (low[0], high[0]) == pytest.approx((room.x1 - WALL, room.x1 - WALL))
        if low[1] < door.y + door.width / 2 - 1e-6 and high[1] > door.y - door.width / 2 + 1e-6:
            assert low[2] == pytest.approx(DOOR_HEIGHT)
            above += 1
    assert above == 1


def test_flat_things_cast_no_shadow_and_others_a_wider_one() -> None:
    house = make_house()
    pieces = {piece.name: piece for piece in house.furniture}
    assert floor_shadow(pieces["rug"], list(pieces.values())) is None
    soft = floor_shadow(pieces["kitchen table"], list(pieces.values()))
    assert soft is not None
    assert soft.points[:, 2].max() < 0.02
    assert soft.points[:, 0].max() - soft.points[:, 0].min() == pytest.approx(1.0 + 2 * 0.1)
