"""The other person of a house, who walks about, moves things, and keeps out of the wearer's way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmego.sim.actors.narrator import PerformedAction
from mmego.sim.actors.standpoints import Standpoints, slot_target
from mmego.sim.actors.state import EpisodeView, Household, Spot, Verb
from mmego.sim.actors.wearer import Attempt, Blocker, Motion
from mmego.sim.house.floor_grid import Route
from mmego.sim.shapes.geometry import heading_to, room_at, wrap
from mmego.sim.shapes.shapes import Point

OnAction = Callable[[PerformedAction], None]
"""Called at the moment of contact with the action."""

_PERSONAL_SPACE = 0.6


@dataclass(slots=True)
class Person:
    """The other person: feet at `x`, `y`, facing `heading` (degrees).

    `phase` is the phase of the walk in radians, `arm` 0..1 says how far the arm reaches.

    `narrate` is called at the moment of contact with the action, `on_begin` about a second before with the place.
    """

    home: Household
    standpoints: Standpoints
    rng: np.random.Generator
    fps: int
    x: float
    y: float
    heading: float
    blocker: Blocker
    narrate: OnAction
    on_begin: Callable[[Point], None]
    phase: float = 0.0
    arm: float = 0.0
    holds: str | None = None
    ticks: int = 0
    room: str | None = None

    def live(self) -> Motion:
        """Do one thing after the other, without end."""
        while True:
            if self.holds is not None:
                done = yield from self._put_down()
            elif self.rng.random() < 0.65:
                done = yield from self._fetch()
            else:
                done = yield from self._wander()
            self.home.reserve("person", [self.holds] if self.holds else [])
            yield from self._wait(float(self.rng.uniform(0.5, 3.0)) if done else 0.4)

    def tick(self) -> None:
        """Pass one tick."""
        self.ticks += 1

    def show(self, view: EpisodeView) -> None:
        """Pose the view's person."""
        view.set_person((self.x, self.y, self.heading, self.phase, self.arm))

    def _narrate(self, verb: Verb, room: str, item: str | None = None, spot: Spot | None = None) -> None:
        now = self.ticks / self.fps
        self.narrate(PerformedAction(verb, now - 0.5, now, now + 0.8, room, item, spot))

    # Motions

    def _wait(self, seconds: float) -> Motion:
        for _ in range(max(1, round(seconds * self.fps))):
            yield

    def _turn(self, point: tuple[float, float], seconds: float) -> Motion:
        for _ in range(round(seconds * self.fps)):
            self._face(*point)
            yield

    def _face(self, x: float, y: float) -> None:
        most = 180.0 / self.fps
        self.heading += min(max(wrap(heading_to(self.x, self.y, x, y) - self.heading), -most), most)

    def _walk(self, route: Route) -> Attempt:
        waited = 0
        for tx, ty in route:
            while (distance := math.hypot(tx - self.x, ty - self.y)) > 0.05:
                ahead = heading_to(self.x, self.y, tx, ty)
                other = self.blocker()
                if other is not None and self._meets(other, ahead):
                    waited += 1
                    if waited > 0.7 * self.fps:
                        return False
                else:
                    self._face(tx, ty)
                    slow = max(1.0 - abs(wrap(ahead - self.heading)) / 80.0, 0.0)
                    step = min(0.9 * slow / self.fps, distance)
                    self.x += step * (tx - self.x) / distance
                    self.y += step * (ty - self.y) / distance
                    self.phase += 2 * math.pi * 0.9 * step / 0.9
                    self._notice_room()
                yield
        self.phase = 0.0
        return True

    def _notice_room(self) -> None:
        """Narrate that the person enters another room; between rooms, a wall's width belongs to neither."""
        room = room_at(self.home.house, self.x, self.y)
        if room is not None and room != self.room:
            if self.room is not None:
                self._narrate("walks into", room)
            self.room = room

    def _meets(self, other: tuple[float, float], ahead: float) -> bool:
        near = math.hypot(other[0] - self.x, other[1] - self.y) < _PERSONAL_SPACE
        return near and abs(wrap(heading_to(self.x, self.y, *other) - ahead)) < 80

    def _reach(self, to: float, seconds: float = 0.5) -> Motion:
        start, count = self.arm, max(1, round(seconds * self.fps))
        for k in range(1, count + 1):
            self.arm = start + (to - start) * k / count
            yield

    def _approach(self, spot: Spot) -> Attempt:
        """Go to a standpoint for `spot`, away from the wearer, and face it."""
        other = self.blocker()
        stand = self.standpoints.find(slot_target(self.home, spot), self.x, self.y, [] if other is None else [other])
        route = None if stand is None else self.home.grid.route((self.x, self.y), stand)
        if route is None or not (yield from self._walk(route)):
            return False
        point = self.home.point(spot)
        self.on_begin(point)
        yield from self._turn(point[:2], 0.6)
        return True

    # Actions

    def _room(self) -> str:
        """Draw a room, most often the wearer's: the wearer does not see what happens elsewhere."""
        other = self.blocker()
        here = None if other is None else room_at(self.home.house, *other)
        if here is not None and self.rng.random() < 0.6:
            return here
        rooms = self.home.house.rooms
        return rooms[int(self.rng.integers(len(rooms)))].name

    def _fetch(self) -> Attempt:
        room, busy = self._room(), self.home.all_reserved()
        items = [
            item
            for item, spot in self.home.spots.items()
            if self.home.furniture[spot[0]].room == room
            and self.home.joint_of(spot) is None and item not in busy and spot[0] not in busy
        ]  # fmt: skip
        if not items:
            return False
        item = items[int(self.rng.integers(len(items)))]
        spot = self.home.spots[item]
        self.home.reserve("person", [item, spot])
        if not (yield from self._approach(spot)):
            return False
        yield from self._reach(1.0)
        self.home.take(item, "person")
        self.holds = item
        self._narrate("picks up", self.home.furniture[spot[0]].room, item, spot)
        yield from self._reach(0.0)
        return True

    def _put_down(self) -> Attempt:
        assert self.holds is not None
        room = self._room()
        spots = [s for s in self.home.free_spots() if self.home.joint_of(s) is None]
        spots = [s for s in spots if self.home.furniture[s[0]].room == room] or spots
        if not spots:
            return False
        spot = spots[int(self.rng.integers(len(spots)))]
        self.home.reserve("person", [self.holds, spot])
        if not (yield from self._approach(spot)):
            return False
        yield from self._reach(1.0)
        item, self.holds = self.holds, None
        self.home.put(item, spot)
        self._narrate("puts", self.home.furniture[spot[0]].room, item, spot)
        yield from self._reach(0.0)
        return True

    def _wander(self) -> Attempt:
        name = self._room()
        room = next(room for room in self.home.house.rooms if room.name == name)
        x = float(self.rng.uniform(room.x0 + 0.4, room.x1 - 0.4))
        y = float(self.rng.uniform(room.y0 + 0.4, room.y1 - 0.4))
        route = self.home.grid.route((self.x, self.y), (x, y))
        return route is not None and (yield from self._walk(route))
