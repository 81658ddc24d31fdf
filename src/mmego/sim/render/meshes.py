"""Meshes: triangles for parts, walls and floors, with the light stored in the corners' colours.

Shapes: P corners, T triangles; every mesh is positions (P, 3), texture coordinates (P, 2), colours (P, 3) in 0..1 and
triangles (T, 3).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmego.sim.render.textures import REPEAT
from mmego.sim.shapes.shapes import Colour, Part, Point

Array = npt.NDArray[np.float64]
Triangles = npt.NDArray[np.int64]
_ROUND = 12
"""Corners of a circle."""
_RINGS = 7
"""Bands of a sphere from pole to pole."""


@dataclass(slots=True)
class Mesh:
    """Corners and triangles; triangles are visible from the side where they run counter-clockwise."""

    points: Array
    uv: Array
    colours: Array
    triangles: Triangles


@dataclass(frozen=True, slots=True)
class _Solid:
    """A unit shape: corners, normals, texture coordinates in 0..1, and the two axes of each face."""

    points: Array
    normals: Array
    uv: Array
    span: Triangles
    triangles: Triangles


@functools.cache
def _cube() -> _Solid:
    # Each face: axis and sign of its normal, then of its right and up directions as seen from outside.
    faces = (
        (1, -1, 0, 1, 2, 1),
        (1, 1, 0, -1, 2, 1),
        (0, 1, 1, 1, 2, 1),
        (0, -1, 1, -1, 2, 1),
        (2, 1, 0, 1, 1, 1),
        (2, -1, 0, 1, 1, -1),
    )
    points: list[Array] = []
    normals: list[Array] = []
    uv, span, triangles = [], [], []
    for axis, sign, right, right_sign, up, up_sign in faces:
        base = len(points)
        for u, v in ((0, 0), (1, 0), (1, 1), (0, 1)):
            corner, normal = np.zeros(3), np.zeros(3)
            corner[axis], corner[right], corner[up] = sign, right_sign * (2 * u - 1), up_sign * (2 * v - 1)
            normal[axis] = sign
            points.append(corner)
            normals.append(normal)
            uv.append((u, v))
            span.append((right, up))
        triangles += [(base, base + 1, base + 2), (base, base + 2, base + 3)]
    return _Solid(np.array(points), np.array(normals), np.array(uv, np.float64), np.array(span), np.array(triangles))


def _cylinder(bottom: float, half: float, top: float) -> tuple[Array, Array, Array, Triangles]:
    """Return corners, normals, texture coordinates (turns, metres of height) and triangles of a cone's stump on z."""
    angle = np.arange(_ROUND + 1) * 2 * np.pi / _ROUND
    cos, sin, one = np.cos(angle), np.sin(angle), np.ones(_ROUND + 1)
    low = np.stack([bottom * cos, bottom * sin, -half * one], -1)
    high = np.stack([top * cos, top * sin, half * one], -1)
    slope = (bottom - top) / (2 * half)
    flat = 1 / math.hypot(1, slope)
    side = np.stack([flat * cos, flat * sin, flat * slope * one], -1)
    up = np.stack([0 * one, 0 * one, one], -1)
    points = np.concatenate([low, high, low, high])
    normals = np.concatenate([side, side, -up, up])
    around = angle * max(bottom, top)
    uv = np.concatenate(
        [np.stack([around, -half * one], -1), np.stack([around, half * one], -1), low[:, :2], high[:, :2]]
    )
    n = _ROUND + 1
    i = np.arange(_ROUND)
    fan = np.arange(1, _ROUND - 1)
    triangles = np.concatenate(
        [
            np.stack([i, i + 1, n + i + 1], -1),
            np.stack([i, n + i + 1, n + i], -1),
            np.stack([2 * n + 0 * fan, 2 * n + fan + 1, 2 * n + fan], -1),
            np.stack([3 * n + 0 * fan, 3 * n + fan, 3 * n + fan + 1], -1),
        ]
    )
    return points, normals, uv, triangles


@functools.cache
def _ball() -> _Solid:
    theta = np.linspace(0, np.pi, _RINGS + 1)
    phi = np.arange(_ROUND) * 2 * np.pi / _ROUND
    grid = np.stack(
        [
            np.outer(np.sin(theta), np.cos(phi)),
            np.outer(np.sin(theta), np.sin(phi)),
            np.outer(np.cos(theta), np.ones(_ROUND)),
        ],
        -1,
    ).reshape(-1, 3)
    triangles = []
    for ring in range(_RINGS):
        for k in range(_ROUND):
            a, b = ring * _ROUND + k, ring * _ROUND + (k + 1) % _ROUND
            if ring > 0:
                triangles.append((a, a + _ROUND, b))
            if ring < _RINGS - 1:
                triangles.append((b, a + _ROUND, b + _ROUND))
    return _Solid(grid, grid, np.zeros((len(grid), 2)), np.zeros((len(grid), 2), np.int64), np.array(triangles))


