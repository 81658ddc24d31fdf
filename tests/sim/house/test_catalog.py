"""The catalogue: enough kinds, told apart by name, colour and shape, and bodies that stand on the ground."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mmego.sim.house.catalog import COLOURS, FURNITURE, ITEM_KINDS, MOUNTED, ROOMS, item_body
from mmego.sim.render.textures import REPEAT, texture
from mmego.sim.shapes.shapes import Body
from mmego.sim.shapes.style import Model, Style


def _build(kind: str, seed: int) -> Model:
    return FURNITURE[kind].build(Style.draw(np.random.default_rng(seed)))


def test_there_are_enough_kinds_and_colours() -> None:
    assert len(ITEM_KINDS) >= 25
    assert len({kind.name for kind in ITEM_KINDS}) == len(ITEM_KINDS)
    assert len(COLOURS) >= 8
    with_slots = [kind for kind in FURNITURE if _build(kind, 0).slots]
    assert len(with_slots) >= 25


def test_colours_are_well_apart() -> None:
    for first, second in itertools.combinations(COLOURS.values(), 2):
        assert np.linalg.norm(np.subtract(first, second)) > 0.3


@pytest.mark.parametrize("kind", ITEM_KINDS, ids=lambda kind: kind.name)
def test_item_stands_on_its_origin_and_fits_a_slot(kind) -> None:
    assert set(kind.colours) <= set(COLOURS)
    low, high = item_body(kind, kind.colours[0]).extent()
    assert low[2] == pytest.approx(0.0, abs=1e-9)
    assert low[0] + high[0] == pytest.approx(0.0, abs=1e-9)
    assert high[0] - low[0] <= 0.3
    assert high[1] - low[1] <= 0.36
    assert 0.02 < high[2] <= 0.36


@pytest.mark.parametrize("kind", ITEM_KINDS, ids=lambda kind: kind.name)
def test_item_shows_its_colour(kind) -> None:
    colour = kind.colours[-1]
    parts = item_body(kind, colour).parts
    share = sum(np.prod(p.half_extent()) for p in parts if p.colour == COLOURS[colour])
    assert share > 0.1 * sum(np.prod(p.half_extent()) for p in parts)


@pytest.mark.parametrize("kind", FURNITURE)
@pytest.mark.parametrize("seed", [0, 5])
def test_furniture_is_sound(kind: str, seed: int) -> None:
    model = _build(kind, seed)
    low, high = Body(tuple(model.parts)).extent()
    # Curtains and what holds pens may reach below the edge that a hanging thing is measured from.
    assert low[2] == pytest.approx(0.0, abs=0.12 if FURNITURE[kind].stand == "hang" else 1e-6)
    assert all(part.texture is None or part.texture in REPEAT for part in model.parts)
    assert all(min(part.size) > 0 for part in model.parts)
    assert all(max(part.colour) <= 1.0 and min(part.colour) >= 0.0 for part in model.parts)
    for slot in model.slots:
        x, y, z = slot.position
        assert low[0] + 0.05 <= x <= high[0] - 0.05
        assert low[1] + 0.05 <= y <= high[1] - 0.05
        # No deeper than an arm reaches from the front.
        assert y - low[1] <= 0.4
        assert 0.0 < z <= high[2] + 0.011
        if slot.joint is not None:
            assert slot.joint < len(model.joints)
    for a, b in itertools.combinations(model.slots, 2):
        assert np.linalg.norm(np.subtract(a.position, b.position)) >= 0.25
    assert not model.switchable or any(part.lit is not None for part in model.parts)


@pytest.mark.parametrize("kind", FURNITURE)
def test_slots_lie_on_a_surface(kind: str) -> None:
    model = _build(kind, 1)
    for slot in model.slots:
        x, y, z = slot.position
        parts = list(model.parts)
        offset = (0.0, 0.0, 0.0)
        if slot.joint is not None and model.joints[slot.joint].kind == "slide":
            parts, offset = list(model.joints[slot.joint].body.parts), model.joints[slot.joint].origin
        tops = []
        for part in parts:
            half, centre = part.half_extent(), np.add(part.centre, offset)
            if abs(x - centre[0]) <= half[0] + 1e-9 and abs(y - centre[1]) <= half[1] + 1e-9:
                tops.append(centre[2] + half[2])
        assert min(abs(z - top) for top in tops) < 0.035, f"slot {slot} floats or sinks"


def test_rooms_and_mounts_name_known_furniture() -> None:
    for room in ROOMS.values():
        assert set(room.must) | set(room.may) | set(room.decor) <= set(FURNITURE)
        assert set(room.floors) | set(room.walls) <= set(REPEAT)
    for base, names in MOUNTED.items():
        assert _build(base, 0).mount is not None
        assert all(FURNITURE[name].stand == "mount" for name in names)


@pytest.mark.parametrize("name", REPEAT)
def test_texture_is_a_picture(name: str) -> None:
    image = texture(name)
    assert image.shape == (128, 128, 3)
    assert image.dtype == np.uint8
    assert image.std() > 0.5
