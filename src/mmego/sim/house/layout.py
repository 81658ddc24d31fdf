"""The layout of a house: a rectangle cut into rooms, and the doorways between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmego.sim.house.catalog import ROOMS
from mmego.sim.shapes.shapes import Doorway

WALL = 0.06
"""Half the thickness of a wall in metres; a room's rectangle extends to the middle of its walls."""
DOOR_WIDTH = 0.96
_MARGIN = 0.62
"""Least distance of a doorway's middle from the end of the shared wall."""


@dataclass(frozen=True, slots=True)
class RoomRectangle:
    """A room's rectangle, to the middle of its walls."""

    name: str
    x0: float
    y0: float
    x1: float
    y1: float


def draw_cells(rng: np.random.Generator) -> list[RoomRectangle] | None:
    """Draw three to six rooms that fill a rectangle, or None if a room gets a bad shape."""
    others = ["bedroom", "office", "bathroom", "dining room", "hallway"]
    count = int(rng.integers(1, 5))
    names = ["kitchen", "living room", *[others[int(i)] for i in rng.permutation(len(others))[:count]]]
    names = [names[int(i)] for i in rng.permutation(len(names))]
    areas = {name: float(rng.uniform(*ROOMS[name].area)) for name in names}
    total = sum(areas.values())
    width = float(np.sqrt(total * rng.uniform(0.75, 1.7)))
    cells = _cut(names, areas, (0.0, 0.0, round(width, 1), round(total / width, 1)), rng)
    for cell in cells:
        short, long = sorted((cell.x1 - cell.x0, cell.y1 - cell.y0))
        narrow = cell.name in ("hallway", "bathroom")
        if short < (2.2 if narrow else 2.9) or long / short > (2.4 if narrow else 1.75):
            return None
    return cells


def _cut(
    names: list[str],
    areas: dict[str, float],
    rect: tuple[float, float, float, float],
    rng: np.random.Generator,
) -> list[RoomRectangle]:
    """Cut `rect` (x0, y0, x1, y1) into rooms in proportion to their areas, most often across the longer side."""
    x0, y0, x1, y1 = rect
    if len(names) == 1:
        return [RoomRectangle(names[0], x0, y0, x1, y1)]
    at = int(rng.integers(1, len(names)))
    first, second = names[:at], names[at:]
    share = sum(areas[n] for n in first) / sum(areas[n] for n in names)
    if (x1 - x0 > y1 - y0) == (rng.random() < 0.85):
        x = round(x0 + (x1 - x0) * share, 1)
        return _cut(first, areas, (x0, y0, x, y1), rng) + _cut(second, areas, (x, y0, x1, y1), rng)
    y = round(y0 + (y1 - y0) * share, 1)
    return _cut(first, areas, (x0, y0, x1, y), rng) + _cut(second, areas, (x0, y, x1, y1), rng)


def draw_doorways(cells: list[RoomRectangle], rng: np.random.Generator) -> list[Doorway] | None:
    """Draw doorways that connect all rooms, sometimes one more than needed; None if they cannot be connected."""
    walls = [wall for i, a in enumerate(cells) for b in cells[i + 1 :] if (wall := _shared(a, b, rng)) is not None]
    walls = [walls[int(i)] for i in rng.permutation(len(walls))]
    walls.sort(key=lambda door: "bathroom" in door.rooms)
    group = {cell.name: i for i, cell in enumerate(cells)}
    doors: list[Doorway] = []
    for door in walls:
        first, second = (group[name] for name in door.rooms)
        if first != second:
            group = {name: first if g == second else g for name, g in group.items()}
            doors.append(door)
        elif "bathroom" not in door.rooms and rng.random() < 0.3:
            doors.append(door)
    return doors if len(set(group.values())) == 1 else None


def _shared(a: RoomRectangle, b: RoomRectangle, rng: np.random.Generator) -> Doorway | None:
    """Draw a doorway on the wall that two rooms share, None if the wall is missing or too short."""
    place = float(rng.choice([0.0, 1.0, rng.random()]))
    if a.x1 == b.x0 or b.x1 == a.x0:
        low, high = max(a.y0, b.y0) + _MARGIN, min(a.y1, b.y1) - _MARGIN
        if low > high:
            return None
        x = a.x1 if a.x1 == b.x0 else a.x0
        return Doorway((a.name, b.name), x, round(low + place * (high - low), 2), DOOR_WIDTH, "y")
    if a.y1 == b.y0 or b.y1 == a.y0:
        low, high = max(a.x0, b.x0) + _MARGIN, min(a.x1, b.x1) - _MARGIN
        if low > high:
            return None
        y = a.y1 if a.y1 == b.y0 else a.y0
        return Doorway((a.name, b.name), round(low + place * (high - low), 2), y, DOOR_WIDTH, "x")
    return None
