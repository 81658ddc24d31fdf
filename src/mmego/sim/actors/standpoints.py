"""Where to stand to handle something: within arm's reach, on the open side, off the sweep of doors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmego.sim.actors.state import Hinge, Household, Spot
from mmego.sim.house.paths import CELL, Mask
from mmego.sim.shapes.geometry import front_heading, joint_point, to_world
from mmego.sim.shapes.shapes import Furniture, Point

Key = tuple[str, Point, bool, bool]

REACH = 1.1
"""Farthest a thing can be from a walker's middle, along the floor, in metres."""
NEAR = 0.36
"""Nearest it may be: nearer and it lies at one's feet, below the view."""
_SWEEP = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Target:
    """A point to handle: world coordinates, the distance to like best, and whether it is open at the front only.

    `sweep` is a door or drawer to keep out of the way of: always if `moves`, else only if one can.
    """

    furniture: Furniture
    point: Point
    ideal: float = 0.62
    front: bool = False
    sweep: Hinge | None = None
    moves: bool = False


def slot_target(home: Household, spot: Spot) -> Target:
    """The target of picking from or putting on a slot as it is now."""
    furniture, point = home.furniture[spot[0]], home.point(spot)
    behind = home.joint_of(spot)
    if behind is None:
        return Target(furniture, point, 0.62, _is_tall(furniture, point))
    drawer = furniture.joints[behind[1]].kind == "slide"
    return Target(furniture, point, 0.55 if drawer else 0.62, True, None if drawer else behind)


def joint_target(home: Household, hinge: Hinge) -> Target:
    """The target of opening or closing a door or drawer: its handle where it is closed, from where it hits nobody.

    It is closed from where it was opened, so that one looks into what is being closed.
    """
    furniture = home.furniture[hinge[0]]
    joint = furniture.joints[hinge[1]]
    point = to_world(furniture, joint_point(joint, joint.handle, 0.0))
    return Target(furniture, point, 0.72, True, hinge, True)


def switch_target(home: Household, name: str) -> Target:
    """The target of switching something: a point on the front of its upper half."""
    furniture = home.furniture[name]
    low, high = furniture.body.extent()
    z = low[2] + 0.6 * (high[2] - low[2])
    point = to_world(furniture, ((low[0] + high[0]) / 2, low[1] + 0.3 * (high[1] - low[1]), z))
    if point[2] > 1.5:
        point = (point[0], point[1], 1.5)
    return Target(furniture, point, 0.65, _is_tall(furniture, point) and high[0] - low[0] > 0.5)


def _is_tall(furniture: Furniture, point: Point) -> bool:
    """True if the furniture rises well above the point: then it is reached into from the front."""
    return furniture.position[2] + furniture.body.extent()[1][2] > point[2] + 0.25


class Stands:
    """Finds standing places; remembers what does not change."""

    def __init__(self, home: Household) -> None:
        self.home = home
        self._rooms = {room.name: room for room in home.house.rooms}
        self._cache: dict[Key, tuple[npt.NDArray[np.int_], npt.NDArray[np.float64]]] = {}
        self._sweeps: dict[Hinge, Mask] = {}

    def sweep(self, hinge: Hinge) -> Mask:
        """Cells where a door or drawer would hit or crowd somebody while it moves."""
        if hinge not in self._sweeps:
            self._sweeps[hinge] = self.home.swept(hinge, _SWEEP, 0.38)
        return self._sweeps[hinge]

    def find(
        self, target: Target, x: float, y: float, avoid: Sequence[tuple[float, float]] = ()
    ) -> tuple[float, float] | None:
        """The best place to stand for `target` that can be walked to from (x, y), or None.

        Places within 0.7 m of a point of `avoid` are left out. Nearer places win among equally good ones.
        """
        cells, scores = self.candidates(target)
        if not len(cells):
            return None
        grid = self.home.grid
        i, j = cells[:, 0], cells[:, 1]
        fit = grid.free[i, j] & (grid.labels[i, j] == grid.labels[grid.nearest(x, y)])
        px, py = grid.x0 + CELL * i, grid.y0 + CELL * j
        for ax, ay in avoid:
            fit &= np.hypot(px - ax, py - ay) > 0.7
        if not fit.any():
            return None
        total = np.where(fit, scores + 0.15 * np.hypot(px - x, py - y), np.inf)
        best = int(np.argmin(total))
        return float(px[best]), float(py[best])

    def candidates(self, target: Target) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.float64]]:
        """(n, 2) cells to stand on and (n,) how bad each is, as far as only standing things matter."""
        key = (target.furniture.name, target.point, target.front, target.moves)
        if key not in self._cache:
            self._cache[key] = self._candidates(target)
        return self._cache[key]

    def _candidates(self, target: Target) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.float64]]:
        grid, room = self.home.grid, self._rooms[target.furniture.room]
        dx, dy = grid.x - target.point[0], grid.y - target.point[1]
        distance = np.hypot(dx, dy)
        fit = grid.static & (distance <= REACH) & (distance >= NEAR)
        fit &= (grid.x > room.x0) & (grid.x < room.x1) & (grid.y > room.y0) & (grid.y < room.y1)
        front = math.radians(front_heading(target.furniture))
        cosine = (dx * math.cos(front) + dy * math.sin(front)) / np.maximum(distance, 1e-6)
        if target.front:
            fit &= cosine > 0.5
        if target.sweep is not None:
            # Best where the door was opened and will be closed from: no stepping about an open door.
            clear = fit & ~self.sweep(target.sweep)
            if target.moves or clear.any():
                fit = clear
        cells = np.argwhere(fit)
        d, c = distance[fit], cosine[fit]
        scores = 6 * np.maximum(d - target.ideal, 0) + 3 * np.maximum(target.ideal - d, 0) + 0.3 * (1 - c)
        return cells, scores
