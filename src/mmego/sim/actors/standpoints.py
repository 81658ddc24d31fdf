"""Standpoints: where to stand to handle something, within arm's reach, on the open side, clear of moving doors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmego.sim.actors.state import Household, JointId, Spot
from mmego.sim.house.floor_grid import CELL, Mask
from mmego.sim.shapes.geometry import front_heading, joint_point, to_world
from mmego.sim.shapes.shapes import Furniture, Point

CacheKey = tuple[str, Point, bool, bool]

REACH = 1.1
"""Greatest distance of a thing from a walker's middle, along the floor, in metres."""
NEAR = 0.36
"""Least distance: a nearer thing is at the feet, below the view."""
_SWEEP = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Target:
    """A point to handle: world coordinates, the best distance, and whether it is open at the front only.

    `sweep` is a door or drawer whose path must be clear: always if `moves`, else only if possible.
    """

    furniture: Furniture
    point: Point
    ideal: float = 0.62
    front: bool = False
    sweep: JointId | None = None
    moves: bool = False


def slot_target(home: Household, spot: Spot) -> Target:
    """Return the target for picking from or putting on a slot as it is now."""
    furniture, point = home.furniture[spot[0]], home.point(spot)
    behind = home.joint_of(spot)
    if behind is None:
        return Target(furniture, point, 0.62, _is_tall(furniture, point))
    drawer = furniture.joints[behind[1]].kind == "slide"
    return Target(furniture, point, 0.55 if drawer else 0.62, True, None if drawer else behind)


def joint_target(home: Household, joint_id: JointId) -> Target:
    """Return the target for opening or closing a door or drawer: its handle while it is closed.

    The standpoint is out of its path. It is closed from where it was opened: the wearer sees what it hides.
    """
    furniture = home.furniture[joint_id[0]]
    joint = furniture.joints[joint_id[1]]
    point = to_world(furniture, joint_point(joint, joint.handle, 0.0))
    return Target(furniture, point, 0.72, True, joint_id, True)


def switch_target(home: Household, name: str) -> Target:
    """Return the target for switching something: a point on the front of its upper half."""
    furniture = home.furniture[name]
    low, high = furniture.body.extent()
    z = low[2] + 0.6 * (high[2] - low[2])
    point = to_world(furniture, ((low[0] + high[0]) / 2, low[1] + 0.3 * (high[1] - low[1]), z))
    if point[2] > 1.5:
        point = (point[0], point[1], 1.5)
    return Target(furniture, point, 0.65, _is_tall(furniture, point) and high[0] - low[0] > 0.5)


def _is_tall(furniture: Furniture, point: Point) -> bool:
    """Return True if the furniture rises well above the point, which is then reached from the front only."""
    return furniture.position[2] + furniture.body.extent()[1][2] > point[2] + 0.25


class Standpoints:
    """Finds where the wearer can stand to reach a target; door sweeps and candidate cells are cached."""

    def __init__(self, home: Household) -> None:
        self.home = home
        self._rooms = {room.name: room for room in home.house.rooms}
        self._cache: dict[CacheKey, tuple[npt.NDArray[np.int_], npt.NDArray[np.float64]]] = {}
        self._sweeps: dict[JointId, Mask] = {}

    def sweep(self, joint_id: JointId) -> Mask:
        """Return the cells where a moving door or drawer would hit or crowd a person."""
        if joint_id not in self._sweeps:
            self._sweeps[joint_id] = self.home.swept(joint_id, _SWEEP, 0.38)
        return self._sweeps[joint_id]

    def find(
        self, target: Target, x: float, y: float, avoid: Sequence[tuple[float, float]] = ()
    ) -> tuple[float, float] | None:
        """Return the best standpoint for `target` that can be walked to from (x, y), or None.

        Standpoints within 0.7 m of a point of `avoid` are left out. Of equally good ones the nearer wins.
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
        """Return (n, 2) cells to stand on and (n,) their costs; only fixed things count."""
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
            # The wearer opens and closes the door from the same standpoint, without steps around an open door.
            clear = fit & ~self.sweep(target.sweep)
            if target.moves or clear.any():
                fit = clear
        cells = np.argwhere(fit)
        d, c = distance[fit], cosine[fit]
        scores = 6 * np.maximum(d - target.ideal, 0) + 3 * np.maximum(target.ideal - d, 0) + 0.3 * (1 - c)
        return cells, scores
