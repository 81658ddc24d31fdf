"""Panda3D's shared screens: the same pixels whatever a process drew before."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.house.generator import make_house

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer
from tests.sim.render.views import SIZE, house, stand_before


def test_same_house_same_bytes() -> None:
    pictures = []
    for _ in range(2):
        renderer = Renderer(house(), SIZE)
        room = house().rooms[1]
        renderer.set_camera((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2, 1.55, 40, -20, 3)
        pictures.append((renderer.image(), renderer.ids(32)))
        renderer.close()
    assert np.array_equal(pictures[0][0], pictures[1][0])
    assert np.array_equal(pictures[0][1], pictures[1][1])


def test_two_renderers_do_not_disturb_each_other(view: Renderer) -> None:
    stand_before(view, house().items[0].place, 0)
    before = view.image()
    other = Renderer(make_house(3), SIZE)
    other.image()
    other.close()
    assert np.array_equal(view.image(), before)
