"""The occupancy grid and A*."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmego.sim.house.floor_grid import CLEARANCE, Grid
from tests.sim.hand_made_house import box, make_house


@pytest.fixture
def grid() -> Grid:
    return Grid(make_house())


def length(start: tuple[float, float], way: list[tuple[float, float]]) -> float:
    return sum(math.dist(a, b) for a, b in zip([start, *way], way, strict=False))


def test_furniture_and_walls_block_and_rugs_do_not(grid: Grid) -> None:
    assert not grid.free[grid.cell(1.8, 1.4)]  # the middle of the kitchen table
    assert not grid.free[grid.cell(0.1, 2.0)]  # at the wall
    assert not grid.free[grid.cell(4.06, 3.0)]  # in the wall between the rooms
    assert grid.free[grid.cell(6.0, 1.5)]  # on the rug
    assert grid.free[grid.cell(4.06, 1.5)]  # in the doorway


def test_clearance_is_kept_from_a_turned_box(grid: Grid) -> None:
    cells = grid.footprint(box(0.5, 0.1, 0.4), (2.0, 2.0), 45.0)
    corner = 2.0 + (0.5 + CLEARANCE) * math.sqrt(0.5)
    assert cells[grid.cell(corner - 0.07, corner - 0.07)]
    assert not cells[grid.cell(corner + 0.1, corner + 0.1)]
    assert not cells[grid.cell(2.4, 1.6)]  # beside its long side


def test_a_way_leads_round_furniture_through_the_doorway(grid: Grid) -> None:
    start, goal = (0.6, 1.4), (7.0, 1.0)
    way = grid.route(start, goal)
    assert way is not None
    assert math.dist(way[-1], goal) < 0.08
    points = [start, *way]
    for a, b in zip(points, way, strict=False):
        for share in np.linspace(0, 1, 50):
            assert grid.free[grid.cell(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)]
    assert length(start, way) < 1.2 * math.dist(start, goal)


def test_the_way_is_nearly_the_shortest(grid: Grid) -> None:
    """Against Dijkstra over the same cells, which is exact on the grid."""
    rng = np.random.default_rng(0)
    cells = np.argwhere(grid.free)
    for _ in range(10):
        a, b = (tuple(int(v) for v in cells[rng.integers(len(cells))]) for _ in range(2))
        way = grid.route(grid.point((a[0], a[1])), grid.point((b[0], b[1])))
        assert way is not None
        assert length(grid.point((a[0], a[1])), way) <= 1.1 * dijkstra(grid, a, b) + 0.05


def dijkstra(grid: Grid, a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Length in metres of the shortest way over neighbouring cells, by plain relaxation."""
    cost = np.full(grid.free.shape, np.inf)
    cost[a] = 0.0
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    while True:
        best = cost.copy()
        for i, j in steps:
            best = np.minimum(best, np.roll(cost, (i, j), (0, 1)) + math.hypot(i, j))
        best[~grid.free] = np.inf
        if np.array_equal(best, cost):
            return float(cost[b]) * 0.1
        cost = best


def test_no_way_through_a_blocked_doorway_until_it_is_freed(grid: Grid) -> None:
    cells = grid.footprint(box(0.3, 0.8, 1.0), (4.06, 1.5), 0.0)
    grid.block("cupboard", cells)
    assert grid.route((2.8, 2.2), (6.0, 1.5)) is None
    assert grid.labels[grid.cell(2.8, 2.2)] != grid.labels[grid.cell(6.0, 1.5)]
    grid.unblock("cupboard")
    assert grid.route((2.8, 2.2), (6.0, 1.5)) is not None


def test_a_start_within_furniture_is_moved_to_the_nearest_free_cell(grid: Grid) -> None:
    i, j = grid.nearest(1.8, 1.4)
    assert grid.free[i, j]
    assert math.dist(grid.point((i, j)), (1.8, 1.4)) < 0.8
