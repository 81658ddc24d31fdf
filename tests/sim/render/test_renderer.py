"""The renderer: full pictures, and instance ids that agree with what is drawn where."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mmego.errors import InputError
from mmego.sim.actors.wearer import camera_point
from mmego.sim.shapes.geometry import slot_point

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer
from tests.sim.render.views import SIZE, house, identity, open_item, stand_before


def test_pictures_are_full_of_things(view: Renderer) -> None:
    for room in house().rooms:
        view.set_camera((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2, 1.55, 30, -15, 0)
        picture = view.image()
        assert picture.shape == (SIZE, SIZE, 3)
        assert picture.dtype == np.uint8
        assert picture.std() > 15
        assert (picture.max(-1) == 0).mean() < 0.01
        ids = view.ids()
        assert ids.shape == (64, 64)
        # Door frames and what is seen through cracks stand for nothing.
        assert (ids > 0).mean() > 0.9
        assert len(np.unique(ids)) >= 4


def test_item_is_where_the_ids_say(view: Renderer) -> None:
    item = next(i for i in house().items if i.name == open_item(view))
    stand_before(view, item.place, item.slot)
    with_item, ids = view.image().astype(int), view.ids(SIZE)
    view.place(item.name, (0.0, 0.0, -5.0), 0.0)
    changed = np.abs(view.image().astype(int) - with_item).sum(-1) > 40
    shown = ids == identity(view, "item", item.name)
    assert shown.sum() > 20
    # The item's pixels change when it is taken away; what else changes is its shadow, right beside it.
    assert (changed & shown).sum() > 0.7 * shown.sum()
    rows, columns = np.nonzero(shown)
    far = changed.copy()
    far[max(rows.min() - 8, 0) : rows.max() + 9, max(columns.min() - 8, 0) : columns.max() + 9] = False
    assert far.sum() < 5
    assert not (view.ids(SIZE) == identity(view, "item", item.name)).any()


def test_item_is_drawn_where_the_wearers_camera_point_says(view: Renderer) -> None:
    item = next(i for i in house().items if i.name == open_item(view))
    piece = next(piece for piece in house().furniture if piece.name == item.place)
    x, y, z = slot_point(piece, item.slot)
    eye_x, eye_y, eye_z, heading, pitch = stand_before(view, item.place, item.slot)
    right, forward, up = camera_point((x, y, z + 0.02), (eye_x, eye_y, eye_z), heading, pitch)
    assert forward == pytest.approx(math.hypot(0.65, 1.55 - z), abs=0.05)
    scale = SIZE / 2 / math.tan(math.radians(41))
    column, row = SIZE / 2 + right / forward * scale, SIZE / 2 - up / forward * scale
    rows, columns = np.nonzero(view.ids(SIZE) == identity(view, "item", item.name))
    assert abs(columns.mean() - column) < 8
    assert abs(rows.mean() - row) < 12


def test_other_person_walks_and_carries(view: Renderer) -> None:
    room = max(house().rooms, key=lambda r: r.x1 - r.x0)
    y = (room.y0 + room.y1) / 2
    view.set_camera(room.x0 + 0.4, y, 1.55, 0, -10, 0)
    someone = identity(view, "person", str(house().person))
    assert not (view.ids() == someone).any()
    view.set_person((room.x0 + 2.0, y, 180, 0.0, 0.0))
    still, standing = view.image(), view.ids() == someone
    assert standing.mean() > 0.03
    view.set_person((room.x0 + 2.0, y, 90, 1.5, 0.0))
    assert not np.array_equal(view.image(), still)
    name = house().items[0].name
    view.attach(name, "person")
    view.set_person((room.x0 + 1.4, y, 180, 0.0, 0.6))
    assert (view.ids(SIZE) == identity(view, "item", name)).any()
    view.set_person(None)
    ids = view.ids(SIZE)
    assert not (ids == someone).any()
    assert not (ids == identity(view, "item", name)).any()


def test_supersampling_is_the_mean_of_the_samples() -> None:
    fine, coarse = Renderer(house(), 64, supersample=1), Renderer(house(), 32, supersample=2)
    samples = fine.image().reshape(32, 2, 32, 2, 3).astype(int).sum((1, 3)) // 4
    assert np.array_equal(coarse.image(), samples)
    fine.close()
    coarse.close()


def test_what_is_not_allowed_is_an_error() -> None:
    with pytest.raises(InputError, match="supersample"):
        Renderer(house(), 32, supersample=0)
    alone = Renderer(replace(house(), person=None), 32, ids=False)
    with pytest.raises(InputError, match="ids=False"):
        alone.ids()
    with pytest.raises(InputError, match="no other person"):
        alone.set_person((1, 1, 0, 0, 0))
    with pytest.raises(InputError, match="no other person"):
        alone.attach(house().items[0].name, "person")
    alone.close()
