"""One episode in a house: the wearer and the other person act, the view follows, events are narrated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmego.errors import InputError
from mmego.sim.actors.actions import Actions
from mmego.sim.actors.narrator import Narrator, PerformedAction
from mmego.sim.actors.person import Person
from mmego.sim.actors.standpoints import Standpoints
from mmego.sim.actors.state import EpisodeView, Event, Household, Side
from mmego.sim.actors.tasks import Planner
from mmego.sim.actors.wearer import Motion, Wearer
from mmego.sim.house.floor_grid import Grid
from mmego.sim.shapes.geometry import heading_to, room_at, wrap
from mmego.sim.shapes.shapes import House, Point

__all__ = ["Episode", "EpisodeView", "Event", "Moment", "run_episode"]

VIEW_HALF_ANGLE = 36.0
"""Degrees from the middle of the view within which the wearer sees what the other person does."""
BACK_ANGLE = 130.0
"""Beyond this angle (degrees from their front) the person's body hides what their hands do."""
SIGHT_DISTANCE = 6.0
"""Metres within which the wearer recognises what the other person does."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true at one time: the room that the wearer is in and what the hands hold."""

    time: float
    room: str
    held: dict[Side, str | None]


class Episode:
    """A part of life in a house, tick by tick; the same house, seed and fps give the same episode.

    The view changes only when a frame is needed (`show`), so an episode without frames is cheap.
    """

    def __init__(self, house: House, seed: int, seconds: float, view: EpisodeView, fps: int = 10) -> None:
        """Place the wearer (and the other person) somewhere in the house.

        Args:
            house: the house.
            seed: of everything that is drawn at random.
            seconds: length of the episode.
            view: what shows the episode, see `EpisodeView`.
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
        self.narrator = Narrator(house, self.home, seconds)
        standpoints = Standpoints(self.home)
        self.wearer = self._place_wearer(fps)
        self.actions = Actions(self.home, self.wearer, standpoints, self.narrator, rng)
        self.planner = Planner(self.home, self.wearer, standpoints, rng)
        self.person = self._place_person(seed, standpoints) if house.person else None
        self.actions.person = self.person
        self._wearer_life = self._live()
        self._person_life = self.person.live() if self.person else None
        self._next_glance = int(rng.integers(fps, 4 * fps))
        self._next_watch = 0
        self._entered: tuple[str, int] | None = None

    def _random_place(self, rng: np.random.Generator) -> tuple[float, float]:
        """Draw a place on the largest connected part of the floor."""
        labels = self.grid.labels
        largest = int(np.argmax(np.bincount(labels[labels > 0])))
        cells = np.argwhere(labels == largest)
        i, j = cells[int(rng.integers(len(cells)))]
        return self.grid.point((int(i), int(j)))

    def _place_wearer(self, fps: int) -> Wearer:
        """Place the wearer, who looks to the middle of the room and not at a wall."""
        x, y = self._random_place(self.rng)
        here = room_at(self.house, x, y)
        room = next((r for r in self.house.rooms if r.name == here), self.house.rooms[0])
        heading = heading_to(x, y, (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2)
        return Wearer(self.rng, fps, x, y, heading, room.name, float(self.rng.uniform(0.95, 1.25)))

    def _place_person(self, seed: int, standpoints: Standpoints) -> Person:
        """Place the other person, away from the wearer; with random numbers of their own."""
        rng, wearer = np.random.default_rng([seed, 1]), self.wearer
        x, y = self._random_place(rng)
        for _ in range(50):
            if math.hypot(x - wearer.x, y - wearer.y) > 1.5:
                break
            x, y = self._random_place(rng)
        heading = float(rng.uniform(-180, 180))
        person = Person(
            self.home, standpoints, rng, wearer.fps, x, y, heading,
            lambda: (wearer.x, wearer.y), self._narrate_other, self._watch_other,
        )  # fmt: skip
        wearer.blocker = lambda: (person.x, person.y)
        return person

    @property
    def time(self) -> float:
        """Return the seconds since the start."""
        return self.wearer.time

    def step(self) -> None:
        """Pass one tick."""
        self.wearer.tick()
        next(self._wearer_life)
        if self.person is not None and self._person_life is not None:
            self.person.tick()
            next(self._person_life)
        self._notice_room()
        if self.wearer.ticks >= self._next_glance:
            self._glance()

    def show(self) -> None:
        """Bring the view up to date."""
        self.home.show()
        if self.person is not None:
            self.person.show(self.view)
        self.wearer.show(self.view)

    def moment(self) -> Moment:
        """Return what is true now, for the truth file."""
        held = {side: hand.item for side, hand in self.wearer.hands.items()}
        return Moment(self.time, self.wearer.room, held)

    def _live(self) -> Motion:
        """Do one task after the other, for ever; look about after several that could not be done."""
        yield from self.wearer.turn(self.wearer.heading, -14.0, float(self.rng.uniform(0.4, 1.5)))
        failures = 0
        while True:
            task = self.planner.next()
            self.home.reserve("wearer", self.actions.needs(task))
            done = self.actions.possible(task) and (yield from self.actions.do(task))
            held = [hand.item for hand in self.wearer.hands.values() if hand.item is not None]
            self.home.reserve("wearer", held)
            if done:
                failures = 0
                continue
            self.planner.drop()
            failures += 1
            if failures % 4 == 0:
                yield from self.actions.look_round(1.0)

    def _glance(self) -> None:
        """Look at a thing in passing, or at what the other person does."""
        wearer, person = self.wearer, self.person
        self._next_glance = wearer.ticks + int(self.rng.integers(2 * wearer.fps, 6 * wearer.fps))
        sights = [
            point
            for point in self.actions.sights(3.0)
            if abs(wrap(heading_to(wearer.x, wearer.y, point[0], point[1]) - wearer.course)) < 55
        ]
        if person is not None and room_at(self.house, person.x, person.y) == wearer.room:
            sights = [(person.x, person.y, 1.2)]
        if sights:
            wearer.glance_at(sights[int(self.rng.integers(len(sights)))], 0.9)

    def _notice_room(self) -> None:
        """Narrate that the wearer has entered another room, after 0.3 seconds there."""
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
            self.narrator.narrate(PerformedAction("walks into", at - 0.5, at, at + 1.0, room))

    def _watch_other(self, point: Point) -> None:
        """Stop and look, most of the time, if the other person is about to do something near the wearer."""
        wearer, person = self.wearer, self.person
        assert person is not None
        near = (
            math.hypot(person.x - wearer.x, person.y - wearer.y) < SIGHT_DISTANCE and wearer.ticks >= self._next_watch
        )
        if near and room_at(self.house, person.x, person.y) == wearer.room and self.rng.random() < 0.8:
            self._next_watch = wearer.ticks + 8 * wearer.fps
            x, y = (person.x + point[0]) / 2, (person.y + point[1]) / 2
            wearer.glance_at((x, y, (1.2 + point[2]) / 2), 2.2, stop=True)

    def _narrate_other(self, action: PerformedAction) -> None:
        """Narrate what the other person does if the wearer can see it: near, in view, not from behind."""
        wearer, person = self.wearer, self.person
        assert person is not None
        seen = action.room == wearer.room and math.hypot(person.x - wearer.x, person.y - wearer.y) < SIGHT_DISTANCE
        points: list[Point] = [(person.x, person.y, 1.2)]
        if action.spot is not None:
            points.append(self.home.point(action.spot))
            turned = heading_to(person.x, person.y, wearer.x, wearer.y) - person.heading
            seen = seen and abs(wrap(turned)) < BACK_ANGLE
        seen = seen and all(wearer.angle_to(point) < VIEW_HALF_ANGLE for point in points)
        self.narrator.narrate_other(action, seen)


def run_episode(
    house: House,
    seed: int,
    seconds: float,
    view: EpisodeView,
    fps: int = 10,
    on_frame: Callable[[Moment], None] | None = None,
    every: int = 1,
    first: int = 0,
) -> list[Event]:
    """Run an episode and return its events in order of time.

    Args:
        house, seed, seconds, view, fps: see `Episode`.
        on_frame: called with what is true at a tick, after the view is up to date.
        every: ticks from one call to the next; the ticks between cost almost nothing.
        first: the tick of the first call.

    Returns:
        Events whose contact lies within the episode, sorted by `time`.
    """
    episode = Episode(house, seed, seconds, view, fps)
    for tick in range(math.floor(seconds * fps + 1e-6)):
        if on_frame is not None and tick >= first and (tick - first) % every == 0:
            episode.show()
            on_frame(episode.moment())
        episode.step()
    events = [event for event in episode.narrator.events if event.time <= seconds]
    return sorted(events, key=lambda event: event.time)
