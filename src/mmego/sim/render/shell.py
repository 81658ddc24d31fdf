"""The shell of a house as meshes: floors, walls, ceilings, door frames and soft shadows, one group per room."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mmego.sim.house.layout import WALL
from mmego.sim.render.meshes import Mesh, part_mesh, shade, sheet
from mmego.sim.render.textures import REPEAT
from mmego.sim.shapes.boxes import Box, furniture_box
from mmego.sim.shapes.parts import box
from mmego.sim.shapes.shapes import Doorway, Furniture, House, Point, Room

DOOR_HEIGHT = 2.06
_FRAME = (0.90, 0.88, 0.84)
_SKIRTING = (0.88, 0.86, 0.83)
_SHADOW_HEIGHT = 0.006
"""Height of shadows above what they fall on: nearer, the depth buffer cannot separate the two."""

Textured = list[tuple[str | None, Mesh]]


def room_shell(house: House, room: Room) -> Textured:
    """Build floor, ceiling, walls with holes for the doorways, and skirting boards, with their textures."""
    size_x, size_y = room.x1 - room.x0, room.y1 - room.y0
    floor = sheet((room.x0, room.y0, 0), (size_x, 0, 0), (0, size_y, 0), room.floor_colour, _repeat(room.floor_texture))
    edge = np.minimum.reduce(
        [
            floor.points[:, 0] - room.x0,
            room.x1 - floor.points[:, 0],
            floor.points[:, 1] - room.y0,
            room.y1 - floor.points[:, 1],
        ]
    )
    floor.colours *= (0.80 + 0.20 * np.clip(edge / 0.6, 0, 1))[:, None]
    ceiling = sheet((room.x0, room.y1, house.height), (size_x, 0, 0), (0, -size_y, 0), (0.95, 0.95, 0.94), 1.0, 1.0)
    meshes: Textured = [(room.floor_texture, floor), (None, ceiling)]
    for side in ("south", "north", "west", "east"):
        meshes += _wall(house, room, side)
    return meshes


def _repeat(texture: str) -> float:
    return REPEAT[texture] or 1.0


def _wall(house: House, room: Room, side: Literal["south", "north", "west", "east"]) -> Textured:
    along_x = side in ("south", "north")
    line = {"south": room.y0, "north": room.y1, "west": room.x0, "east": room.x1}[side]
    inner = line + (WALL if side in ("south", "west") else -WALL)
    low, high = (room.x0 + WALL, room.x1 - WALL) if along_x else (room.y0 + WALL, room.y1 - WALL)
    doors = [
        door
        for door in house.doorways
        if room.name in door.rooms
        and (door.along == "x") == along_x
        and abs((door.y if along_x else door.x) - line) < 1e-6
    ]
    doors.sort(key=lambda door: door.x if along_x else door.y)
    pieces: list[tuple[float, float, float]] = []
    start = low
    for door in doors:
        middle = door.x if along_x else door.y
        pieces.append((start, middle - door.width / 2, 0.0))
        pieces.append((middle - door.width / 2, middle + door.width / 2, DOOR_HEIGHT))
        start = middle + door.width / 2
    pieces.append((start, high, 0.0))
    meshes: Textured = []
    for a, b, bottom in pieces:
        if b - a > 0.01:
            meshes.append((room.wall_texture, _wall_sheet(house, room, side, inner, (a, b), bottom)))
            if bottom == 0.0:
                meshes.append((None, _skirting(side, inner, a, b)))
    return meshes


def _wall_sheet(house: House, room: Room, side: str, inner: float, span: tuple[float, float], bottom: float) -> Mesh:
    a, b = span
    length, height = b - a, house.height - bottom
    origin, right, normal = {
        "south": ((b, inner, bottom), (-length, 0, 0), (0, 1, 0)),
        "north": ((a, inner, bottom), (length, 0, 0), (0, -1, 0)),
        "west": ((inner, a, bottom), (0, length, 0), (1, 0, 0)),
        "east": ((inner, b, bottom), (0, -length, 0), (-1, 0, 0)),
    }[side]
    mesh = sheet(origin, right, (0, 0, height), room.wall_colour, _repeat(room.wall_texture))
    z = mesh.points[:, 2]
    light = (0.82 + 0.18 * np.clip(z / 0.7, 0, 1)) * (0.9 + 0.1 * np.clip((house.height - z) / 0.5, 0, 1))
    mesh.colours *= (light * 1.2 * shade(np.array([normal], np.float64))[0])[:, None]
    return mesh


def _skirting(side: str, inner: float, a: float, b: float) -> Mesh:
    half, offset = (b - a) / 2, 0.008 if side in ("south", "west") else -0.008
    if side in ("south", "north"):
        return part_mesh(box(((a + b) / 2, inner + offset, 0.045), (half, 0.008, 0.045), _SKIRTING))
    return part_mesh(box((inner + offset, (a + b) / 2, 0.045), (0.008, half, 0.045), _SKIRTING))


def door_frame(door: Doorway) -> list[Mesh]:
    """Build two posts and a beam around a doorway."""
    deep, thin, half = WALL + 0.015, 0.025, door.width / 2
    meshes = []
    for sign in (-1, 1):
        offset = sign * (half - thin)
        if door.along == "x":
            parts = box((door.x + offset, door.y, DOOR_HEIGHT / 2), (thin, deep, DOOR_HEIGHT / 2), _FRAME)
        else:
            parts = box((door.x, door.y + offset, DOOR_HEIGHT / 2), (deep, thin, DOOR_HEIGHT / 2), _FRAME)
        meshes.append(part_mesh(parts))
    size = (half, deep, thin) if door.along == "x" else (deep, half, thin)
    meshes.append(part_mesh(box((door.x, door.y, DOOR_HEIGHT + thin - 0.01), size, _FRAME)))
    return meshes


def floor_shadow(furniture: Furniture, others: list[Furniture]) -> Mesh | None:
    """Build the shadow on the floor or table below a piece of furniture; None if the piece hangs or is flat."""
    around = furniture_box(furniture)
    hangs = furniture.walkable and furniture.position[2] > 1.2
    flat = around.high[2] - around.low[2] < 0.03
    if flat or hangs or any(furniture.kind == kind for kind in ("picture", "window", "whiteboard", "ceiling lamp")):
        return None
    on_rug = any(other.kind in ("rug", "bath mat") and around.meets(furniture_box(other)) for other in others)
    lift = _SHADOW_HEIGHT + (0.012 if on_rug and furniture.position[2] == 0 else 0.0)
    margin = 0.1 if furniture.position[2] == 0 else 0.03
    return shadow(around, margin, furniture.position[2] + lift)


def shadow(around: Box, margin: float, z: float) -> Mesh:
    """Build a soft shadow under a box; its texture is "blob"."""
    low: Point = (around.low[0] - margin, around.low[1] - margin, z)
    size_x, size_y = around.high[0] - around.low[0] + 2 * margin, around.high[1] - around.low[1] + 2 * margin
    mesh = sheet(low, (size_x, 0, 0), (0, size_y, 0), (1.0, 1.0, 1.0), 1.0, 100.0)
    mesh.uv = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.float64)
    return mesh
