"""Ids for everything that can be distinguished in a picture of a house, and the colours that encode them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.sim.render.meshes import Mesh
from mmego.sim.shapes.shapes import House

InstanceKey = tuple[str, str]
"""Role and name of an instance."""
_STEPS = 16
"""Levels of each colour channel: few enough that the renderer's rounding does not mix them up."""
MOST_INSTANCES = _STEPS**2 - 1


def list_instances(house: House) -> list[dict[str, Any]]:
    """Return one row per instance: `id` (from 1), `name`, `kind`, `colour`, `role`, and its first `room`.

    Roles are room (its floor, walls and ceiling), furniture, joint, item, person and hand.

    Raises:
        InputError: the house holds more than 255 things.
    """
    rows: list[tuple[str, str, str, str | None, str | None]] = []
    rooms = {piece.name: piece.room for piece in house.furniture}
    rows += [("room", room.name, room.name, None, room.name) for room in house.rooms]
    rows += [("furniture", piece.name, piece.kind, None, piece.room) for piece in house.furniture]
    rows += [("joint", joint.name, piece.kind, None, piece.room) for piece in house.furniture for joint in piece.joints]
    rows += [("item", item.name, item.kind, item.colour, rooms[item.place]) for item in house.items]
    if house.person is not None:
        rows.append(("person", house.person, house.person.split()[0], None, None))
    rows += [("hand", f"{side} hand", "hand", None, None) for side in ("left", "right")]
    if len(rows) > MOST_INSTANCES:
        raise InputError(f"house {house.seed} has {len(rows)} things, more than {MOST_INSTANCES}")
    return [
        {"id": i, "name": name, "kind": kind, "colour": colour, "role": role, "room": room}
        for i, (role, name, kind, colour, room) in enumerate(rows, 1)
    ]


def painted(mesh: Mesh, identity: int) -> Mesh:
    """Return the mesh in the colour that encodes an instance's id (0: black, for nothing)."""
    colours = np.zeros_like(mesh.colours)
    if identity:
        colours[:] = ((identity % _STEPS * 16 + 8) / 255, (identity // _STEPS * 16 + 8) / 255, 1.0)
    return Mesh(mesh.points, mesh.uv, colours, mesh.triangles)


def decode(bgra: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Convert an (H, W, 4) BGRA picture of painted meshes to (H, W) instance ids."""
    found = bgra[..., 2] // 16 + bgra[..., 1] // 16 * _STEPS
    return np.where(bgra[..., 0] > 127, found, 0).astype(np.uint8)
