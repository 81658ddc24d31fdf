"""Visibility of rooms from a point: its own room, and rooms behind doorways in line of sight."""

from __future__ import annotations

import math

from mmego.sim.shapes.geometry import heading_to, wrap
from mmego.sim.shapes.shapes import Doorway, House

_NEAR = 0.6
"""Nearer than this to a doorway's middle, both rooms count as seen in full."""


def visible_rooms(house: House, x: float, y: float) -> set[str]:
    """Return the rooms of which a part may be in sight from (x, y), in any direction.

    From outside all rooms (a test's camera), every room counts.
    """
    inside = [room.name for room in house.rooms if room.x0 <= x <= room.x1 and room.y0 <= y <= room.y1]
    if not inside:
        return {room.name for room in house.rooms}
    seen = set(inside)
    for room in inside:
        _look(house, x, y, room, None, (), seen)
    return seen


def _look(
    house: House,
    x: float,
    y: float,
    room: str,
    cone: tuple[float, float] | None,
    passed: tuple[Doorway, ...],
    seen: set[str],
) -> None:
    """Add the rooms seen through the doorways of `room` within `cone` (middle heading, half angle; None: all round)."""
    for door in house.doorways:
        if room not in door.rooms or door in passed:
            continue
        through = _narrowed(cone, _cone(door, x, y))
        if through is None:
            continue
        behind = door.rooms[1] if door.rooms[0] == room else door.rooms[0]
        seen.add(behind)
        near = math.hypot(door.x - x, door.y - y) < _NEAR
        _look(house, x, y, behind, None if near else through, (*passed, door), seen)


def _cone(door: Doorway, x: float, y: float) -> tuple[float, float]:
    """Return the middle heading and half angle (degrees) of a doorway as seen from (x, y)."""
    half = door.width / 2
    dx, dy = (half, 0.0) if door.along == "x" else (0.0, half)
    first = heading_to(x, y, door.x - dx, door.y - dy)
    span = wrap(heading_to(x, y, door.x + dx, door.y + dy) - first)
    return first + span / 2, abs(span) / 2


def _narrowed(cone: tuple[float, float] | None, other: tuple[float, float]) -> tuple[float, float] | None:
    """Return the part of `other` inside `cone`, None if there is none."""
    if cone is None:
        return other
    offset = wrap(other[0] - cone[0])
    low, high = max(-cone[1], offset - other[1]), min(cone[1], offset + other[1])
    return (cone[0] + (low + high) / 2, (high - low) / 2) if low < high else None
