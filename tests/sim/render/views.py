"""A renderer of one house, and ways to look at its things, for several tests."""

from __future__ import annotations

import functools
import math

import pytest

from mmego.sim.house.generator import make_house
from mmego.sim.shapes.geometry import front_heading, slot_point
from mmego.sim.shapes.shapes import House

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer

SIZE = 96


@functools.cache
def house() -> House:
    """Make a house in which another person lives, once."""
    return next(it for it in map(make_house, range(200, 260)) if it.person is not None)


def identity(view: Renderer, role: str, name: str) -> int:
    """Return the id of an instance."""
    return next(row["id"] for row in view.instances if row["role"] == role and row["name"] == name)


def stand_before(view: Renderer, furniture: str, slot: int) -> tuple[float, float, float, float, float]:
    """Place the eyes 0.65 m before a slot; returns their x, y, z, heading and pitch."""
    piece = next(piece for piece in view.house.furniture if piece.name == furniture)
    x, y, z = slot_point(piece, slot)
    heading = math.radians(front_heading(piece))
    eye_x, eye_y = x + 0.65 * math.cos(heading), y + 0.65 * math.sin(heading)
    pitch = math.degrees(math.atan2(z - 1.55, 0.65))
    view.set_camera(eye_x, eye_y, 1.55, math.degrees(heading) + 180, pitch, 0)
    return eye_x, eye_y, 1.55, math.degrees(heading) + 180, pitch


def open_item(view: Renderer) -> str:
    """Return the name of an item that lies in the open."""
    furniture = {piece.name: piece for piece in view.house.furniture}
    return next(i.name for i in view.house.items if furniture[i.place].slots[i.slot].preposition == "on")
