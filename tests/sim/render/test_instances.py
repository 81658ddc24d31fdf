"""Instances: numbered from one, and coded in colours."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.render.instances import MOST_INSTANCES, decode, painted
from mmego.sim.render.meshes import part_mesh
from mmego.sim.shapes.parts import box

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer


def test_instances_are_numbered_from_one(view: Renderer) -> None:
    assert [row["id"] for row in view.instances] == list(range(1, len(view.instances) + 1))
    roles = {row["role"] for row in view.instances}
    assert roles == {"room", "furniture", "joint", "item", "person", "hand"}
    item = next(row for row in view.instances if row["role"] == "item")
    assert item["name"] == f"{item['colour']} {item['kind']}"


def test_every_id_survives_its_colour() -> None:
    cube = part_mesh(box((0, 0, 0), (1, 1, 1), (1, 1, 1)))
    for identity in range(MOST_INSTANCES + 1):
        rgb = np.round(painted(cube, identity).colours[:1] * 255).astype(np.uint8)
        bgra = np.concatenate([rgb[:, ::-1], np.full((1, 1), 255, np.uint8)], -1)[None]
        assert decode(bgra) == identity
