"""Axis-aligned boxes: the space that a placed body takes up."""

from __future__ import annotations

from dataclasses import dataclass

from mmego.sim.shapes.geometry import turned
from mmego.sim.shapes.shapes import Furniture, Point


@dataclass(frozen=True, slots=True)
class Box:
    """A box between two corners."""

    low: Point
    high: Point

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Return True if the boxes are nearer than `gap` on both level axes and overlap in height."""
        return (
            self.low[0] - gap < other.high[0]
            and other.low[0] - gap < self.high[0]
            and self.low[1] - gap < other.high[1]
            and other.low[1] - gap < self.high[1]
            and self.low[2] < other.high[2]
            and other.low[2] < self.high[2]
        )

    def grown(self, x: float, y: float) -> Box:
        """Return the box, wider by `x` and `y` metres on both sides."""
        low, high = self.low, self.high
        return Box((low[0] - x, low[1] - y, low[2]), (high[0] + x, high[1] + y, high[2]))

    def placed(self, position: Point, yaw: float) -> Box:
        """Convert a box in a body's coordinates to a world box, for a body turned by a multiple of 90 degrees."""
        low, high = self.low, self.high
        a, b = turned(low[0], low[1], yaw), turned(high[0], high[1], yaw)
        return Box(
            (position[0] + min(a[0], b[0]), position[1] + min(a[1], b[1]), position[2] + low[2]),
            (position[0] + max(a[0], b[0]), position[1] + max(a[1], b[1]), position[2] + high[2]),
        )


def furniture_box(furniture: Furniture) -> Box:
    """Return the box around a placed piece of furniture, without doors and drawers."""
    return Box(*furniture.body.extent()).placed(furniture.position, furniture.yaw)
