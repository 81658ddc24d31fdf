"""Short constructors for the parts of the catalogue's bodies, and the colours that they share."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from mmego.sim.shapes.shapes import Body, Colour, Part, Point

WHITE: Colour = (0.92, 0.92, 0.91)
BLACK: Colour = (0.07, 0.07, 0.08)
STEEL: Colour = (0.70, 0.72, 0.75)
CREAM: Colour = (0.93, 0.88, 0.76)
DARK: Colour = (0.20, 0.20, 0.22)
WOOD: Colour = (0.62, 0.43, 0.25)
GOLD: Colour = (0.85, 0.66, 0.22)
GLOW: Colour = (1.0, 0.95, 0.62)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from `first` to `second`."""
    r, g, b = (a + (c - a) * share for a, c in zip(first, second, strict=True))
    return (r, g, b)


def darker(colour: Colour, share: float = 0.35) -> Colour:
    """Mix `colour` with black."""
    return mix(colour, (0.0, 0.0, 0.0), share)


def lighter(colour: Colour, share: float = 0.35) -> Colour:
    """Mix `colour` with white."""
    return mix(colour, (1.0, 1.0, 1.0), share)


def box(
    centre: Point,
    half: Point,
    colour: Colour,
    texture: str | None = None,
    turn: float = 0.0,
    lit: Colour | None = None,
) -> Part:
    """Make a box with half extents `half`."""
    return Part("box", centre, half, colour, texture, "z", turn, lit)


def cylinder(
    centre: Point,
    radius: float,
    half: float,
    colour: Colour,
    top: float | None = None,
    axis: Literal["x", "y", "z"] = "z",
    turn: float = 0.0,
    texture: str | None = None,
    lit: Colour | None = None,
) -> Part:
    """Make a cylinder, or a cone's stump if `top` (the radius at the far end) differs from `radius`."""
    size = (radius, half, radius if top is None else top)
    return Part("cylinder", centre, size, colour, texture, axis, turn, lit)


def sphere(centre: Point, radii: Point | float, colour: Colour, turn: float = 0.0, lit: Colour | None = None) -> Part:
    """Make a sphere, or an ellipsoid for three radii."""
    size = (radii, radii, radii) if isinstance(radii, float) else radii
    return Part("sphere", centre, size, colour, None, "z", turn, lit)


def legs(x: float, y: float, height: float, half: float, colour: Colour) -> list[Part]:
    """Make four square legs that stand on the floor at (±x, ±y)."""
    return [box((sx * x, sy * y, height / 2), (half, half, height / 2), colour) for sx in (-1, 1) for sy in (-1, 1)]


def scaled(parts: list[Part], factor: float) -> Body:
    """Make a body of the parts, `factor` times as large, moved so that the middle of its bottom is the origin."""
    low, high = Body(tuple(parts)).extent()
    origin = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2])
    result = []
    for part in parts:
        x, y, z = ((c - o) * factor for c, o in zip(part.centre, origin, strict=True))
        half_x, half_y, half_z = (value * factor for value in part.size)
        result.append(replace(part, centre=(x, y, z), size=(half_x, half_y, half_z)))
    return Body(tuple(result))
