"""Meshes: closed, facing outwards, as large as the part says, and lit from above."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.render.meshes import joined, moved, part_mesh, shade, sheet
from mmego.sim.shapes.parts import box, cylinder, sphere
from mmego.sim.shapes.shapes import Body, Part

PARTS = [
    box((1, 2, 3), (0.3, 0.2, 0.1), (1, 1, 1)),
    box((0, 0, 0), (0.3, 0.2, 0.1), (1, 1, 1), turn=30),
    cylinder((0, 1, 0), 0.2, 0.5, (1, 1, 1), 0.1),
    cylinder((0, 1, 0), 0.2, 0.5, (1, 1, 1), axis="x"),
    cylinder((0, 1, 0), 0.1, 0.5, (1, 1, 1), 0.2, axis="y", turn=70),
    sphere((0, 0, 1), (0.3, 0.2, 0.1), (1, 1, 1), turn=45),
]


@pytest.mark.parametrize("part", PARTS)
def test_triangles_face_outwards_and_enclose_the_volume(part: Part) -> None:
    mesh = part_mesh(part)
    corners = mesh.points[mesh.triangles] - np.array(part.centre)
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    assert (volume > -1e-9).all()
    x, y, z = part.size
    whole = {
        "box": 8 * x * y * z,
        "cylinder": 2 * np.pi / 3 * y * (x * x + x * z + z * z),
        "sphere": 4 / 3 * np.pi * x * y * z,
    }[part.shape]
    assert 0.8 * whole <= volume.sum() <= whole * 1.0001


@pytest.mark.parametrize("part", PARTS)
def test_mesh_stays_inside_the_extent(part: Part) -> None:
    low, high = Body((part,)).extent()
    points = part_mesh(part).points
    assert (points >= np.array(low) - 1e-9).all()
    assert (points <= np.array(high) + 1e-9).all()
    assert (points.max(0) - points.min(0) > 0.75 * np.subtract(high, low)).all()


def test_a_cylinders_top_is_towards_plus_of_its_axis() -> None:
    points = part_mesh(cylinder((0, 0, 0), 0.2, 0.5, (1, 1, 1), 0.05, axis="y")).points
    assert abs(points[points[:, 1] > 0.49][:, 0]).max() == pytest.approx(0.05)
    assert abs(points[points[:, 1] < -0.49][:, 0]).max() == pytest.approx(0.2)


def test_box_textures_are_upright_from_every_side() -> None:
    mesh = part_mesh(box((0, 0, 0), (1, 1, 1), (1, 1, 1), "books"))
    for start in range(0, 16, 4):
        corners = slice(start, start + 4)
        assert np.array_equal(mesh.uv[corners, 1], (mesh.points[corners, 2] + 1) / 2)


def test_light_comes_from_above_and_turns_with_the_body() -> None:
    up, down, side = shade(np.array([(0, 0, 1.0), (0, 0, -1), (1, 0, 0)]))
    assert up > side > down
    part = box((0, 0, 0), (1, 1, 1), (1, 1, 1))
    faces = part_mesh(part).colours[::4, 0]
    turned = part_mesh(part, yaw=180).colours[::4, 0]
    # The face to -y is lit as the one to +y was.
    assert turned[0] == pytest.approx(faces[1])


def test_moved_and_joined() -> None:
    mesh = part_mesh(box((1, 0, 0), (0.5, 0.5, 0.5), (1, 1, 1)))
    other = moved(mesh, (10, 0, 0), 90)
    assert other.points.mean(0) == pytest.approx((10, 1, 0))
    both = joined([mesh, other])
    assert len(both.points) == 48
    assert both.triangles.max() == 47


def test_sheet_covers_its_rectangle_and_faces_its_viewer() -> None:
    mesh = sheet((1, 2, 0), (3, 0, 0), (0, 2, 0), (1, 1, 1), 0.5)
    assert mesh.points.min(0) == pytest.approx((1, 2, 0))
    assert mesh.points.max(0) == pytest.approx((4, 4, 0))
    corners = mesh.points[mesh.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (normal[:, 2] > 0).all()
    assert normal[:, 2].sum() / 2 == pytest.approx(6.0)
    assert np.ptp(mesh.uv[:, 0]) == pytest.approx(6.0)
