"""The renderer: a house as its wearer sees it, in pictures and, on request, as the thing on each pixel.

`scene.Builder` builds the scene, and Panda3D's software renderer (`panda`) draws it.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.sim.bodies.people import hand, person
from mmego.sim.render import panda
from mmego.sim.render.instances import decode, list_instances
from mmego.sim.render.scene import IDS_BIT, PICTURE_BIT, Builder
from mmego.sim.render.shell import door_frame
from mmego.sim.render.visibility import visible_rooms
from mmego.sim.shapes.geometry import room_at, slot_point
from mmego.sim.shapes.shapes import House, HouseItem, Joint, Point

Image = npt.NDArray[np.uint8]
Side = Literal["left", "right"]
PersonPose = tuple[float, float, float, float, float]


class Renderer:
    """A house to look at and change. Headings: 0 = +x, 90 = +y. Call `close` when done.

    `instances` lists everything that can be distinguished, see `instances.list_instances`.

    Args:
        house: what to draw.
        size: width and height of the pictures in pixels.
        supersample: samples per pixel in each direction, 1 to 16.
        ids: whether you will call `ids()`.
    """

    def __init__(self, house: House, size: int = 384, supersample: int = 2, ids: bool = True) -> None:
        if size < 1 or not 1 <= supersample <= 16:
            raise InputError(f"size {size} (at least 1) or supersample {supersample} (1 to 16) is not allowed")
        p = panda.core()
        self.house = house
        self.instances: list[dict[str, Any]] = list_instances(house)
        self._size, self._supersample, self._with_ids = size, supersample, ids
        self._root = p.NodePath("house")
        self._groups = {room.name: self._root.attachNewNode(room.name) for room in house.rooms}
        self._rig = self._root.attachNewNode("head")
        self._cameras = [panda.camera(bit) for bit in (PICTURE_BIT, IDS_BIT)]
        for camera in self._cameras:
            camera.reparentTo(self._rig)
        self._joints: dict[tuple[str, int], tuple[Any, Joint]] = {}
        self._switches: dict[str, tuple[Any, Any]] = {}
        self._items: dict[str, tuple[Any, Any, HouseItem]] = {}
        self._eye = (0.0, 0.0)
        self._build(Builder({(row["role"], row["name"]): row["id"] for row in self.instances}, ids))
        first = house.rooms[0]
        self.set_camera((first.x0 + first.x1) / 2, (first.y0 + first.y1) / 2, 1.55, 0.0, 0.0)

    def _build(self, builder: Builder) -> None:
        house = self.house
        for room in house.rooms:
            builder.room(house, room, self._groups[room.name])
        for piece in house.furniture:
            for index, joint in enumerate(piece.joints):
                self._joints[piece.name, index] = (
                    builder.joint(piece, joint, self._groups[piece.room]),
                    joint,
                )
            if piece.switchable:
                self._switches[piece.name] = builder.switch(piece, self._groups[piece.room])
        if house.doorways:
            builder.frames([mesh for door in house.doorways for mesh in door_frame(door)], self._root)
        by_name = {piece.name: piece for piece in house.furniture}
        for item in house.items:
            self._items[item.name] = (*builder.item(item), item)
            self.place(item.name, slot_point(by_name[item.place], item.slot), item.yaw)
        self._hands = {
            "left": builder.hand("left", *hand(-1, house.seed)),
            "right": builder.hand("right", *hand(1, house.seed)),
        }
        self._person = builder.figure(house.person, person(house.person, house.seed)) if house.person else None

    def set_camera(self, x: float, y: float, z: float, heading: float, pitch: float, roll: float = 0.0) -> None:
        """Place the wearer's eyes: metres and degrees; pitch below zero looks down."""
        self._eye = (x, y)
        self._rig.setPosHpr(x, y, z, heading - 90.0, pitch, roll)

    def set_hand(self, side: Side, position: Point | None) -> None:
        """Place a hand, with what it holds, in camera coordinates; None hides both."""
        pivot = self._hands[side]
        if position is None:
            pivot.detachNode()
        else:
            pivot.reparentTo(self._rig)
            pivot.setPos(*position)

    def attach(self, item: str, to: Literal["left", "right", "person"]) -> None:
        """Fix an item to one of the wearer's hands, above and before the palm, or to the other person's hand.

        Raises:
            InputError: there is no other person to hold it.
        """
        pivot, soft, thing = self._items[item]
        soft.hide()
        if to == "person":
            pivot.reparentTo(self._figure()["grip"])
            pivot.setPosHpr(0, 0, 0, 0, 0, 0)
            return
        low, high = thing.body.extent()
        height = high[2] - low[2]
        tall = height > 0.75 * max(high[0] - low[0], high[1] - low[1])
        # A flat thing is tilted about its middle, so that its upper side faces the wearer.
        tilt = 12.0 if tall else 38.0
        lift = min(0.075, height / 2) + (0.015 if tall else 0.045)
        sine, cosine = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))
        pivot.reparentTo(self._hands[to])
        pivot.setPosHpr(0, 0.055 + height / 2 * sine, lift - height / 2 * cosine, 0, tilt, 0)

    def place(self, item: str, position: Point, yaw: float) -> None:
        """Put an item down in the world, its bottom at `position`; ends an attachment."""
        pivot, soft, _ = self._items[item]
        soft.show()
        pivot.reparentTo(self._group(position[0], position[1]))
        pivot.setPosHpr(*position, yaw, 0, 0)

    def set_joint(self, furniture: str, joint: int, fraction: float) -> None:
        """Open a door or drawer: 0 is closed, 1 open. Move what lies in a drawer with `place`."""
        pivot, what = self._joints[furniture, joint]
        if what.kind == "hinge":
            pivot.setH(what.opened * fraction)
        else:
            pivot.setY(what.origin[1] - what.opened * fraction)

    def set_switch(self, furniture: str, on: bool) -> None:
        """Switch a lamp, TV, stove or radio."""
        dark, lit = self._switches[furniture]
        (lit if on else dark).show()
        (dark if on else lit).hide()

    def set_person(self, pose: PersonPose | None) -> None:
        """Pose the other person: x, y, heading, phase of the walk in radians, reach 0..1; None removes them.

        Raises:
            InputError: the house has no other person.
        """
        nodes = self._figure()
        if pose is None:
            nodes["body"].detachNode()
            return
        x, y, heading, phase, reach = pose
        nodes["body"].reparentTo(self._group(x, y))
        nodes["body"].setPosHpr(x, y, 0, heading + 90.0, 0, 0)
        swing = 26.0 * math.sin(phase)
        nodes["left leg"].setP(swing)
        nodes["right leg"].setP(-swing)
        nodes["left arm"].setP(-0.8 * swing)
        carrying = nodes["grip"].getNumChildren() > 0
        lifted = max(55.0 if carrying else 0.0, 85.0 * reach)
        nodes["right arm"].setP(-lifted if lifted else 0.8 * swing)
        shoulder, angle = nodes["right arm"].getPos(), math.radians(lifted)
        nodes["grip"].setPos(shoulder[0], -0.62 * math.sin(angle), shoulder[2] - 0.58 * math.cos(angle))

    def image(self) -> Image:
        """Draw what the wearer sees: (size, size, 3) RGB."""
        side, n = self._size, self._supersample
        raw = self._draw(side * n, PICTURE_BIT)
        if n == 1:
            return np.ascontiguousarray(raw[..., 2::-1])
        # Even and odd bytes are summed separately, two in a 32-bit number, which has room for the carries.
        words, mask = raw.view(np.uint32)[..., 0], np.uint32(0x00FF00FF)
        even, odd = _block_sum(words & mask, n), _block_sum((words >> np.uint32(8)) & mask, n)
        picture = np.empty((side, side, 3), np.uint8)
        picture[..., 0] = (even >> 16) // (n * n)
        picture[..., 1] = (odd & 0xFFFF) // (n * n)
        picture[..., 2] = (even & 0xFFFF) // (n * n)
        return picture

    def ids(self, resolution: int = 64) -> Image:
        """Draw the `id` of the instance on each pixel of a picture of (resolution, resolution); 0 = none.

        Raises:
            InputError: the renderer was made with ids=False.
        """
        if not self._with_ids:
            raise InputError("this renderer was made with ids=False")
        return decode(self._draw(resolution, IDS_BIT))

    def _draw(self, resolution: int, bit: int) -> Image:
        seen = visible_rooms(self.house, *self._eye)
        for name, group in self._groups.items():
            if name in seen:
                group.show()
            else:
                group.hide()
        use = "pictures" if bit == PICTURE_BIT else "ids"
        return panda.screen(resolution, use).draw(self._cameras[bit])

    def _group(self, x: float, y: float) -> Any:
        """Return the node of the room at (x, y)."""
        room = room_at(self.house, x, y)
        return self._root if room is None else self._groups[room]

    def _figure(self) -> dict[str, Any]:
        if self._person is None:
            raise InputError(f"house {self.house.seed} has no other person")
        return self._person

    def close(self) -> None:
        """Free the scene; do not use the renderer afterwards."""
        loose = [*self._hands.values(), *(pivot for pivot, _, _ in self._items.values())]
        if self._person is not None:
            loose.append(self._person["body"])
        for node in (*loose, self._root):
            node.removeNode()


def _block_sum(words: npt.NDArray[np.uint32], n: int) -> npt.NDArray[np.uint32]:
    """Sum n x n blocks; many times as fast as `reshape` and `sum`."""
    rows = words[::n].copy()
    for k in range(1, n):
        rows += words[k::n]
    blocks = rows[:, ::n].copy()
    for k in range(1, n):
        blocks += rows[:, k::n]
    return blocks
