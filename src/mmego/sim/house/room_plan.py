"""A room while it is being furnished: what stands where, what floor must stay free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from mmego.sim.house.catalog import FURNITURE
from mmego.sim.house.layout import WALL, Cell
from mmego.sim.shapes.boxes import Box
from mmego.sim.shapes.shapes import Body, Doorway, Furniture, Point
from mmego.sim.shapes.style import Model, Style

Side = Literal["south", "north", "west", "east"]
YAW: dict[Side, float] = {"north": 0.0, "south": 180.0, "west": 90.0, "east": 270.0}
"""The yaw of what has its back at the wall on this side."""
GAP = 0.03
"""Metres between a back and its wall, and between neighbours."""
Spot = tuple[Point, float]
"""Position and yaw."""


class Draft:
    """A piece of furniture that is built and looks for a place. `front` is the floor that its users need."""

    def __init__(self, kind: str, style: Style) -> None:
        self.kind = kind
        self.model: Model = FURNITURE[kind].build(style)
        self.body = Body(tuple(self.model.parts))
        self.box = Box(*self.body.extent())
        low, high = self.box.low, self.box.high
        self.front = Box((low[0], low[1] - self.model.clearance, 0.0), (high[0], low[1], 2.0))


@dataclass(slots=True)
class RoomPlan:
    """`outer` are the sides that are walls of the house; `names` the furniture's names of the whole house.

    `solid` are boxes around all that stands or hangs; `ways` the floor through the doorways and `fronts` that before
    furniture, which nothing may stand on.
    """

    cell: Cell
    doors: list[Doorway]
    outer: list[Side]
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
        """The house's random numbers."""
        return self.style.rng

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the room."""
        return (self.cell.x0 + self.cell.x1) / 2, (self.cell.y0 + self.cell.y1) / 2

    def choose(self, spots: list[Spot]) -> Spot:
        """One of the spots."""
        return spots[int(self.rng.integers(len(spots)))]

    def find(self, kind: str) -> Furniture | None:
        """The room's first piece of this kind."""
        return next((piece for piece in self.placed if piece.kind == kind), None)

    def inside(self, box: Box) -> bool:
        """True if the box is between the walls."""
        cell, edge = self.cell, WALL - 1e-6
        fits_x = cell.x0 + edge <= box.low[0] and box.high[0] <= cell.x1 - edge
        return fits_x and cell.y0 + edge <= box.low[1] and box.high[1] <= cell.y1 - edge

    def fits(self, draft: Draft, spot: Spot, aisle: float = 0.0) -> bool:
        """True if the draft can stand there with `aisle` metres around it and its front free."""
        box = draft.box.placed(*spot)
        if not self.inside(box.grown(aisle, aisle)):
            return False
        if any(box.meets(other, max(aisle, GAP - 0.01)) for other in self.solid):
            return False
        if any(box.meets(zone) for zone in (*self.ways, *self.fronts)):
            return False
        front = draft.front.placed(*spot)
        return self.inside(front) and not any(front.meets(other) for other in self.solid)

    def along_walls(self, draft: Draft, height: float = 0.0, gap: float = GAP) -> Iterator[Spot]:
        """Spots with the back at each wall, 5 cm apart from corner to corner."""
        cell, margin = self.cell, WALL + gap
        for side, yaw in YAW.items():
            box = draft.box.placed((0.0, 0.0, 0.0), yaw)
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

    def add(self, name: str, draft: Draft, spot: Spot) -> Furniture:
        """Put a draft in the room for good."""
        (x, y, z), yaw = spot
        model = draft.model
        piece = Furniture(
            name=name,
            kind=draft.kind,
            room=self.cell.name,
            body=draft.body,
            position=(round(x, 3), round(y, 3), round(z, 3)),
            yaw=yaw,
            slots=tuple(model.slots),
            joints=tuple(model.joints),
            switchable=model.switchable,
            walkable=model.walkable,
        )
        self.placed.append(piece)
        self.names.add(name)
        self.solid.append(draft.box.placed(piece.position, yaw))
        if model.mount is not None:
            self.mounts[name] = model.mount
        if not model.walkable:
            self.fronts.append(draft.front.placed(*spot))
        return piece
