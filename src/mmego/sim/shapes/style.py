"""The style that the furniture of one house has in common, and the design that a furniture builder returns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mmego.sim.shapes.parts import lighter
from mmego.sim.shapes.shapes import Colour, Joint, Part, Point, Slot

_WOODS: tuple[Colour, ...] = (
    (0.93, 0.74, 0.50),
    (0.80, 0.58, 0.36),
    (0.62, 0.40, 0.24),
    (0.50, 0.30, 0.18),
    (0.72, 0.42, 0.26),
    (0.86, 0.80, 0.72),
)
_CABINETS: tuple[Colour, ...] = (
    (0.92, 0.91, 0.88),
    (0.62, 0.76, 0.80),
    (0.66, 0.76, 0.62),
    (0.88, 0.80, 0.62),
    (0.42, 0.50, 0.60),
    (0.78, 0.62, 0.58),
)
_FABRICS: tuple[Colour, ...] = (
    (0.28, 0.42, 0.58),
    (0.55, 0.32, 0.30),
    (0.38, 0.50, 0.38),
    (0.66, 0.60, 0.52),
    (0.45, 0.44, 0.50),
    (0.72, 0.55, 0.30),
    (0.40, 0.30, 0.48),
    (0.30, 0.52, 0.54),
)


@dataclass(frozen=True, slots=True)
class Style:
    """One house's materials, drawn from `rng`; builders draw their own variations from it, too."""

    rng: np.random.Generator
    wood: Colour
    dark_wood: Colour
    cabinet: Colour
    fabric: Colour
    fabric_2: Colour
    accent: Colour
    stone: Colour

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Style:
        """Draw the materials with `rng`."""
        wood = _WOODS[int(rng.integers(len(_WOODS)))]
        fabrics = rng.permutation(len(_FABRICS))
        stones: tuple[Colour, ...] = (
            (0.34, 0.34, 0.36),
            (0.62, 0.58, 0.54),
            (0.50, 0.44, 0.40),
            (0.28, 0.32, 0.36),
        )
        return cls(
            rng,
            wood,
            _WOODS[2 + int(rng.integers(2))],
            _CABINETS[int(rng.integers(len(_CABINETS)))],
            _FABRICS[int(fabrics[0])],
            _FABRICS[int(fabrics[1])],
            lighter(_FABRICS[int(fabrics[2])], 0.15),
            stones[int(rng.integers(len(stones)))],
        )

    def pick(self, *choices: Colour) -> Colour:
        """Draw one of the colours."""
        return choices[int(self.rng.integers(len(choices)))]

    def between(self, low: float, high: float) -> float:
        """Draw a length between the two, in whole centimetres."""
        return round(float(self.rng.uniform(low, high)), 2)


@dataclass(slots=True)
class FurnitureDesign:
    """A piece of furniture before it is named and placed.

    `mount` is the place for a lamp, a TV or a radio, clear of every slot. `clearance` is the free floor (metres) that
    its front needs.
    """

    parts: list[Part]
    slots: list[Slot] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)
    switchable: bool = False
    walkable: bool = False
    mount: Point | None = None
    clearance: float = 0.7


def row(count: int, spacing: float, y: float, z: float, x: float = 0.0) -> list[Slot]:
    """Make `count` slots side by side around `x`."""
    return [Slot((round(x + (i - (count - 1) / 2) * spacing, 3), y, z)) for i in range(count)]
