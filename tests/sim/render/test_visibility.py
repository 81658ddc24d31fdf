"""Visible rooms: what they leave out is not seen."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.render.visibility import visible_rooms

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer
from tests.sim.render.views import house


def test_hidden_rooms_do_not_change_the_picture() -> None:
    """What `visible_rooms` leaves out is not seen anyway, but for single pixels where walls meet."""
    it = house()
    plain, full = Renderer(it, 64), Renderer(it, 64)
    full._groups = {"nowhere": full._root.attachNewNode("nowhere")}
    rng = np.random.default_rng(0)
    for _ in range(30):
        room = it.rooms[int(rng.integers(len(it.rooms)))]
        x, y = rng.uniform(room.x0 + 0.3, room.x1 - 0.3), rng.uniform(room.y0 + 0.3, room.y1 - 0.3)
        heading, pitch = rng.uniform(0, 360), rng.uniform(-50, 10)
        for renderer in (plain, full):
            renderer.set_camera(x, y, 1.55, heading, pitch, 0)
        assert (plain.ids() != full.ids()).mean() < 0.003
    plain.close()
    full.close()


def test_visible_rooms_always_holds_ones_own() -> None:
    it = house()
    for room in it.rooms:
        assert room.name in visible_rooms(it, (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2)
    assert visible_rooms(it, -50.0, -50.0) == {room.name for room in it.rooms}
