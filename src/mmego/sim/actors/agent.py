"""One episode in a house: the wearer and the other person act, the view follows, events are told."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmego.errors import InputError
from mmego.sim.actors.actions import Doings
from mmego.sim.actors.narrate import Act, Teller
from mmego.sim.actors.person import Person
from mmego.sim.actors.standpoints import Stands
from mmego.sim.actors.state import Event, Household, Side, View
from mmego.sim.actors.tasks import Planner
from mmego.sim.actors.wearer import Motion, Wearer
from mmego.sim.house.paths import Grid
from mmego.sim.shapes.geometry import heading_to, room_at, wrap
from mmego.sim.shapes.shapes import House, Point

__all__ = ["Episode", "Event", "Second", "View", "run_episode"]

FIELD = 36.0
"""Angle from the middle of the view, in degrees, within which the wearer is taken to see what somebody else does."""
BACK = 130.0
"""From farther round than this (degrees from their front) the person's body hides what their hands do."""
SIGHT = 6.0
"""How far off, in metres, the wearer makes out what somebody else does."""


@dataclass(frozen=True, slots=True)
class Second:
    """What is true at one moment: the room the wearer is in and what the hands hold."""

    time: float
    room: str
    held: dict[Side, str | None]


class Episode:
    """A stretch of life in a house, tick by tick; the same house, seed and fps give the same episode.

    The view is only driven when a frame is wanted (`show`), so an episode costs little without one.
    """

    def __init__(self, house: House, seed: int, seconds: float, view: View, fps: int = 10) -> None:
        """Place the wearer (and the other person) somewhere in the house.

        Args:
            house: where it happens.
            seed: of everything that is drawn at random.
            seconds: length of the episode.
            view: what is driven, see `View`.
            fps: ticks per second.

        Raises:
            InputError: if `seconds` or `fps` is not above 0.
        """
        if not seconds > 0 or not fps > 0:
            raise InputError(f"an episode needs seconds and fps above 0, got {seconds} and {fps}")
        rng = np.random.default_rng(seed)
        self.house, self.view, self.rng = house, view, rng
        self.grid = Grid(house)
        self.home = Household(house, view, self.grid, rng)
        self.teller = Teller(house, self.home, seconds)
        stands = Stands(self.home)
        self.wearer = self._arrive(fps)
        self.doings = Doings(self.home, self.wearer, stands, self.teller, rng)
        self.planner = Planner(self.home, self.wearer, stands, rng)
        self.person = self._invite(seed, stands) if house.person else None
        self.doings.person = self.person
        self._living = self._live()
        self._others = self.person.live() if self.person else None
        self._next_glance = int(rng.integers(fps, 4 * fps))
        self._next_watch = 0
        self._entered: tuple[str, int] | None = None

    def _somewhere(self, rng: np.random.Generator) -> tuple[float, float]:
        """A random place of the largest connected part of the floor."""
        labels = self.grid.labels
        largest = int(np.argmax(np.bincount(labels[labels > 0])))
        cells = np.argwhere(labels == largest)
        i, j = cells[int(rng.integers(len(cells)))]
        return self.grid.point((int(i), int(j)))

    def _arrive(self, fps: int) -> Wearer:
        """The wearer somewhere, looking to the middle of the room: nobody starts staring at a wall."""
        x, y = self._somewhere(self.rng)
        here = room_at(self.house, x, y)
        room = next((r for r in self.house.rooms if r.name == here), self.house.rooms[0])
        heading = heading_to(x, y, (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2)
        return Wearer(self.rng, fps, x, y, heading, room.name, float(self.rng.uniform(0.95, 1.25)))

    def _invite(self, seed: int, stands: Stands) -> Person:
        """The other person, not on the wearer's feet; with random numbers of their own."""
        rng, wearer = np.random.default_rng([seed, 1]), self.wearer
        x, y = self._somewhere(rng)
        for _ in range(50):
            if math.hypot(x - wearer.x, y - wearer.y) > 1.5:
                break
            x, y = self._somewhere(rng)
        heading = float(rng.uniform(-180, 180))
        person = Person(
            self.home, stands, rng, wearer.fps, x, y, heading,
            lambda: (wearer.x, wearer.y), self._tell_other, self._watch_other,
        )  # fmt: skip
        wearer.blocker = lambda: (person.x, person.y)
        return person

    @property
    def time(self) -> float:
        """Seconds since the start."""
        return self.wearer.time

    def step(self) -> None:
        """Pass one tick."""
        self.wearer.tick()
        next(self._living)
        if self.person is not None and self._others is not None:
            self.person.tick()
            next(self._others)
        self._notice_room()
        if self.wearer.ticks >= self._next_glance:
            self._glance()

    def show(self) -> None:
        """Bring the view up to date with the moment."""
        self.home.show()
        if self.person is not None:
            self.person.show(self.view)
        self.wearer.show(self.view)

    def second(self) -> Second:
        """What is true now, for the truth file."""
        held = {side: hand.item for side, hand in self.wearer.hands.items()}
        return Second(self.time, self.wearer.room, held)

    def _live(self) -> Motion:
        """Do one task after the other, for ever; look about after several that could not be done."""
        yield from self.wearer.turn(self.wearer.heading, -14.0, float(self.rng.uniform(0.4, 1.5)))
        failures = 0
        while True:
            task = self.planner.next()
            self.home.reserve("wearer", self.doings.needs(task))
            done = self.doings.possible(task) and (yield from self.doings.do(task))
            held = [hand.item for hand in self.wearer.hands.values() if hand.item is not None]
            self.home.reserve("wearer", held)
            if done:
                failures = 0
                continue
            self.planner.drop()
            failures += 1
            if failures % 4 == 0:
                yield from self.doings.look_round(1.0)

    def _glance(self) -> None:
        """Now and then, in passing, look at a thing or at what the other person does."""
        wearer, person = self.wearer, self.person
        self._next_glance = wearer.ticks + int(self.rng.integers(2 * wearer.fps, 6 * wearer.fps))
        sights = [
            point
            for point in self.doings.sights(3.0)
            if abs(wrap(heading_to(wearer.x, wearer.y, point[0], point[1]) - wearer.course)) < 55
        ]
        if person is not None and room_at(self.house, person.x, person.y) == wearer.room:
            sights = [(person.x, person.y, 1.2)]
        if sights:
            wearer.glance_at(sights[int(self.rng.integers(len(sights)))], 0.9)

    def _notice_room(self) -> None:
        """Tell when the wearer has entered another room, once a moment is spent there."""
        wearer = self.wearer
        room = room_at(self.house, wearer.x, wearer.y)
        if room is None or room == wearer.room:
            self._entered = None
            return
        if self._entered is None or self._entered[0] != room:
            self._entered = (room, wearer.ticks)
        if wearer.ticks - self._entered[1] >= 0.3 * wearer.fps:
            at = self._entered[1] / wearer.fps
            wearer.room, self._entered = room, None
            self.teller.tell(Act("walks into", at - 0.5, at, at + 1.0, room))

    def _watch_other(self, point: Point) -> None:
        """When the other person is about to do something near by, stop and look, mostly."""
        wearer, person = self.wearer, self.person
        assert person is not None
        near = math.hypot(person.x - wearer.x, person.y - wearer.y) < SIGHT and wearer.ticks >= self._next_watch
        if near and room_at(self.house, person.x, person.y) == wearer.room and self.rng.random() < 0.8:
            self._next_watch = wearer.ticks + 8 * wearer.fps
            x, y = (person.x + point[0]) / 2, (person.y + point[1]) / 2
            wearer.glance_at((x, y, (1.2 + point[2]) / 2), 2.2, stop=True)

    def _tell_other(self, act: Act) -> None:
        """Note what the other person does; narrated if the wearer can see it: near, in view, not from behind."""
        wearer, person = self.wearer, self.person
        assert person is not None
        seen = act.room == wearer.room and math.hypot(person.x - wearer.x, person.y - wearer.y) < SIGHT
        points: list[Point] = [(person.x, person.y, 1.2)]
        if act.spot is not None:
            points.append(self.home.point(act.spot))
            turned = heading_to(person.x, person.y, wearer.x, wearer.y) - person.heading
            seen = seen and abs(wrap(turned)) < BACK
        seen = seen and all(wearer.angle_to(point) < FIELD for point in points)
        self.teller.tell_other(act, seen)


def run_episode(
    house: House,
    seed: int,
    seconds: float,
    view: View,
    fps: int = 10,
    on_frame: Callable[[Second], None] | None = None,
    every: int = 1,
    first: int = 0,
) -> list[Event]:
    """Run an episode and return its events in order of time.

    Args:
        house, seed, seconds, view, fps: see `Episode`.
        on_frame: called with what is true at a moment, after the view has been brought there.
        every: call it every so many ticks only; the ticks between cost next to nothing.
        first: the tick of the first call.

    Returns:
        Events whose contact lies within the episode, sorted by `time`.
    """
    episode = Episode(house, seed, seconds, view, fps)
    for tick in range(math.floor(seconds * fps + 1e-6)):
        if on_frame is not None and tick >= first and (tick - first) % every == 0:
            episode.show()
            on_frame(episode.second())
        episode.step()
    events = [event for event in episode.teller.events if event.time <= seconds]
    return sorted(events, key=lambda event: event.time)
