"""Checks of built furniture and objects, run for the kinds that a module of `sim.bodies` builds."""

from __future__ import annotations

import itertools
from types import ModuleType

import numpy as np
import pytest

from mmego.sim.house.catalog import COLOURS, FURNITURE, ITEM_KINDS, ItemKind, item_body
from mmego.sim.render.textures import REPEAT
from mmego.sim.shapes.shapes import Body
from mmego.sim.shapes.style import FurnitureDesign, Style


def furniture_of(module: ModuleType) -> list[str]:
    """Return the kinds of furniture in the catalogue that a module builds."""
    return [name for name, kind in FURNITURE.items() if kind.build.__module__ == module.__name__]


def items_of(module: ModuleType) -> list[ItemKind]:
    """Return the kinds of objects that a module builds."""
    return [kind for kind in ITEM_KINDS if kind.build.__module__ == module.__name__]


def build(kind: str, seed: int) -> FurnitureDesign:
    """Build a piece of furniture in a style drawn from `seed`."""
    return FURNITURE[kind].build(Style.draw(np.random.default_rng(seed)))


def check_sound(kind: str, seed: int) -> None:
    """Check sizes, colours and textures of a piece, and that its slots are in reach and apart."""
    design = build(kind, seed)
    low, high = Body(tuple(design.parts)).extent()
    # Curtains, and what holds pens, may extend below the edge from which a hanging thing is measured.
    assert low[2] == pytest.approx(0.0, abs=0.12 if FURNITURE[kind].placement == "hang" else 1e-6)
    assert all(part.texture is None or part.texture in REPEAT for part in design.parts)
    assert all(min(part.size) > 0 for part in design.parts)
    assert all(max(part.colour) <= 1.0 and min(part.colour) >= 0.0 for part in design.parts)
    for slot in design.slots:
        x, y, z = slot.position
        assert low[0] + 0.05 <= x <= high[0] - 0.05
        assert low[1] + 0.05 <= y <= high[1] - 0.05
        # No deeper than an arm reaches from the front.
        assert y - low[1] <= 0.4
        assert 0.0 < z <= high[2] + 0.011
        if slot.joint is not None:
            assert slot.joint < len(design.joints)
    for a, b in itertools.combinations(design.slots, 2):
        assert np.linalg.norm(np.subtract(a.position, b.position)) >= 0.25
    assert not design.switchable or any(part.lit is not None for part in design.parts)


def check_slots_lie_on_a_surface(kind: str) -> None:
    """Check that an object on a slot neither floats nor sinks."""
    design = build(kind, 1)
    for slot in design.slots:
        x, y, z = slot.position
        parts = list(design.parts)
        offset = (0.0, 0.0, 0.0)
        if slot.joint is not None and design.joints[slot.joint].kind == "slide":
            parts, offset = list(design.joints[slot.joint].body.parts), design.joints[slot.joint].origin
        tops = []
        for part in parts:
            half, centre = part.half_extent(), np.add(part.centre, offset)
            if abs(x - centre[0]) <= half[0] + 1e-9 and abs(y - centre[1]) <= half[1] + 1e-9:
                tops.append(centre[2] + half[2])
        assert min(abs(z - top) for top in tops) < 0.035, f"slot {slot} floats or sinks"


def check_fits_a_slot(kind: ItemKind) -> None:
    """Check that an object stands on its origin and is small enough for a slot."""
    assert set(kind.colours) <= set(COLOURS)
    low, high = item_body(kind, kind.colours[0]).extent()
    assert low[2] == pytest.approx(0.0, abs=1e-9)
    assert low[0] + high[0] == pytest.approx(0.0, abs=1e-9)
    assert high[0] - low[0] <= 0.3
    assert high[1] - low[1] <= 0.36
    assert 0.02 < high[2] <= 0.36


def check_shows_its_colour(kind: ItemKind) -> None:
    """Check that an object's main colour fills a good part of it."""
    colour = kind.colours[-1]
    parts = item_body(kind, colour).parts
    share = sum(np.prod(p.half_extent()) for p in parts if p.colour == COLOURS[colour])
    assert share > 0.1 * sum(np.prod(p.half_extent()) for p in parts)
