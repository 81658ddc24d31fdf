"""The plan of a room while it is furnished: where things stand, and which floor must stay free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from mmego.sim.house.catalog import FURNITURE
from mmego.sim.house.layout import WALL, RoomRectangle
from mmego.sim.shapes.boxes import Box
from mmego.sim.shapes.shapes import Body, Doorway, Furniture, Point
from mmego.sim.shapes.style import FurnitureDesign, Style

WallSide = Literal["south", "north", "west", "east"]
YAW: dict[WallSide, float] = {"north": 0.0, "south": 180.0, "west": 90.0, "east": 270.0}
"""The yaw of a piece with its back at the wall on this side."""
GAP = 0.03
"""Metres between a back and its wall, and between neighbours."""
Pose = tuple[Point, float]
"""Position and yaw."""


class UnplacedFurniture:
    """A piece of furniture that is built and has no place yet. `front` is the floor that its users need."""

    def __init__(self, kind: str, style: Style) -> None:
        self.kind = kind
        self.design: FurnitureDesign = FURNITURE[kind].build(style)
        self.body = Body(tuple(self.design.parts))
        self.box = Box(*self.body.extent())
        low, high = self.box.low, self.box.high
        self.front = Box((low[0], low[1] - self.design.clearance, 0.0), (high[0], low[1], 2.0))


@dataclass(slots=True)
class RoomPlan:
    """A room, its doorways, and the furniture placed so far.

    `outer` are the sides that are walls of the house; `names` are the names of furniture in the whole house. `solid`
    are boxes around everything that stands or hangs; `ways` are the floor through the doorways and `fronts` the floor
    before furniture, where nothing may stand.
    """

    cell: RoomRectangle
    doors: list[Doorway]
    outer: list[WallSide]
    style: Style
    names: set[str]
    placed: list[Furniture] = field(default_factory=list)
    solid: list[Box] = field(default_factory=list)
    fronts: list[Box] = field(default_factory=list)
    ways: list[Box] = field(init=False)
    mounts: dict[str, Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ways = []
        for door in self.doors:
            along, through = door.width / 2 + 0.12, 0.75
            dx, dy = (along, through) if door.along == "x" else (through, along)
            self.ways.append(Box((door.x - dx, door.y - dy, 0.0), (door.x + dx, door.y + dy, 2.2)))

    @property
    def rng(self) -> np.random.Generator:
        """Return the house's random number generator."""
        return self.style.rng

    @property
    def middle(self) -> tuple[float, float]:
        """Return the middle of the room."""
        return (self.cell.x0 + self.cell.x1) / 2, (self.cell.y0 + self.cell.y1) / 2

    def choose(self, poses: list[Pose]) -> Pose:
        """Draw one of the poses."""
        return poses[int(self.rng.integers(len(poses)))]

    def find(self, kind: str) -> Furniture | None:
        """Return the room's first piece of this kind."""
        return next((piece for piece in self.placed if piece.kind == kind), None)

    def inside(self, box: Box) -> bool:
        """Return True if the box is between the walls."""
        cell, edge = self.cell, WALL - 1e-6
        fits_x = cell.x0 + edge <= box.low[0] and box.high[0] <= cell.x1 - edge
        return fits_x and cell.y0 + edge <= box.low[1] and box.high[1] <= cell.y1 - edge

    def fits(self, unplaced: UnplacedFurniture, pose: Pose, aisle: float = 0.0) -> bool:
        """Return True if the piece can stand there with `aisle` metres around it and its front free."""
        box = unplaced.box.placed(*pose)
        if not self.inside(box.grown(aisle, aisle)):
            return False
        if any(box.meets(other, max(aisle, GAP - 0.01)) for other in self.solid):
            return False
        if any(box.meets(zone) for zone in (*self.ways, *self.fronts)):
            return False
        front = unplaced.front.placed(*pose)
        return self.inside(front) and not any(front.meets(other) for other in self.solid)

    def along_walls(self, unplaced: UnplacedFurniture, height: float = 0.0, gap: float = GAP) -> Iterator[Pose]:
        """Yield poses with the back at each wall, 5 cm apart from corner to corner."""
        cell, margin = self.cell, WALL + gap
        for side, yaw in YAW.items():
            box = unplaced.box.placed((0.0, 0.0, 0.0), yaw)
            west, east = cell.x0 + margin - box.low[0], cell.x1 - margin - box.high[0]
            south, north = cell.y0 + margin - box.low[1], cell.y1 - margin - box.high[1]
            if east < west or north < south:
                continue
            if side in ("north", "south"):
                y = north if side == "north" else south
                for x in np.append(np.arange(west, east, 0.05), east):
                    yield (float(x), y, height), yaw
            else:
                x = east if side == "east" else west
                for y in np.append(np.arange(south, north, 0.05), north):
                    yield (x, float(y), height), yaw

    def add(self, name: str, unplaced: UnplacedFurniture, pose: Pose) -> Furniture:
        """Put a piece of furniture in the room."""
        (x, y, z), yaw = pose
        design = unplaced.design
        piece = Furniture(
            name=name,
            kind=unplaced.kind,
            room=self.cell.name,
            body=unplaced.body,
            position=(round(x, 3), round(y, 3), round(z, 3)),
            yaw=yaw,
            slots=tuple(design.slots),
            joints=tuple(design.joints),
            switchable=design.switchable,
            walkable=design.walkable,
        )
        self.placed.append(piece)
        self.names.add(name)
        self.solid.append(unplaced.box.placed(piece.position, yaw))
        if design.mount is not None:
            self.mounts[name] = design.mount
        if not design.walkable:
            self.fronts.append(unplaced.front.placed(*pose))
        return piece
