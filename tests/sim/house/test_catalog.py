"""The catalogue: enough kinds, and rooms that name known furniture."""

from __future__ import annotations

from mmego.sim.house.catalog import FURNITURE, MOUNTED, ROOMS
from mmego.sim.render.textures import REPEAT
from tests.sim.bodies.checks import build


def test_enough_kinds_of_furniture_have_slots() -> None:
    with_slots = [kind for kind in FURNITURE if build(kind, 0).slots]
    assert len(with_slots) >= 25


def test_rooms_and_mounts_name_known_furniture() -> None:
    for room in ROOMS.values():
        assert set(room.must) | set(room.may) | set(room.decor) <= set(FURNITURE)
        assert set(room.floors) | set(room.walls) <= set(REPEAT)
    for base, names in MOUNTED.items():
        assert build(base, 0).mount is not None
        assert all(FURNITURE[name].placement == "mount" for name in names)
