"""Scenes: hands, doors that open, things that light up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmego.sim.shapes.geometry import front_heading

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer
from tests.sim.render.views import SIZE, house, identity, stand_before


def test_hands_and_what_they_hold_show_up(view: Renderer) -> None:
    room = house().rooms[0]
    view.set_camera((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2, 1.55, 90, -10, 0)
    assert not (view.ids(SIZE) == identity(view, "hand", "left hand")).any()
    name = house().items[0].name
    for side, x in (("left", -0.16), ("right", 0.16)):
        view.set_hand(side, (x, 0.42, -0.27))
        view.attach(name, side)
        ids = view.ids(SIZE)
        assert (ids == identity(view, "hand", f"{side} hand")).sum() > 30
        rows, columns = np.nonzero(ids == identity(view, "item", name))
        assert len(rows) > 100
        assert rows.mean() > SIZE / 2
        assert (columns.mean() > SIZE / 2) == (side == "right")
    view.set_hand("right", None)
    ids = view.ids(SIZE)
    assert not (ids == identity(view, "item", name)).any()
    assert (ids == identity(view, "hand", "left hand")).any()


@pytest.mark.parametrize("name", [item.name for item in house().items])
def test_every_item_is_well_seen_in_the_hand(view: Renderer, name: str) -> None:
    view.set_hand("right", (0.16, 0.42, -0.27))
    view.attach(name, "right")
    assert (view.ids(SIZE) == identity(view, "item", name)).mean() > 0.006


def test_joints_open_and_reveal(view: Renderer) -> None:
    fridge = next(piece for piece in house().furniture if piece.kind == "fridge")
    stand_before(view, fridge.name, 0)
    door = identity(view, "joint", fridge.joints[0].name)
    closed = (view.ids() == door).mean()
    view.set_joint(fridge.name, 0, 1.0)
    inside = identity(view, "furniture", fridge.name)
    assert closed > 0.3
    assert (view.ids() == door).mean() < 0.35
    assert (view.ids() == inside).mean() > 0.2
    view.set_joint(fridge.name, 0, 0.0)
    assert (view.ids() == door).mean() == closed


def test_switch_changes_the_picture_only(view: Renderer) -> None:
    lamp = next(piece for piece in house().furniture if piece.kind == "floor lamp")
    heading = math.radians(front_heading(lamp))
    x, y = lamp.position[0] + 0.9 * math.cos(heading), lamp.position[1] + 0.9 * math.sin(heading)
    view.set_camera(x, y, 1.55, math.degrees(heading) + 180, 0, 0)
    off, ids = view.image(), view.ids()
    view.set_switch(lamp.name, True)
    on = view.image()
    assert on.mean() > off.mean() + 3
    assert np.array_equal(view.ids(), ids)
    view.set_switch(lamp.name, False)
    assert np.array_equal(view.image(), off)
