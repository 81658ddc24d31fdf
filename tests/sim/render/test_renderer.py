"""The renderer: same bytes, full pictures, and identities that agree with what is drawn where."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from mmego.errors import InputError
from mmego.sim.house.world import make_house
from mmego.sim.render.visibility import visible_rooms
from mmego.sim.shapes.geometry import front_heading, slot_point
from mmego.sim.shapes.shapes import House

pytest.importorskip("panda3d", reason="needs the sim extra")
from mmego.sim.render.renderer import Renderer

SIZE = 96


@functools.cache
def house() -> House:
    return next(it for it in map(make_house, range(200, 260)) if it.person is not None)


@pytest.fixture
def view() -> Iterator[Renderer]:
    renderer = Renderer(house(), SIZE)
    yield renderer
    renderer.close()


def identity(view: Renderer, role: str, name: str) -> int:
    return next(row["id"] for row in view.instances if row["role"] == role and row["name"] == name)


def stand_before(view: Renderer, furniture: str, slot: int) -> None:
    piece = next(piece for piece in view.house.furniture if piece.name == furniture)
    x, y, z = slot_point(piece, slot)
    heading = math.radians(front_heading(piece))
    eye_x, eye_y = x + 0.65 * math.cos(heading), y + 0.65 * math.sin(heading)
    pitch = math.degrees(math.atan2(z - 1.55, 0.65))
    view.set_camera(eye_x, eye_y, 1.55, math.degrees(heading) + 180, pitch, 0)


def open_item(view: Renderer) -> str:
    """An item that lies in the open."""
    furniture = {piece.name: piece for piece in view.house.furniture}
    return next(i.name for i in view.house.items if furniture[i.place].slots[i.slot].preposition == "on")


def test_same_house_same_bytes() -> None:
    pictures = []
    for _ in range(2):
        renderer = Renderer(house(), SIZE)
        room = house().rooms[1]
        renderer.set_camera((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2, 1.55, 40, -20, 3)
        pictures.append((renderer.image(), renderer.ids(32)))
        renderer.close()
    assert np.array_equal(pictures[0][0], pictures[1][0])
    assert np.array_equal(pictures[0][1], pictures[1][1])


def test_two_renderers_do_not_disturb_each_other(view: Renderer) -> None:
    stand_before(view, house().items[0].place, 0)
    before = view.image()
    other = Renderer(make_house(3), SIZE)
    other.image()
    other.close()
    assert np.array_equal(view.image(), before)


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


def test_instances_are_numbered_from_one(view: Renderer) -> None:
    assert [row["id"] for row in view.instances] == list(range(1, len(view.instances) + 1))
    roles = {row["role"] for row in view.instances}
    assert roles == {"room", "furniture", "joint", "item", "person", "hand"}
    item = next(row for row in view.instances if row["role"] == "item")
    assert item["name"] == f"{item['colour']} {item['kind']}"


def test_item_is_where_the_identities_say(view: Renderer) -> None:
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


def test_item_is_drawn_where_to_camera_says(view: Renderer) -> None:
    item = next(i for i in house().items if i.name == open_item(view))
    piece = next(piece for piece in house().furniture if piece.name == item.place)
    stand_before(view, item.place, item.slot)
    x, y, z = slot_point(piece, item.slot)
    right, forward, up = view.to_camera((x, y, z + 0.02))
    assert forward == pytest.approx(math.hypot(0.65, 1.55 - z), abs=0.05)
    scale = SIZE / 2 / math.tan(math.radians(41))
    column, row = SIZE / 2 + right / forward * scale, SIZE / 2 - up / forward * scale
    rows, columns = np.nonzero(view.ids(SIZE) == identity(view, "item", item.name))
    assert abs(columns.mean() - column) < 8
    assert abs(rows.mean() - row) < 12


def test_hands_and_what_they_hold_show_up(view: Renderer) -> None:
    room = house().rooms[0]
    view.set_camera((room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2, 1.55, 90, -10, 0)
    assert not (view.ids(SIZE) == identity(view, "hand", "left hand")).any()
    name = house().items[0].name
    for side, x in (("left", -0.16), ("right", 0.16)):
        view.set_hand(side, (x, 0.42, -0.27))
        view.attach(name, side)
        ids = view.ids(SIZE)
        assert (ids == identity(view, "hand", f"{side} hand")).sum() > 30
        rows, columns = np.nonzero(ids == identity(view, "item", name))
        assert len(rows) > 100
        assert rows.mean() > SIZE / 2
        assert (columns.mean() > SIZE / 2) == (side == "right")
    view.set_hand("right", None)
    ids = view.ids(SIZE)
    assert not (ids == identity(view, "item", name)).any()
    assert (ids == identity(view, "hand", "left hand")).any()


@pytest.mark.parametrize("name", [item.name for item in house().items])
def test_every_item_is_well_seen_in_the_hand(view: Renderer, name: str) -> None:
    view.set_hand("right", (0.16, 0.42, -0.27))
    view.attach(name, "right")
    assert (view.ids(SIZE) == identity(view, "item", name)).mean() > 0.006


def test_joints_open_and_reveal(view: Renderer) -> None:
    fridge = next(piece for piece in house().furniture if piece.kind == "fridge")
    stand_before(view, fridge.name, 0)
    door = identity(view, "joint", fridge.joints[0].name)
    closed = (view.ids() == door).mean()
    view.set_joint(fridge.name, 0, 1.0)
    inside = identity(view, "furniture", fridge.name)
    assert closed > 0.3
    assert (view.ids() == door).mean() < 0.35
    assert (view.ids() == inside).mean() > 0.2
    view.set_joint(fridge.name, 0, 0.0)
    assert (view.ids() == door).mean() == closed


def test_switch_changes_the_picture_only(view: Renderer) -> None:
    lamp = next(piece for piece in house().furniture if piece.kind == "floor lamp")
    heading = math.radians(front_heading(lamp))
    x, y = lamp.position[0] + 0.9 * math.cos(heading), lamp.position[1] + 0.9 * math.sin(heading)
    view.set_camera(x, y, 1.55, math.degrees(heading) + 180, 0, 0)
    off, ids = view.image(), view.ids()
    view.set_switch(lamp.name, True)
    on = view.image()
    assert on.mean() > off.mean() + 3
    assert np.array_equal(view.ids(), ids)
    view.set_switch(lamp.name, False)
    assert np.array_equal(view.image(), off)


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


def test_hidden_rooms_do_not_change_the_picture() -> None:
    """What `visible_rooms` leaves out is not seen anyway, but for single pixels where walls meet."""
    it = house()
    plain, full = Renderer(it, 64), Renderer(it, 64)
    full._groups = {"nowhere": full._root.attachNewNode("nowhere")}
    rng = np.random.default_rng(0)
    for _ in range(30):
        room = it.rooms[int(rng.integers(len(it.rooms)))]
        x, y = rng.uniform(room.x0 + 0.3, room.x1 - 0.3), rng.uniform(room.y0 + 0.3, room.y1 - 0.3)
        heading, pitch = rng.uniform(0, 360), rng.uniform(-50, 10)
        for renderer in (plain, full):
            renderer.set_camera(x, y, 1.55, heading, pitch, 0)
        assert (plain.ids() != full.ids()).mean() < 0.003
    plain.close()
    full.close()


def test_visible_rooms_always_holds_ones_own() -> None:
    it = house()
    for room in it.rooms:
        assert room.name in visible_rooms(it, (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2)
    assert visible_rooms(it, -50.0, -50.0) == {room.name for room in it.rooms}


def test_supersampling_is_the_mean_of_the_samples() -> None:
    fine, coarse = Renderer(house(), 64, supersample=1), Renderer(house(), 32, supersample=2)
    samples = fine.image().reshape(32, 2, 32, 2, 3).astype(int).sum((1, 3)) // 4
    assert np.array_equal(coarse.image(), samples)
    fine.close()
    coarse.close()


def test_what_is_not_allowed_is_said() -> None:
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
