"""A house and its things as bodies made of primitive parts, for any renderer.

Units are metres; z is up; a body's origin is its bottom centre.

A body faces -y: its front (drawers, doors, the open side of a seat) points to -y at yaw 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Colour = tuple[float, float, float]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One primitive.

    `size` is for a box the half extents (x, y, z); for a cylinder (bottom radius, half height, top radius), standing
    on z; for a sphere the three radii. `texture` names an entry of the renderer's texture table, tinted by `colour`.
    `axis` lays a cylinder along another axis (its bottom at the minus end); `turn` then turns the part about the
    vertical through its centre, in degrees; `lit` is the colour of a part that shines: in a switchable thing while it
    is on, in others always.
    """

    shape: Literal["box", "cylinder", "sphere"]
    centre: Point
    size: Point
    colour: Colour
    texture: str | None = None
    axis: Literal["x", "y", "z"] = "z"
    turn: float = 0.0
    lit: Colour | None = None

    def half_extent(self) -> Point:
        """Return half the sides of the part's bounding box along the body's axes."""
        x, y, z = self.size
        if self.shape == "cylinder":
            radius = max(self.size[0], self.size[2])
            sides = {"x": (y, radius, radius), "y": (radius, y, radius), "z": (radius, radius, y)}
            x, y, z = sides[self.axis]
        cos, sin = abs(math.cos(math.radians(self.turn))), abs(math.sin(math.radians(self.turn)))
        if self.shape == "sphere":
            return math.hypot(x * cos, y * sin), math.hypot(x * sin, y * cos), z
        return x * cos + y * sin, x * sin + y * cos, z


@dataclass(frozen=True, slots=True)
class Body:
    """A rigid thing: parts in its own coordinates."""

    parts: tuple[Part, ...]

    def extent(self) -> tuple[Point, Point]:
        """Return the lowest and highest corner of the parts' bounding box, in the body's own coordinates."""
        low, high = [float("inf")] * 3, [float("-inf")] * 3
        for part in self.parts:
            half = part.half_extent()
            for axis in range(3):
                low[axis] = min(low[axis], part.centre[axis] - half[axis])
                high[axis] = max(high[axis], part.centre[axis] + half[axis])
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on a piece of furniture for one object, in the furniture's coordinates; `preposition` on/in.

    `joint` is the index of the furniture's joint that must be open to reach it, or None. A slot in a drawer moves with
    the drawer; `position` is its place while the drawer is closed.
    """

    position: Point
    preposition: Literal["on", "in"] = "on"
    joint: int | None = None


@dataclass(frozen=True, slots=True)
class Joint:
    """A moving part of furniture: a door that turns about z at `origin`, or a drawer that slides along -y.

    `name` is its name in narrations ("fridge", "drawer of the dresser"); `body` is in the joint's own coordinates
    with `origin` as zero; `opened` is degrees (hinge) or metres (slide); `handle` is in the joint's coordinates.
    """

    name: str
    kind: Literal["hinge", "slide"]
    origin: Point
    body: Body
    opened: float
    handle: Point


@dataclass(frozen=True, slots=True)
class Furniture:
    """A piece of furniture placed in a room.

    `name` is unique in its house and used in narrations ("kitchen counter", "desk"); `kind` is the catalogue's.
    `position` (floor, metres) and `yaw` (degrees, counter-clockwise) place the body; `switchable` things (lamps, TV)
    can be switched on and off; `walkable` things (rugs, ceiling lamps, pictures) do not block the floor.
    """

    name: str
    kind: str
    room: str
    body: Body
    position: Point
    yaw: float
    slots: tuple[Slot, ...] = ()
    joints: tuple[Joint, ...] = ()
    switchable: bool = False
    walkable: bool = False


@dataclass(frozen=True, slots=True)
class HouseItem:
    """A movable object; `name` is colour plus kind ("red mug") and unique in its house.

    At the start it lies on the furniture named `place`, on the slot with index `slot`.
    """

    name: str
    kind: str
    colour: str
    body: Body
    place: str
    slot: int
    yaw: float


@dataclass(frozen=True, slots=True)
class Room:
    """An axis-aligned room: x0 < x1, y0 < y1 in metres; textures and tints of floor and wall."""

    name: str
    x0: float
    y0: float
    x1: float
    y1: float
    floor_texture: str
    floor_colour: Colour
    wall_texture: str
    wall_colour: Colour


@dataclass(frozen=True, slots=True)
class Doorway:
    """An opening between two rooms, centred at (x, y) on their shared wall; `along` is that wall's axis."""

    rooms: tuple[str, str]
    x: float
    y: float
    width: float
    along: Literal["x", "y"]


@dataclass(frozen=True, slots=True)
class House:
    """Everything in a house, fixed or movable, made by `generator.make_house(seed)`.

    `person` names the other person who lives here ("man X", "woman Y"), or None. `height` is floor to ceiling.
    """

    seed: int
    rooms: tuple[Room, ...]
    doorways: tuple[Doorway, ...]
    furniture: tuple[Furniture, ...]
    items: tuple[HouseItem, ...]
    person: str | None
    height: float = 2.6
