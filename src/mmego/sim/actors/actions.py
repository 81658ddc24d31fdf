"""Actions of the wearer: each goes to a standpoint, looks, moves a hand, and has the event narrated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mmego.sim.actors.narrator import Narrator, PerformedAction
from mmego.sim.actors.person import Person
from mmego.sim.actors.standpoints import Standpoints, Target, joint_target, slot_target, switch_target
from mmego.sim.actors.state import Household, JointId, Side, Spot, Verb
from mmego.sim.actors.tasks import LookAround, MoveJoint, Pick, Put, Switch, Task
from mmego.sim.actors.wearer import Attempt, Motion, Wearer
from mmego.sim.house.floor_grid import Route
from mmego.sim.shapes.geometry import heading_to, room_at, wrap
from mmego.sim.shapes.shapes import Point

_AFTER = 0.9
"""Seconds from contact until the hand is back."""


@dataclass(slots=True)
class Actions:
    """The wearer's actions in a household; `person` is the other person, who may be in the way."""

    home: Household
    wearer: Wearer
    standpoints: Standpoints
    narrator: Narrator
    rng: np.random.Generator
    person: Person | None = None

    def needs(self, task: Task) -> list[str | Spot]:
        """Return what the other person may not use during `task`."""
        things: list[str | Spot] = [h.item for h in self.wearer.hands.values() if h.item is not None]
        if isinstance(task, Pick):
            things.append(task.item)
        elif isinstance(task, Put):
            things += [task.spot]
        elif isinstance(task, MoveJoint):
            things.append(task.joint_id[0])
        return things

    def possible(self, task: Task) -> bool:
        """Return False if the task is no longer possible: things may have changed since it was drawn."""
        home, other = self.home, self.home.reserved.get("person", set())
        if isinstance(task, Pick):
            spot = home.spots.get(task.item)
            free = self.wearer.free_hand() is not None and task.item not in other
            return free and spot is not None and home.accessible(spot)
        if isinstance(task, Put):
            held = home.holders.get(task.item) in ("left", "right")
            free = task.spot not in home.taken and task.spot not in other
            return held and free and home.accessible(task.spot)
        if isinstance(task, MoveJoint):
            is_open = home.open.get(task.joint_id, 0.0) > 0
            return self.wearer.free_hand() is not None and is_open != task.opens
        return isinstance(task, LookAround) or self.wearer.free_hand() is not None

    def do(self, task: Task) -> Attempt:
        """Carry out a task; False if it fails."""
        if isinstance(task, Pick):
            return (yield from self._pick(task.item))
        if isinstance(task, Put):
            return (yield from self._put(task.item, task.spot))
        if isinstance(task, MoveJoint):
            return (yield from self._swing(task.joint_id, task.opens))
        if isinstance(task, Switch):
            return (yield from self._switch(task.furniture))
        return (yield from self._visit(task.room))

    def _approach(self, target: Target, seconds: float = 0.5, bend: bool = True) -> Attempt:
        """Go where `target` is within reach and look at it."""
        wearer = self.wearer
        for _ in range(3):
            others = [(self.person.x, self.person.y)] if self.person else []
            if not self._within_reach(target):
                stand = self.standpoints.find(target, wearer.x, wearer.y, others)
                route = None if stand is None else self._route_to(stand)
                if route is None:
                    return False
                if not (yield from wearer.walk(route, target.point)):
                    continue
            yield from wearer.gaze(target.point, seconds, bend)
            off = wrap(heading_to(wearer.x, wearer.y, *target.point[:2]) - wearer.heading)
            if abs(off) > 15:
                yield from wearer.gaze(target.point, 0.4, bend)
            return True
        return False

    def _route_to(self, stand: tuple[float, float]) -> Route | None:
        """Return a route to a standpoint, round the other person if they are near; None if there is none."""
        wearer, person = self.wearer, self.person
        if person is None or math.hypot(person.x - wearer.x, person.y - wearer.y) > 1.2:
            return self.home.grid.route((wearer.x, wearer.y), stand)
        near = np.hypot(self.home.grid.x - person.x, self.home.grid.y - person.y) < 0.5
        here = np.hypot(self.home.grid.x - wearer.x, self.home.grid.y - wearer.y) < 0.15
        self.home.grid.block("person", near & ~here)
        route = self.home.grid.route((wearer.x, wearer.y), stand)
        self.home.grid.unblock("person")
        return route

    def _within_reach(self, target: Target) -> bool:
        """Return True if the wearer already stands well enough: no small steps are needed, even near an open door."""
        cells, scores = self.standpoints.candidates(target)
        mine = np.flatnonzero((cells == self.home.grid.cell(self.wearer.x, self.wearer.y)).all(1))
        return bool(len(mine) and scores[mine[0]] < (0.8 if target.sweep is None else 2.5))

    def _pick(self, item: str) -> Attempt:
        spot = self.home.spots[item]
        target = slot_target(self.home, spot)
        if not (yield from self._approach(target)):
            return False
        if self.home.spots.get(item) != spot:
            return False
        side = self._choose_hand(target.point)
        top = self._grip(item, target.point)
        start = self.wearer.time
        yield from self.wearer.reach(side, top, target.point)
        self.home.take(item, side)
        self.wearer.hands[side].item = item
        self._narrate("picks up", start, _AFTER, item, spot, side)
        yield from self.wearer.gaze(target.point, 0.2, True)
        yield from self.wearer.draw_back(side, target.point)
        yield from self.wearer.gaze(target.point, 0.3)
        return True

    def _put(self, item: str, spot: Spot) -> Attempt:
        target = slot_target(self.home, spot)
        if not (yield from self._approach(target)):
            return False
        if spot in self.home.taken:
            return False
        side = self.wearer.hand_of(item)
        top = self._grip(item, target.point)
        start = self.wearer.time
        yield from self.wearer.reach(side, top, target.point)
        self.wearer.hands[side].item = None
        self.home.put(item, spot)
        self._narrate("puts", start, _AFTER, item, spot, side)
        yield from self.wearer.gaze(target.point, 0.2, True)
        yield from self.wearer.draw_back(side, target.point, 0.4)
        yield from self.wearer.gaze(target.point, 0.4)
        return True

    def _grip(self, item: str, point: Point) -> Point:
        """Return where the hand takes an item: its upper half, a little on the wearer's side."""
        low, high = self.home.items[item].body.extent()
        angle = math.atan2(self.wearer.y - point[1], self.wearer.x - point[0])
        return (
            point[0] + 0.05 * math.cos(angle),
            point[1] + 0.05 * math.sin(angle),
            point[2] + 0.7 * (high[2] - low[2]),
        )

    def _choose_hand(self, point: Point) -> Side:
        """Return the free hand; of two free hands the right one, three times in four."""
        free = [side for side, hand in self.wearer.hands.items() if hand.item is None]
        if len(free) == 2:
            return "right" if self.rng.random() < 0.75 else "left"
        return free[0]

    def _swing(self, joint_id: JointId, opens: bool) -> Attempt:
        """Open or close a door or drawer, the hand on its handle all the way."""
        home, wearer = self.home, self.wearer
        if not (yield from self._approach(joint_target(home, joint_id), 0.5, False)):
            return False
        side = self._choose_hand(home.handle(joint_id))
        joint = home.furniture[joint_id[0]].joints[joint_id[1]]
        start, middle = self.wearer.time, self._inside(joint_id)
        # The wearer looks at an open door together with what it will hide: alone it is a board before a wall.
        yield from wearer.reach(
            side, home.handle(joint_id), _between(home.handle(joint_id), middle, 0.0 if opens else 0.5)
        )
        count = round((1.0 if joint.kind == "hinge" else 0.8) * self.wearer.fps)
        self._narrate("opens" if opens else "closes", start, count / self.wearer.fps + 0.3, None, joint_id, side)
        for k in range(1, count + 1):
            share = k / count
            share = share * share * (3 - 2 * share)
            home.swing(joint_id, share if opens else 1.0 - share)
            handle = home.handle(joint_id)
            wearer.hands[side].target = handle
            inner = share if opens else 1.0 - share
            yield from wearer.gaze(_between(handle, middle, (0.7 if opens else 0.5) * inner), 1.0 / wearer.fps, True)
        home.swing(joint_id, 1.0 if opens else 0.0)
        home.settle(joint_id)
        gaze_at = middle if opens else home.handle(joint_id)
        yield from wearer.draw_back(side, gaze_at, 0.4)
        yield from wearer.gaze(gaze_at, 0.4)
        return True

    def _inside(self, joint_id: JointId) -> Point:
        """Return the middle of the slots behind a door or in a drawer, or the handle if there are none."""
        points = [
            self.home.point((joint_id[0], k))
            for k, slot in enumerate(self.home.furniture[joint_id[0]].slots)
            if slot.joint == joint_id[1]
        ]
        if not points:
            return self.home.handle(joint_id)
        x, y, z = (sum(p[axis] for p in points) / len(points) for axis in range(3))
        return x, y, z

    def _switch(self, name: str) -> Attempt:
        target = switch_target(self.home, name)
        if not (yield from self._approach(target)):
            return False
        side = self._choose_hand(target.point)
        start = self.wearer.time
        yield from self.wearer.reach(side, target.point, target.point)
        self.home.switch(name)
        self._narrate("switches on" if self.home.lit[name] else "switches off", start, _AFTER, None, (name, 0), side)
        yield from self.wearer.gaze(target.point, 0.3, True)
        yield from self.wearer.draw_back(side, target.point, 0.4)
        yield from self.wearer.gaze(target.point, 0.4)
        return True

    def _visit(self, name: str) -> Attempt:
        """Go to a room and look at some things there."""
        room = next(room for room in self.home.house.rooms if room.name == name)
        x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
        route = self._route_to(self.home.grid.point(self.home.grid.nearest(x, y)))
        if route is None or not (yield from self.wearer.walk(route)):
            return False
        start = self.wearer.time
        yield from self.look_round(2.0)
        if room_at(self.home.house, self.wearer.x, self.wearer.y) == name:
            end = self.wearer.time
            self.narrator.narrate(PerformedAction("looks around", start, (start + end) / 2, end, name))
        return True

    def look_round(self, seconds: float) -> Motion:
        """Stand and look at things of the room, one after the other."""
        sights = self.sights(4.0)
        if not sights:
            yield from self.wearer.turn(self.wearer.heading, -14.0, seconds)
            return
        left = seconds
        while left > 0:
            point = sights[int(self.rng.integers(len(sights)))]
            yield from self.wearer.gaze(point, 1.0)
            left -= 1.0

    def sights(self, far: float) -> list[Point]:
        """Return points of this room worth a look: pieces of furniture, and items in the open."""
        wearer = self.wearer
        points = [
            self.home.point(spot)
            for spot in self.home.spots.values()
            if self.home.furniture[spot[0]].room == self.wearer.room and self.home.accessible(spot)
        ]
        points += [
            (f.position[0], f.position[1], f.position[2] + 0.6)
            for f in self.home.house.furniture
            if f.room == self.wearer.room and not f.walkable
        ]
        return [p for p in points if 0.7 < math.hypot(p[0] - wearer.x, p[1] - wearer.y) < far]

    def _narrate(
        self, verb: Verb, start: float, after: float, item: str | None, spot: Spot | JointId, side: Side
    ) -> None:
        """Narrate an action whose contact is now."""
        now, room = self.wearer.time, self.home.furniture[spot[0]].room
        self.narrator.narrate(PerformedAction(verb, start, now, now + after, room, item, spot, side))


def _between(a: Point, b: Point, share: float) -> Point:
    """Return the point `share` of the way from `a` to `b`."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share
