"""The state of a household: every movable thing, the view that shows it, and the events that are narrated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from mmego.sim.house.floor_grid import Grid, Mask
from mmego.sim.shapes.geometry import joint_point, slot_point, to_world
from mmego.sim.shapes.shapes import Furniture, House, HouseItem, Point

Side = Literal["left", "right"]
Verb = Literal["picks up", "puts", "opens", "closes", "switches on", "switches off", "walks into", "looks around"]
Spot = tuple[str, int]
"""A slot of one house: name of the furniture and index of the slot."""
JointId = tuple[str, int]
"""A door or drawer of one house: name of the furniture and index of the joint."""


class EpisodeView(Protocol):
    """What shows an episode: `sim.render.renderer.Renderer`, or a recorder in a test. Metres and degrees."""

    def set_camera(self, x: float, y: float, z: float, heading: float, pitch: float, roll: float) -> None:
        """Place the camera; heading 0 = +x, 90 = +y; pitch below zero looks down."""
        ...

    def set_hand(self, side: Side, position: Point | None) -> None:
        """Place a hand in camera coordinates (x right, y forward, z up), or hide it."""
        ...

    def attach(self, item: str, to: Literal["left", "right", "person"]) -> None:
        """Fix an item to a hand of the wearer or to the other person."""
        ...

    def place(self, item: str, position: Point, yaw: float) -> None:
        """Put an item down in the world; ends an attachment."""
        ...

    def set_joint(self, furniture: str, joint: int, fraction: float) -> None:
        """Open a door or drawer by a fraction 0..1."""
        ...

    def set_switch(self, furniture: str, on: bool) -> None:
        """Switch a lamp, TV or the like."""
        ...

    def set_person(self, pose: tuple[float, float, float, float, float] | None) -> None:
        """Pose the other person: x, y, heading, phase of the walk (radians), reach 0..1."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """An action of a person: times in seconds, `time` the moment of contact, `start` <= `time` <= `end`.

    `actor` is "C" for the wearer or the other person's name; `furniture` says where, `joint` is the name of the door or
    drawer that was used; `narration` is None if the wearer could not see it.
    """

    start: float
    end: float
    time: float
    actor: str
    verb: Verb
    item: str | None
    furniture: str | None
    joint: str | None
    room: str
    hand: Side | None
    narration: str | None

    def to_json(self) -> dict[str, Any]:
        """Return a row of the truth file."""
        return {
            "start": self.start,
            "end": self.end,
            "time": self.time,
            "actor": self.actor,
            "verb": self.verb,
            "item": self.item,
            "place": self.furniture,
            "joint": self.joint,
            "room": self.room,
            "hand": self.hand,
            "narration": self.narration,
        }


@dataclass(slots=True)
class Household:
    """Where everything is. Both people act through it, so that they never handle the same thing.

    `spots` says on which slot an item lies (absent while a person holds it), `holders` who holds it ("left" and "right"
    are the wearer's hands, "person" is the other person); `reserved` has the items, furniture and slots in use.
    """

    house: House
    view: EpisodeView
    grid: Grid
    rng: np.random.Generator
    furniture: dict[str, Furniture] = field(init=False)
    items: dict[str, HouseItem] = field(init=False)
    spots: dict[str, Spot] = field(init=False)
    holders: dict[str, str] = field(init=False, default_factory=dict)
    taken: dict[Spot, str] = field(init=False)
    open: dict[JointId, float] = field(init=False, default_factory=dict)
    lit: dict[str, bool] = field(init=False)
    yaws: dict[str, float] = field(init=False)
    reserved: dict[str, set[str | Spot]] = field(init=False, default_factory=dict)
    _moving: set[JointId] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.furniture = {furniture.name: furniture for furniture in self.house.furniture}
        self.items = {item.name: item for item in self.house.items}
        self.spots = {item.name: (item.place, item.slot) for item in self.house.items}
        self.taken = {spot: item for item, spot in self.spots.items()}
        names = [furniture.name for furniture in self.house.furniture if furniture.switchable]
        self.lit = {name: bool(self.rng.random() < 0.4) for name in names}
        for name, on in self.lit.items():
            self.view.set_switch(name, on)
        self.yaws = {item.name: item.yaw for item in self.house.items}

    def joint_of(self, spot: Spot) -> JointId | None:
        """Return the door or drawer that hides a slot, None for a slot in the open."""
        joint = self.furniture[spot[0]].slots[spot[1]].joint
        return None if joint is None else (spot[0], joint)

    def accessible(self, spot: Spot) -> bool:
        """Return True if no closed door or drawer hides the slot."""
        joint_id = self.joint_of(spot)
        return joint_id is None or self.open.get(joint_id, 0.0) == 1.0

    def point(self, spot: Spot) -> Point:
        """Return the world coordinates of a slot as it is now."""
        joint_id = self.joint_of(spot)
        return slot_point(self.furniture[spot[0]], spot[1], 0.0 if joint_id is None else self.open.get(joint_id, 0.0))

    def handle(self, joint_id: JointId) -> Point:
        """Return the world coordinates of a door's or drawer's handle as it is now."""
        furniture = self.furniture[joint_id[0]]
        joint = furniture.joints[joint_id[1]]
        return to_world(furniture, joint_point(joint, joint.handle, self.open.get(joint_id, 0.0)))

    def free_spots(self) -> list[Spot]:
        """Return the empty slots that are not reserved, in the house's order."""
        busy = self.all_reserved()
        return [
            (name, slot)
            for name, furniture in self.furniture.items()
            for slot in range(len(furniture.slots))
            if (name, slot) not in self.taken and (name, slot) not in busy and name not in busy
        ]

    def all_reserved(self) -> set[str | Spot]:
        """Return everything that either person uses."""
        return set().union(*self.reserved.values())

    def reserve(self, actor: str, things: Iterable[str | Spot]) -> None:
        """Replace what `actor` has in use."""
        self.reserved[actor] = set(things)

    def take(self, item: str, holder: Literal["left", "right", "person"]) -> None:
        """Move an item from its slot to a hand."""
        del self.taken[self.spots.pop(item)]
        self.holders[item] = holder
        self.view.attach(item, holder)

    def put(self, item: str, spot: Spot) -> None:
        """Move an item from a hand to a free slot."""
        del self.holders[item]
        self.spots[item], self.taken[spot] = spot, item
        self.yaws[item] = self.furniture[spot[0]].yaw + float(self.rng.uniform(-35, 35))
        self.view.place(item, self.point(spot), self.yaws[item])

    def swing(self, joint_id: JointId, fraction: float) -> None:
        """Set how far a door or drawer is open; the view follows at the next `show`."""
        self.open[joint_id] = fraction
        self._moving.add(joint_id)

    def show(self) -> None:
        """Bring the view's doors and drawers, and what lies in drawers, up to date."""
        for joint_id in sorted(self._moving):
            self.view.set_joint(*joint_id, self.open[joint_id])
            if self.furniture[joint_id[0]].joints[joint_id[1]].kind == "slide":
                for spot, item in self.taken.items():
                    if spot[0] == joint_id[0] and self.joint_of(spot) == joint_id:
                        self.view.place(item, self.point(spot), self.yaws[item])
        self._moving.clear()

    def settle(self, joint_id: JointId) -> None:
        """Block the floor under an open door or drawer, or free it again; call this when it stands still."""
        name = f"{joint_id[0]}/{joint_id[1]}"
        if self.open[joint_id] > 0:
            self.grid.block(name, self.swept(joint_id, (1.0,), 0.2))
        else:
            self.grid.unblock(name)

    def swept(self, joint_id: JointId, fractions: Iterable[float], clearance: float) -> Mask:
        """Return the cells within `clearance` metres of a door or drawer in any of the given positions."""
        furniture = self.furniture[joint_id[0]]
        joint = furniture.joints[joint_id[1]]
        cells = np.zeros_like(self.grid.static)
        for fraction in fractions:
            x, y, _ = to_world(furniture, joint_point(joint, (0.0, 0.0, 0.0), fraction))
            yaw = furniture.yaw + (joint.opened * fraction if joint.kind == "hinge" else 0.0)
            cells |= self.grid.footprint(joint.body, (x, y), yaw, clearance)
        return cells

    def switch(self, furniture: str) -> None:
        """Switch something on or off."""
        self.lit[furniture] = not self.lit[furniture]
        self.view.set_switch(furniture, self.lit[furniture])
