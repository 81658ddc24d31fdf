"""The floor grid: 10 cm cells that are free or blocked, and routes over the free ones by A*."""

from __future__ import annotations

import heapq
import math

import numpy as np
import numpy.typing as npt

from mmego.sim.shapes.geometry import turned
from mmego.sim.shapes.shapes import Body, Furniture, House

Route = list[tuple[float, float]]
Mask = npt.NDArray[np.bool_]

CELL = 0.1
"""Side of a grid cell in metres."""
CLEARANCE = 0.24
"""Distance of a walker's middle from furniture and walls, in metres."""
HEADROOM = 1.7
"""Bodies that hang higher than this (metres) do not block the floor."""


class Grid:
    """The floor of a house as cells that are free or blocked; blocked areas are grown by `CLEARANCE`.

    Add things that move (an open door) with `block`, and remove them with `unblock`.
    """

    def __init__(self, house: House) -> None:
        margin = 3 * CELL
        self.x0 = min(room.x0 for room in house.rooms) - margin
        self.y0 = min(room.y0 for room in house.rooms) - margin
        self.nx = math.ceil((max(room.x1 for room in house.rooms) + margin - self.x0) / CELL) + 1
        self.ny = math.ceil((max(room.y1 for room in house.rooms) + margin - self.y0) / CELL) + 1
        self.x = (self.x0 + CELL * np.arange(self.nx))[:, None]
        self.y = (self.y0 + CELL * np.arange(self.ny))[None, :]
        free = self._floor(house)
        for furniture in house.furniture:
            if blocks(furniture):
                free &= ~self.footprint(furniture.body, furniture.position[:2], furniture.yaw)
        free[[0, -1], :] = False
        free[:, [0, -1]] = False
        self.static = free
        self._extra: dict[str, Mask] = {}
        self._update()

    def _floor(self, house: House) -> Mask:
        free = np.zeros((self.nx, self.ny), np.bool_)
        for room in house.rooms:
            inside_x = (self.x >= room.x0 + CLEARANCE) & (self.x <= room.x1 - CLEARANCE)
            free |= inside_x & (self.y >= room.y0 + CLEARANCE) & (self.y <= room.y1 - CLEARANCE)
        for door in house.doorways:
            half, through = max(door.width / 2 - 0.22, CELL), 0.5
            dx, dy = (half, through) if door.along == "x" else (through, half)
            free |= (abs(self.x - door.x) <= dx) & (abs(self.y - door.y) <= dy)
        return free

    def footprint(self, body: Body, position: tuple[float, float], yaw: float, clearance: float = CLEARANCE) -> Mask:
        """Return the cells nearer than `clearance` metres to the bounding box of a body placed at `position`, `yaw`."""
        low, high = body.extent()
        centre = turned((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, yaw)
        dx, dy = self.x - position[0] - centre[0], self.y - position[1] - centre[1]
        angle = math.radians(yaw)
        u = abs(dx * math.cos(angle) + dy * math.sin(angle)) - (high[0] - low[0]) / 2
        v = abs(dy * math.cos(angle) - dx * math.sin(angle)) - (high[1] - low[1]) / 2
        near: Mask = np.square(np.maximum(u, 0)) + np.square(np.maximum(v, 0)) < clearance**2
        return near

    def block(self, name: str, cells: Mask) -> None:
        """Block `cells` until `unblock(name)`."""
        self._extra[name] = cells
        self._update()

    def unblock(self, name: str) -> None:
        """Free what `block(name, ...)` blocked; an unknown name has no effect."""
        if self._extra.pop(name, None) is not None:
            self._update()

    def _update(self) -> None:
        free = self.static.copy()
        for cells in self._extra.values():
            free &= ~cells
        self.free = free
        self._flat: list[bool] = free.ravel().tolist()
        self._labels: npt.NDArray[np.int32] | None = None

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Return the cell that holds (x, y), clipped to the grid."""
        i, j = round((x - self.x0) / CELL), round((y - self.y0) / CELL)
        return min(max(i, 0), self.nx - 1), min(max(j, 0), self.ny - 1)

    def point(self, cell: tuple[int, int]) -> tuple[float, float]:
        """Return the middle of a cell in metres."""
        return self.x0 + CELL * cell[0], self.y0 + CELL * cell[1]

    def nearest(self, x: float, y: float) -> tuple[int, int]:
        """Return the free cell nearest to (x, y)."""
        i, j = self.cell(x, y)
        if self._flat[i * self.ny + j]:
            return i, j
        cells = np.argwhere(self.free)
        k = int(np.argmin(np.square(cells - (i, j)).sum(1)))
        return int(cells[k, 0]), int(cells[k, 1])

    @property
    def labels(self) -> npt.NDArray[np.int32]:
        """Return the number of each free cell's connected region, (nx, ny); 0 for blocked cells."""
        if self._labels is None:
            self._labels = self._label()
        return self._labels

    def _label(self) -> npt.NDArray[np.int32]:
        flat, ny = self._flat, self.ny
        labels = [0] * len(flat)
        count = 0
        for seed, free in enumerate(flat):
            if not free or labels[seed]:
                continue
            count += 1
            labels[seed] = count
            stack = [seed]
            while stack:
                cell = stack.pop()
                for other in (cell - 1, cell + 1, cell - ny, cell + ny):
                    if flat[other] and not labels[other]:
                        labels[other] = count
                        stack.append(other)
        return np.array(labels, np.int32).reshape(self.nx, self.ny)

    def sees(self, a: tuple[float, float], b: tuple[float, float]) -> bool:
        """Return True if the straight line between two cells (fractional indices) crosses free cells only."""
        steps = int(max(abs(b[0] - a[0]), abs(b[1] - a[1])) * 2) + 1
        di, dj = (b[0] - a[0]) / steps, (b[1] - a[1]) / steps
        flat, ny = self._flat, self.ny
        return all(flat[int(a[0] + di * k + 0.5) * ny + int(a[1] + dj * k + 0.5)] for k in range(steps + 1))

    def route(self, start: tuple[float, float], goal: tuple[float, float]) -> Route | None:
        """Return the corner points of a short route from `start` to `goal` in metres, without the start, or None."""
        a, b = self.nearest(*start), self.nearest(*goal)
        if self.sees(a, b):
            return [self.point(b)]
        if self.labels[a] != self.labels[b]:
            return None
        cells = self._search(a, b)
        way, i = [], 0
        while i < len(cells) - 1:
            j = min(len(cells) - 1, i + 60)
            while j > i + 1 and not self.sees(cells[i], cells[j]):
                j -= 1
            way.append(self.point(cells[j]))
            i = j
        return way

    def _search(self, a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
        """Search between two cells of one region with A*; a raised estimate makes it much faster, little longer."""
        flat, ny = self._flat, self.ny
        start, goal, (bi, bj) = a[0] * ny + a[1], b[0] * ny + b[1], b
        diagonal = math.sqrt(2)
        steps = [(1, 1.0), (-1, 1.0), (ny, 1.0), (-ny, 1.0)]
        steps += [(ny + 1, diagonal), (ny - 1, diagonal), (1 - ny, diagonal), (-ny - 1, diagonal)]
        cost = {start: 0.0}
        came: dict[int, int] = {}
        done: set[int] = set()
        queue: list[tuple[float, int]] = [(0.0, start)]
        while queue:
            cell = heapq.heappop(queue)[1]
            if cell == goal:
                break
            if cell in done:
                continue
            done.add(cell)
            base = cost[cell]
            for step, length in steps:
                other = cell + step
                if not flat[other] or other in done:
                    continue
                new = base + length
                if new < cost.get(other, math.inf):
                    cost[other], came[other] = new, cell
                    i, j = divmod(other, ny)
                    di, dj = abs(i - bi), abs(j - bj)
                    estimate = di + dj - 0.5858 * min(di, dj)
                    heapq.heappush(queue, (new + 1.25 * estimate, other))
        cells = [goal]
        while cells[-1] != start:
            cells.append(came[cells[-1]])
        return [divmod(cell, ny) for cell in reversed(cells)]


def blocks(furniture: Furniture) -> bool:
    """Return True if a walker has to go round this piece of furniture."""
    return not furniture.walkable and furniture.position[2] + furniture.body.extent()[0][2] < HEADROOM