def shade(normals: Array) -> Array:
    """Compute the light (P,) on surfaces with the given normals: most from above, and more from one side."""
    light: Array = np.clip(0.80 + 0.20 * normals[:, 2] + 0.08 * normals[:, 0] - 0.07 * normals[:, 1], 0.35, 1.0)
    return light


def part_mesh(part: Part, yaw: float = 0.0, colour: Colour | None = None) -> Mesh:
    """Build the mesh of one part in its body's coordinates, lit as if the body were turned by `yaw` degrees.

    `colour` replaces the part's own. A box's texture covers each face, at the texture's scale.
    """
    size = np.array(part.size)
    if part.shape == "box":
        cube = _cube()
        points, normals, triangles = cube.points * size, cube.normals, cube.triangles
        repeat = REPEAT[part.texture] if part.texture else None
        uv = cube.uv if repeat is None else cube.uv * (2 * size)[cube.span] / repeat
        if part.texture == "piano keys":
            uv = uv * (7.0, 1.0)
    elif part.shape == "cylinder":
        points, normals, uv, triangles = _cylinder(*part.size)
        repeat = REPEAT[part.texture] if part.texture else None
        uv = uv / (repeat or 1.0)
        order = {"z": (0, 1, 2), "x": (2, 0, 1), "y": (1, 2, 0)}[part.axis]
        points, normals = points[:, order], normals[:, order]
    else:
        ball = _ball()
        points, uv, triangles = ball.points * size, ball.uv, ball.triangles
        normals = ball.points / size
        normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    if part.turn:
        points, normals = rotated(points, part.turn), rotated(normals, part.turn)
    tint = np.array(part.colour if colour is None else colour)
    colours = shade(rotated(normals, yaw) if yaw else normals)[:, None] * tint
    return Mesh(points + np.array(part.centre), uv, colours, triangles)


def rotated(points: Array, degrees: float) -> Array:
    """Turn (P, 3) points counter-clockwise about z."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = points[:, 0], points[:, 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos, points[:, 2]], -1)


def moved(mesh: Mesh, position: Point, yaw: float) -> Mesh:
    """Turn a mesh by `yaw` degrees, then move it; its colours stay."""
    return Mesh(rotated(mesh.points, yaw) + np.array(position), mesh.uv, mesh.colours, mesh.triangles)


def joined(meshes: Iterable[Mesh]) -> Mesh:
    """Join several meshes to one."""
    parts = list(meshes)
    offsets = np.cumsum([0, *(len(mesh.points) for mesh in parts)])
    return Mesh(
        np.concatenate([mesh.points for mesh in parts]),
        np.concatenate([mesh.uv for mesh in parts]),
        np.concatenate([mesh.colours for mesh in parts]),
        np.concatenate([mesh.triangles + offset for mesh, offset in zip(parts, offsets, strict=False)]),
    )


def sheet(origin: Point, right: Point, up: Point, colour: Colour, repeat: float, step: float = 0.45) -> Mesh:
    """Build a flat, unlit rectangle of small cells, visible from the side where `right` and `up` point so.

    Texture coordinates are world metres along the two directions, divided by `repeat`.
    """
    a, b = np.array(right), np.array(up)
    length, height = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    nu, nv = max(1, round(length / step)), max(1, round(height / step))
    u, v = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 1, nu + 1), np.linspace(0, 1, nv + 1), indexing="ij"))
    points = np.array(origin) + u[:, None] * a + v[:, None] * b
    start = np.array([np.dot(origin, a) / length, np.dot(origin, b) / height])
    uv = (np.stack([u * length, v * height], -1) + start) / repeat
    i, j = (axis.ravel() for axis in np.meshgrid(np.arange(nu), np.arange(nv), indexing="ij"))
    corner = i * (nv + 1) + j
    first = np.stack([corner, corner + nv + 1, corner + nv + 2], -1)
    second = np.stack([corner, corner + nv + 2, corner + 1], -1)
    colours = np.tile(np.array(colour), (len(points), 1))
    return Mesh(points, uv, colours, np.concatenate([first, second]))
