"""The generator of houses: `make_house(seed)` gives the same rooms, furniture and objects for the same seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from mmego.errors import MmegoError
from mmego.sim.house.catalog import COLOURS, ITEM_KINDS, ROOMS, item_body
from mmego.sim.house.floor_grid import CELL, Grid
from mmego.sim.house.furnishing import HEIGHT, furnish
from mmego.sim.house.layout import RoomRectangle, draw_cells, draw_doorways
from mmego.sim.house.room_plan import RoomPlan, WallSide
from mmego.sim.shapes.geometry import front_heading, joint_point, slot_point, to_world
from mmego.sim.shapes.parts import lighter
from mmego.sim.shapes.shapes import Colour, Furniture, House, HouseItem, Room
from mmego.sim.shapes.style import Style

_ATTEMPTS = 400
_REACH = (0.36, 0.9)
"""Least and greatest floor distance (metres) from which a person can use a slot."""
_DOOR_REACH, _DOOR_ROOM = 1.05, 0.4
"""Greatest distance (metres) of a person from the handle of a door that they open, and least from its swing."""
_WALLS: tuple[Colour, ...] = (
    (0.93, 0.90, 0.78),
    (0.74, 0.82, 0.72),
    (0.78, 0.78, 0.92),
    (0.90, 0.78, 0.70),
    (0.70, 0.82, 0.88),
    (0.92, 0.86, 0.88),
    (0.88, 0.88, 0.86),
    (0.80, 0.74, 0.64),
    (0.95, 0.82, 0.58),
    (0.62, 0.74, 0.72),
)
_FLOORS: tuple[Colour, ...] = (
    (0.95, 0.90, 0.84),
    (0.80, 0.66, 0.52),
    (0.66, 0.50, 0.38),
    (0.78, 0.78, 0.80),
    (0.62, 0.68, 0.74),
    (0.82, 0.70, 0.66),
)


def make_house(seed: int) -> House:
    """Make a house in which a person can walk to every room and reach every slot.

    Raises:
        MmegoError: no valid house was found (no seed is known for which this happens).
    """
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([seed, attempt])
        house = _draw(seed, rng)
        if house is not None and is_usable(house):
            return house
    raise MmegoError(f"no house for seed {seed} after {_ATTEMPTS} attempts")


def _draw(seed: int, rng: np.random.Generator) -> House | None:
    """Draw a house; None if a room has a bad shape or its furniture does not fit."""
    cells = draw_cells(rng)
    doors = draw_doorways(cells, rng) if cells else None
    if cells is None or doors is None:
        return None
    style = Style.draw(rng)
    names: set[str] = set()
    furniture: list[Furniture] = []
    for cell in cells:
        mine = [door for door in doors if cell.name in door.rooms]
        plan = RoomPlan(cell, mine, _outer(cell, cells), style, names)
        if not furnish(plan):
            return None
        furniture += plan.placed
    rooms = _paint(cells, rng)
    person = (None, None, "man X", "woman Y")[int(rng.integers(4))]
    items = _items(furniture, rng)
    return House(seed, rooms, tuple(doors), tuple(furniture), items, person, HEIGHT)


def _outer(cell: RoomRectangle, cells: list[RoomRectangle]) -> list[WallSide]:
    """Return the sides of a room that are outer walls of the house."""
    sides: list[WallSide] = []
    if cell.y0 == min(c.y0 for c in cells):
        sides.append("south")
    if cell.y1 == max(c.y1 for c in cells):
        sides.append("north")
    if cell.x0 == min(c.x0 for c in cells):
        sides.append("west")
    if cell.x1 == max(c.x1 for c in cells):
        sides.append("east")
    return sides


def _paint(cells: list[RoomRectangle], rng: np.random.Generator) -> tuple[Room, ...]:
    """Draw textures and tints; no two rooms have walls of the same colour."""
    walls = rng.permutation(len(_WALLS))
    rooms = []
    for i, cell in enumerate(cells):
        kind = ROOMS[cell.name]
        floor = kind.floors[int(rng.integers(len(kind.floors)))]
        wall = kind.walls[int(rng.integers(len(kind.walls)))]
        tint = _FLOORS[int(rng.integers(len(_FLOORS)))]
        colour = lighter(_WALLS[int(walls[i])], 0.12)
        rooms.append(Room(cell.name, cell.x0, cell.y0, cell.x1, cell.y1, floor, tint, wall, colour))
    return tuple(rooms)


def _items(furniture: list[Furniture], rng: np.random.Generator) -> tuple[HouseItem, ...]:
    """Draw ten to fourteen objects on free slots, of different furniture if possible; at most two behind doors."""
    spots = _spread([(piece, slot) for piece in furniture for slot in range(len(piece.slots))], rng)
    hidden = 0
    items: list[HouseItem] = []
    kinds = [ITEM_KINDS[int(i)] for i in rng.permutation(len(ITEM_KINDS))]
    if rng.random() < 0.5:
        # Some houses have two of a kind in different colours, so that only the colour names one of them.
        kinds.insert(1, kinds[0])
    count = int(rng.integers(10, 15))
    for piece, slot in spots:
        if len(items) == count:
            break
        if piece.slots[slot].joint is not None:
            hidden += 1
            if hidden > 2:
                continue
        kind = kinds[len(items)]
        used = {item.colour for item in items if item.kind == kind.name}
        colours = [colour for colour in kind.colours if colour in COLOURS and colour not in used]
        colour = colours[int(rng.integers(len(colours)))]
        yaw = round(piece.yaw + float(rng.uniform(-25, 25)), 1)
        items.append(
            HouseItem(f"{colour} {kind.name}", kind.name, colour, item_body(kind, colour), piece.name, slot, yaw)
        )
    return tuple(items)


def _spread(spots: list[tuple[Furniture, int]], rng: np.random.Generator) -> list[tuple[Furniture, int]]:
    """Shuffle the spots so that every piece of furniture comes once before any comes twice."""
    shuffled = [spots[int(i)] for i in rng.permutation(len(spots))]
    met: Counter[str] = Counter()
    turns = []
    for piece, _ in shuffled:
        turns.append(met[piece.name])
        met[piece.name] += 1
    return [shuffled[i] for i in sorted(range(len(shuffled)), key=lambda i: turns[i])]


def is_usable(house: House) -> bool:
    """Return True if all rooms are connected on foot and every slot is near floor that can be walked to."""
    grid = Grid(house)
    centre = [grid.nearest((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2) for room in house.rooms]
    labels = {int(grid.labels[cell]) for cell in centre}
    if len(labels) != 1:
        return False
    walked = grid.free & (grid.labels == labels.pop())
    for room in house.rooms:
        inside = (grid.x > room.x0) & (grid.x < room.x1) & (grid.y > room.y0) & (grid.y < room.y1)
        if (walked & inside).sum() * CELL**2 < 1.5:
            return False
        for piece in house.furniture:
            if piece.room == room.name:
                for slot in range(len(piece.slots)):
                    x, y, _ = slot_point(piece, slot)
                    distance = np.hypot(grid.x - x, grid.y - y)
                    if not (walked & inside & (distance > _REACH[0]) & (distance < _REACH[1])).any():
                        return False
                if not _opens(piece, grid, walked & inside):
                    return False
    return True


def _opens(piece: Furniture, grid: Grid, floor: npt.NDArray[np.bool_]) -> bool:
    """Return True if a person on `floor` can open each door of a standing piece without the door hitting them."""
    for joint in piece.joints:
        if joint.kind == "slide" or piece.walkable:
            continue
        hinge, handle = to_world(piece, joint.origin), to_world(piece, joint_point(joint, joint.handle, 0.0))
        dx, dy = grid.x - handle[0], grid.y - handle[1]
        front = np.deg2rad(front_heading(piece))
        before = dx * np.cos(front) + dy * np.sin(front) > 0.5 * np.hypot(dx, dy)
        clear = np.hypot(grid.x - hinge[0], grid.y - hinge[1]) > joint.body.extent()[1][0] + _DOOR_ROOM
        if not (floor & before & clear & (np.hypot(dx, dy) < _DOOR_REACH)).any():
            return False
    return True
