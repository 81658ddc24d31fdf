"""Houses: valid for many seeds, different from one another, the same for the same seed."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mmego.sim.house.floor_grid import Grid
from mmego.sim.house.generator import is_usable, make_house
from mmego.sim.shapes.geometry import slot_point
from tests.sim.house.houses import SEEDS, house


def test_same_seed_same_house() -> None:
    assert make_house(7) == make_house(7)
    assert house(100) != house(101)


def test_houses_differ() -> None:
    plans = {tuple((room.name, room.x0, room.y0, room.x1, room.y1) for room in house(s).rooms) for s in SEEDS}
    assert len(plans) == len(SEEDS)
    assert len({len(house(s).rooms) for s in SEEDS}) >= 3
    assert len({house(s).person for s in SEEDS}) >= 2
    kinds = {piece.kind for s in SEEDS for piece in house(s).furniture if piece.slots}
    assert len(kinds) >= 25
    assert len({item.kind for s in SEEDS for item in house(s).items}) >= 25


def palette(seed: int) -> set[tuple[float, ...]]:
    """Colours of the furniture of a house."""
    return {part.colour for piece in house(seed).furniture for part in piece.body.parts}


def test_palettes_differ() -> None:
    for one, other in itertools.combinations(SEEDS, 2):
        shared = palette(one) & palette(other)
        assert len(shared) / len(palette(one) | palette(other)) < 0.65, (one, other)
    # One sofa, counter or wardrobe does not look like the next.
    for kind in ("sofa", "kitchen counter", "bed", "wardrobe"):
        pieces = [piece for s in SEEDS for piece in house(s).furniture if piece.kind == kind]
        looks = {frozenset(part.colour for part in piece.body.parts) for piece in pieces}
        assert len(looks) > 0.7 * len(pieces), kind
    for name in ("kitchen", "living room", "bedroom"):
        rooms = [room for s in SEEDS for room in house(s).rooms if room.name == name]
        assert len({room.wall_colour for room in rooms}) >= 5, name
        assert len({room.floor_colour for room in rooms}) >= 4, name


def test_textures_differ() -> None:
    """On floors, walls and furniture: no house has the set of another, and every kind of room has several."""
    of_rooms = {
        frozenset(
            (room.name, room.floor_texture, room.floor_colour, room.wall_texture, room.wall_colour) for room in it
        )
        for it in (house(s).rooms for s in SEEDS)
    }
    assert len(of_rooms) == len(SEEDS)
    of_furniture = {frozenset(part.texture for piece in house(s).furniture for part in piece.body.parts) for s in SEEDS}
    assert len(of_furniture) > 0.9 * len(SEEDS)
    for name in {room.name for s in SEEDS for room in house(s).rooms} - {"bathroom"}:
        rooms = [room for s in SEEDS for room in house(s).rooms if room.name == name]
        assert len({room.floor_texture for room in rooms}) >= 2, name
        assert len({room.wall_texture for room in rooms}) >= 2, name


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_items(seed: int) -> None:
    it = house(seed)
    names = [piece.name for piece in it.furniture]
    assert len(set(names)) == len(names)
    assert 10 <= len(it.items) <= 14
    assert len({item.name for item in it.items}) == len(it.items)
    by_name = {piece.name: piece for piece in it.furniture}
    spots = {(item.place, item.slot) for item in it.items}
    assert len(spots) == len(it.items)
    assert len({by_name[item.place].room for item in it.items}) >= 3
    total = sum(len(piece.slots) for piece in it.furniture)
    assert total >= 40
    for item in it.items:
        assert item.name == f"{item.colour} {item.kind}"
        assert item.slot < len(by_name[item.place].slots)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_slot_is_within_reach_of_connected_floor(seed: int) -> None:
    it = house(seed)
    grid = Grid(it)
    for piece in it.furniture:
        for slot in range(len(piece.slots)):
            x, y, _ = slot_point(piece, slot)
            distance = np.hypot(grid.x - x, grid.y - y)
            assert (grid.free & (distance < 0.9) & (distance > 0.36)).any(), (piece.name, slot)


def test_a_house_without_doorways_is_not_usable() -> None:
    assert not is_usable(replace(house(100), doorways=()))


def test_a_fridge_against_a_wall_is_not_usable() -> None:
    it = house(100)
    fridge = next(piece for piece in it.furniture if piece.kind == "fridge")
    turned = replace(fridge, yaw=fridge.yaw + 180.0)
    assert not is_usable(replace(it, furniture=tuple(turned if p is fridge else p for p in it.furniture)))
