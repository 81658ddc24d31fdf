"""The nodes of a scene: rooms with their furniture, things that move, hands, the other person.

Fixed things are one mesh per room and texture; things that move have their own nodes. Every visible node has a twin in
flat colours that encode instance ids, which only the camera for ids sees.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np

from mmego.sim.bodies.people import PersonBody
from mmego.sim.render import panda
from mmego.sim.render.instances import InstanceKey, painted
from mmego.sim.render.meshes import Mesh, joined, moved, part_mesh
from mmego.sim.render.shell import Textured, floor_shadow, room_shell, shadow
from mmego.sim.shapes.boxes import Box
from mmego.sim.shapes.parts import GLOW
from mmego.sim.shapes.shapes import Body, Furniture, House, HouseItem, Joint, Part, Room

PICTURE_BIT, IDS_BIT = 0, 1
"""Camera mask bits of the pictures and of the instance ids."""


class Builder:
    """Makes nodes for one scene; `with_ids` says whether to make the twins, `identity` gives the instances' ids."""

    def __init__(self, identity: dict[InstanceKey, int], with_ids: bool) -> None:
        self._identity = identity
        self._with_ids = with_ids
        # Numbers from 0 in every scene: Panda3D keeps one state per number for ever.
        self._order = itertools.count()

    def show(self, mesh: Mesh, texture: str | None, parent: Any) -> Any:
        """Attach a mesh that only the picture camera sees."""
        node = panda.node(mesh, texture, next(self._order))
        node.hide(panda.core().BitMask32.bit(IDS_BIT))
        node.reparentTo(parent)
        return node

    def show_all(self, meshes: Textured, parent: Any) -> None:
        """Attach meshes, merged by texture."""
        looks: dict[str | None, list[Mesh]] = {}
        for texture, mesh in meshes:
            looks.setdefault(texture, []).append(mesh)
        for texture, group in looks.items():
            self.show(joined(group), texture, parent)

    def twin(self, meshes: Iterable[Mesh], parent: Any) -> None:
        """Attach painted meshes that only the camera for ids sees."""
        if self._with_ids:
            node = panda.node(joined(meshes), None, next(self._order))
            node.hide(panda.core().BitMask32.bit(PICTURE_BIT))
            node.reparentTo(parent)

    def body(self, body: Body, yaw: float, key: InstanceKey, parent: Any) -> None:
        """Attach a body, lit as if turned by `yaw`, and its twin."""
        meshes = [(part.texture, part_mesh(part, yaw)) for part in body.parts]
        self.show_all(meshes, parent)
        self.twin([painted(mesh, self._identity[key]) for _, mesh in meshes], parent)

    def frames(self, meshes: list[Mesh], parent: Any) -> None:
        """Attach the door frames, which belong to no room and have no id."""
        self.show(joined(meshes), None, parent)
        self.twin([painted(mesh, 0) for mesh in meshes], parent)

    def room(self, house: House, room: Room, parent: Any) -> None:
        """Attach a room's shell and its furniture, without what moves or lights up."""
        pieces = [piece for piece in house.furniture if piece.room == room.name]
        looks = room_shell(house, room)
        twins = [painted(mesh, self._identity["room", room.name]) for _, mesh in looks]
        for piece in pieces:
            for part in piece.body.parts:
                mesh = _standing(piece, part)
                twins.append(painted(mesh, self._identity["furniture", piece.name]))
                if part.lit is None or not piece.switchable:
                    looks.append((part.texture, mesh))
            soft = floor_shadow(piece, pieces)
            if soft is not None:
                looks.append(("blob", soft))
        self.show_all(looks, parent)
        self.twin(twins, parent)

    def joint(self, piece: Furniture, joint: Joint, parent: Any) -> Any:
        """Attach a door or drawer; the node returned turns about the hinge or slides."""
        holder = parent.attachNewNode(piece.name)
        holder.setPos(*piece.position)
        holder.setH(piece.yaw)
        pivot = holder.attachNewNode(joint.name)
        pivot.setPos(*joint.origin)
        self.body(joint.body, piece.yaw, ("joint", joint.name), pivot)
        return pivot

    def switch(self, piece: Furniture, parent: Any) -> tuple[Any, Any]:
        """Attach the parts that light up twice: a node for dark parts and a hidden node for lit parts."""
        dark, lit = parent.attachNewNode("dark"), parent.attachNewNode("lit")
        shining = [part for part in piece.body.parts if part.lit is not None]
        self.show_all([(part.texture, _standing(piece, part, off=True)) for part in shining], dark)
        self.show_all([(part.texture, _standing(piece, part)) for part in shining], lit)
        for part in shining:
            if part.lit == GLOW:
                self._glow(piece, part, lit)
        lit.hide()
        return dark, lit

    def _glow(self, piece: Furniture, part: Part, parent: Any) -> None:
        """Attach the light around a lamp: a transparent disc that turns to the camera, a little before the lamp."""
        spot = parent.attachNewNode("glow")
        spot.setPos(*(float(v) for v in _standing(piece, part).points.mean(0)))
        radius = 2.6 * max(part.half_extent())
        disc = shadow(Box((-radius, -radius, 0), (radius, radius, 0)), 0.0, 0.0)
        disc.points = disc.points[:, (0, 2, 1)]
        disc.colours[:] = GLOW
        self.show(disc, "halo", spot).setBillboardPointEye(0.2)

    def item(self, item: HouseItem) -> tuple[Any, Any]:
        """Make a node for an object, not attached yet, and the shadow under it."""
        pivot = panda.core().NodePath(item.name)
        self.body(item.body, item.yaw, ("item", item.name), pivot)
        return pivot, self.show(shadow(Box(*item.body.extent()), 0.022, 0.006), "blob", pivot)

    def hand(self, side: str, palm: Body, forearm: Body) -> Any:
        """Make a node for a hand in camera coordinates, not attached yet; its forearm comes from below."""
        pivot, key = panda.core().NodePath(side), ("hand", f"{side} hand")
        self.body(palm, 0.0, key, pivot)
        arm = pivot.attachNewNode("forearm")
        arm.setHpr(10 if side == "left" else -10, 24, 0)
        self.body(forearm, 0.0, key, arm)
        return pivot

    def figure(self, name: str, figure: PersonBody) -> dict[str, Any]:
        """Make nodes for the other person: "body" (not attached yet), its limbs ("left leg"...) and the "grip"."""
        key = ("person", name)
        body = panda.core().NodePath(name)
        self.body(figure.trunk, 0.0, key, body)
        nodes = {"body": body, "grip": body.attachNewNode("grip")}
        for side, sign in (("left", 1), ("right", -1)):
            # The figure faces -y, so its right is at -x.
            for limb, part, half, height in (
                ("leg", figure.leg, figure.hip_half, figure.hips),
                ("arm", figure.arm, figure.shoulder_half, figure.shoulders),
            ):
                pivot = body.attachNewNode(f"{side} {limb}")
                pivot.setPos(sign * half, 0, height)
                self.body(part, 0.0, key, pivot)
                nodes[f"{side} {limb}"] = pivot
        self.show(shadow(Box((-0.25, -0.2, 0), (0.25, 0.2, 0)), 0.1, 0.02), "blob", body)
        return nodes


def _standing(piece: Furniture, part: Part, off: bool = False) -> Mesh:
    """Build a part of standing furniture in the world: darker near the floor, or shining if lit (and not `off`)."""
    mesh = moved(part_mesh(part, piece.yaw), piece.position, piece.yaw)
    if part.lit is not None and not off:
        mesh.colours[:] = part.lit
    else:
        mesh.colours *= 0.82 + 0.18 * np.clip(mesh.points[:, 2:3] / 0.5, 0, 1)
    return mesh
