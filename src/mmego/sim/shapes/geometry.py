"""Plane geometry of a house: angles in degrees, and the world coordinates of points of furniture."""

from __future__ import annotations

import math

from mmego.sim.shapes.shapes import Furniture, House, Joint, Point


def wrap(degrees: float) -> float:
    """Return the same angle in [-180, 180)."""
    return (degrees + 180.0) % 360.0 - 180.0


def heading_to(x: float, y: float, to_x: float, to_y: float) -> float:
    """Return the heading in degrees (0 = +x, 90 = +y) from one point to another."""
    return math.degrees(math.atan2(to_y - y, to_x - x))


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Turn (x, y) counter-clockwise about the origin."""
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    return x * cosine - y * sine, x * sine + y * cosine


def to_world(furniture: Furniture, point: Point) -> Point:
    """Convert a point in the furniture's own coordinates to world coordinates."""
    x, y = turned(point[0], point[1], furniture.yaw)
    px, py, pz = furniture.position
    return px + x, py + y, pz + point[2]


def front_heading(furniture: Furniture) -> float:
    """Return the heading in which a piece of furniture faces (-y in its own coordinates)."""
    return furniture.yaw - 90.0


def joint_point(joint: Joint, point: Point, fraction: float) -> Point:
    """Convert a point of a joint's body, open by `fraction` 0..1, to furniture coordinates."""
    x, y, z = point
    if joint.kind == "hinge":
        x, y = turned(x, y, joint.opened * fraction)
    else:
        y -= joint.opened * fraction
    return joint.origin[0] + x, joint.origin[1] + y, joint.origin[2] + z


def slot_point(furniture: Furniture, slot: int, fraction: float = 0.0) -> Point:
    """Return the world coordinates of a slot; one in a drawer moves out with it by `fraction`."""
    x, y, z = furniture.slots[slot].position
    index = furniture.slots[slot].joint
    if index is not None and furniture.joints[index].kind == "slide":
        y -= furniture.joints[index].opened * fraction
    return to_world(furniture, (x, y, z))


def room_at(house: House, x: float, y: float) -> str | None:
    """Return the name of the room that holds (x, y), None between rooms."""
    for room in house.rooms:
        if room.x0 <= x <= room.x1 and room.y0 <= y <= room.y1:
            return room.name
    return None
