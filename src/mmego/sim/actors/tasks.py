"""Tasks of the wearer, drawn at random from what the house allows at that time."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from mmego.sim.actors.standpoints import Standpoints, joint_target, slot_target, switch_target
from mmego.sim.actors.state import Household, JointId, Spot
from mmego.sim.actors.wearer import Wearer
from mmego.sim.shapes.geometry import room_at


@dataclass(frozen=True, slots=True)
class Pick:
    """Pick up an item where it lies."""

    item: str


@dataclass(frozen=True, slots=True)
class Put:
    """Put a held item on a slot."""

    item: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class MoveJoint:
    """Open or close a door or drawer."""

    joint_id: JointId
    opens: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """Switch something on or off."""

    furniture: str


@dataclass(frozen=True, slots=True)
class LookAround:
    """Go to a room and look at a few things there without touching them."""

    room: str


Task = Pick | Put | MoveJoint | Switch | LookAround

_UNTOUCHED_SHARE = 0.2
"""Share of the items that are never touched in an episode, only seen."""
_LEFT_OPEN = 0.3
"""Chance that a door or drawer is not closed at once."""
_ROOM_DETOUR = 2.0
"""Metres added to the distance of things in another room."""
_TASK_SHARES = {"two": 0.2, "store": 0.08, "fetch": 0.08, "joint": 0.04, "switch": 0.27, "look": 0.03}


@dataclass(slots=True)
class Planner:
    """Draws tasks for the wearer. Tasks that belong together wait in `queue`; `drop` removes them after a failure."""

    home: Household
    wearer: Wearer
    standpoints: Standpoints
    rng: np.random.Generator
    queue: deque[Task] = field(default_factory=deque)
    moved: list[str] = field(default_factory=list)
    _left_alone: set[str] = field(default_factory=set)
    _switched: deque[str] = field(default_factory=lambda: deque(maxlen=2))
    _sources: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = list(self.home.items)
        count = int(len(names) * _UNTOUCHED_SHARE)
        self._left_alone = {names[k] for k in self.rng.permutation(len(names))[:count]}

    def drop(self) -> None:
        """Forget the queued tasks, because one before them failed."""
        self.queue.clear()

    def next(self) -> Task:
        """Return the next task; possible as far as fixed things matter. If nothing else is, it is a look around."""
        if not self.queue:
            self.queue.extend(self._draw())
        task = self.queue.popleft()
        if isinstance(task, Pick) and task.item in self.home.spots:  # the other person may have taken it
            self._sources[task.item] = self.home.spots[task.item][0]
            self.moved.append(task.item)
        elif isinstance(task, Switch):
            self._switched.append(task.furniture)
        return task

    def _draw(self) -> list[Task]:
        held = [hand.item for hand in self.wearer.hands.values() if hand.item is not None]
        chance = float(self.rng.random())
        if held:
            return self._with_full_hands(held, chance)
        if (shut := self._open_joint()) and chance < 0.3:
            return [MoveJoint(shut, False)]
        chance = float(self.rng.random())
        for kind, share in _TASK_SHARES.items():
            if chance < share:
                tasks = self._tasks(kind)
                if tasks:
                    return tasks
                break
            chance -= share
        return self._carry() or [self._look()]

    def _with_full_hands(self, held: list[str], chance: float) -> list[Task]:
        """Return tasks for hands that hold something: nearly always, put the thing somewhere."""
        if len(held) == 1 and chance < 0.06 and (second := self._item(near=2.5)):
            return [Pick(second)]
        if len(held) == 1 and chance < 0.10 and (name := self._switch(near=4.0)):
            return [Switch(name)]
        item = held[int(self.rng.integers(len(held)))]
        spot = self._free_spot(item)
        return [Put(item, spot)] if spot else [self._look()]

    def _tasks(self, kind: str) -> list[Task]:
        if kind == "two":
            return self._carry_two()
        if kind == "store":
            return self._store()
        if kind == "fetch":
            return self._fetch()
        if kind == "joint":
            joint_id = self._hinge()
            return self._between_open_and_close(joint_id, []) if joint_id else []
        if kind == "switch":
            name = self._switch()
            return [Switch(name)] if name else []
        return [self._look()]

    # Kinds of task

    def _carry(self) -> list[Task]:
        item = self._item()
        return [Pick(item)] if item else []

    def _carry_two(self) -> list[Task]:
        first = self._item()
        if first is None:
            return []
        second = self._item(near=3.0, beside=first)
        return [Pick(first), Pick(second)] if second else [Pick(first)]

    def _store(self) -> list[Task]:
        """Take something to a cupboard or drawer and put it in."""
        spots = [s for s in self.home.free_spots() if self.home.joint_of(s) and self._can_stand(s)]
        item = self._item()
        if not spots or item is None:
            return []
        spot = spots[self._draw_near([self.home.point(s)[:2] for s in spots])]
        if spot[0] == self.home.spots[item][0]:
            return [Pick(item)]
        joint_id = self.home.joint_of(spot)
        assert joint_id is not None
        return [Pick(item), *self._between_open_and_close(joint_id, [Put(item, spot)])]

    def _fetch(self) -> list[Task]:
        """Get something out of a cupboard or drawer."""
        hidden = [
            item
            for item, spot in self.home.spots.items()
            if self.home.joint_of(spot) and self._untouched(item) and self._can_stand(spot)
        ]
        if not hidden:
            return self._store()
        item = hidden[self._draw_near([self.home.point(self.home.spots[i])[:2] for i in hidden])]
        joint_id = self.home.joint_of(self.home.spots[item])
        assert joint_id is not None
        return self._between_open_and_close(joint_id, [Pick(item)])

    def _between_open_and_close(self, joint_id: JointId, inner: list[Task]) -> list[Task]:
        """Return `inner` between opening a door or drawer (if it is closed) and, most often, closing it."""
        is_open = self.home.open.get(joint_id, 0.0) > 0
        if not inner and is_open:
            return [MoveJoint(joint_id, False)]
        tasks: list[Task] = [] if is_open else [MoveJoint(joint_id, True)]
        tasks += inner
        if self.rng.random() >= _LEFT_OPEN:
            tasks.append(MoveJoint(joint_id, False))
        return tasks

    def _look(self) -> LookAround:
        rooms = self.home.house.rooms
        return LookAround(rooms[int(self.rng.integers(len(rooms)))].name)

    # Draws

    def _untouched(self, item: str) -> bool:
        return item not in self._left_alone and item not in self.home.all_reserved()

    def _item(self, near: float | None = None, beside: str | None = None) -> str | None:
        """Draw an item that a standing person can reach; near items and items not just handled are more likely."""
        home = self.home
        middle = (self.wearer.x, self.wearer.y)
        if beside is not None:
            middle = home.point(home.spots[beside])[:2]
        names = [
            item
            for item, spot in home.spots.items()
            if item != beside and self._untouched(item) and home.accessible(spot)
            and item not in self.moved[-2:] and self._can_stand(spot)
        ]  # fmt: skip
        if near is not None:
            names = [n for n in names if math.dist(home.point(home.spots[n])[:2], middle) < near]
        known = [n for n in names if n in self.moved]
        if known and near is None and self.rng.random() < 0.35:
            names = known
        if not names:
            return None
        return names[self._draw_near([home.point(home.spots[n])[:2] for n in names])]

    def _free_spot(self, item: str) -> Spot | None:
        """Draw a slot in the open for `item`, on other furniture than it came from."""
        spots = [
            spot
            for spot in self.home.free_spots()
            if self.home.accessible(spot) and spot[0] != self._sources.get(item) and self._can_stand(spot)
        ]
        if not spots:
            return None
        names = list(dict.fromkeys(spot[0] for spot in spots))
        name = names[self._draw_near([self.home.furniture[n].position[:2] for n in names], 3.5)]
        mine = [spot for spot in spots if spot[0] == name]
        return mine[int(self.rng.integers(len(mine)))]

    def _switch(self, near: float | None = None) -> str | None:
        names = [
            name
            for name in self.home.lit
            if name not in self._switched and len(self.standpoints.candidates(switch_target(self.home, name))[0])
        ]
        points = [self.home.furniture[name].position[:2] for name in names]
        here = (self.wearer.x, self.wearer.y)
        if near is not None:
            names = [n for n, p in zip(names, points, strict=True) if math.dist(p, here) < near]
            points = [p for p in points if math.dist(p, here) < near]
        return names[self._draw_near(points)] if names else None

    def _hinge(self) -> JointId | None:
        joint_ids = [
            (name, index)
            for name, furniture in self.home.furniture.items()
            for index in range(len(furniture.joints))
            if len(self.standpoints.candidates(joint_target(self.home, (name, index)))[0])
        ]
        if not joint_ids:
            return None
        return joint_ids[self._draw_near([self.home.furniture[name].position[:2] for name, _ in joint_ids])]

    def _open_joint(self) -> JointId | None:
        """Draw a door or drawer that is open, None if there is none."""
        joint_ids = [joint_id for joint_id, fraction in self.home.open.items() if fraction > 0]
        return joint_ids[int(self.rng.integers(len(joint_ids)))] if joint_ids else None

    def _can_stand(self, spot: Spot) -> bool:
        if not len(self.standpoints.candidates(slot_target(self.home, spot))[0]):
            return False
        joint_id = self.home.joint_of(spot)
        return joint_id is None or len(self.standpoints.candidates(joint_target(self.home, joint_id))[0]) > 0

    def _draw_near(self, points: list[tuple[float, float]], scale: float = 2.6) -> int:
        """Draw the index of one of `points`; a point `scale` metres farther is about a third as likely.

        Another room counts as farther: the wearer has to walk through doorways.
        """
        wearer, house = self.wearer, self.home.house
        far = [
            math.hypot(x - wearer.x, y - wearer.y) + (0.0 if room_at(house, x, y) == wearer.room else _ROOM_DETOUR)
            for x, y in points
        ]
        weights = np.exp(-np.array(far) / scale)
        return int(self.rng.choice(len(points), p=weights / weights.sum()))
