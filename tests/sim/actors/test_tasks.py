"""Tasks: the wearer carries things between rooms, uses both hands, and leaves some things untouched."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass

import pytest

from mmego.sim.actors.episode import VIEW_HALF_ANGLE, Episode
from mmego.sim.actors.state import Event
from mmego.sim.house.generator import make_house
from mmego.sim.shapes.geometry import room_at
from mmego.sim.shapes.shapes import House
from mmego.sim.story import NoView
from tests.sim.actors.episodes import HANDLING, run

SEEDS = (102, 104, 105, 110)
SECONDS = 240


@dataclass(frozen=True)
class Life:
    """An episode: what happened, and in how many seconds each thing lay in view of the wearer within two metres.

    `alone` are the things that the plan leaves alone; chance leaves others too.
    """

    house: House
    events: list[Event]
    passed: Counter[str]
    alone: set[str]

    @property
    def mine(self) -> list[Event]:
        return [event for event in self.events if event.actor == "C"]


@functools.cache
def life(seed: int) -> Life:
    house = make_house(seed)
    episode = Episode(house, seed, SECONDS, NoView())
    passed: Counter[str] = Counter()
    for tick in range(10 * SECONDS):
        episode.step()
        if tick % 10 == 0:
            wearer, home = episode.wearer, episode.home
            for item, spot in home.spots.items():
                x, y, z = home.point(spot)
                near = (x - wearer.x) ** 2 + (y - wearer.y) ** 2 < 4.0 and room_at(house, x, y) == wearer.room
                if near and home.accessible(spot) and wearer.angle_to((x, y, z)) < VIEW_HALF_ANGLE:
                    passed[item] += 1
    events = sorted(episode.narrator.events, key=lambda event: event.time)
    return Life(house, events, passed, episode.planner._left_alone)


@pytest.mark.parametrize("seed", SEEDS)
def test_things_are_moved_between_rooms(seed: int) -> None:
    """Taken in one room, put down in another: by the place of the furniture, and as the events name the rooms."""
    rooms = {piece.name: piece.room for piece in life(seed).house.furniture}
    taken: dict[str, Event] = {}
    journeys = []
    for event in life(seed).mine:
        if event.verb in ("picks up", "puts"):
            assert event.room == rooms[str(event.furniture)]
        if event.verb == "picks up":
            taken[str(event.item)] = event
        elif event.verb == "puts":
            journeys.append((taken.pop(str(event.item)).room, event.room))
    between = [(start, end) for start, end in journeys if start != end]
    assert len(between) >= 2
    assert len(between) < len(journeys), "some things stay in their room"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_carried_to_another_room_was_carried_through_doorways(seed: int) -> None:
    """Between taking and putting in another room, an event says that the wearer walks into that room."""
    taken: dict[str, float] = {}
    entered: dict[str, float] = {}
    for event in life(seed).mine:
        if event.verb == "walks into":
            entered[event.room] = event.time
        elif event.verb == "picks up":
            taken[str(event.item)] = event.time
            entered[event.room] = event.time
        elif event.verb == "puts":
            assert entered[event.room] >= taken[str(event.item)]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_hand_takes_and_puts(seed: int) -> None:
    hands = Counter((event.hand, event.verb) for event in life(seed).mine if event.verb in ("picks up", "puts"))
    assert {hand for hand, _ in hands} == {"left", "right"}
    for hand in ("left", "right"):
        assert hands[hand, "picks up"] >= hands[hand, "puts"] >= 1
    assert hands["right", "picks up"] > hands["left", "picks up"], "the right one is used first"


def test_both_hands_are_full_at_times() -> None:
    for_both = 0
    for seed in SEEDS:
        holding: dict[str, str] = {}
        for event in life(seed).mine:
            if event.verb == "picks up":
                assert event.hand is not None
                holding[event.hand] = str(event.item)
                for_both += len(holding) == 2 and holding["left"] != holding["right"]
            elif event.verb == "puts":
                assert holding.pop(str(event.hand)) == event.item
    assert for_both >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_some_things_are_passed_by_and_never_touched(seed: int) -> None:
    """They lie in the open, the wearer is near with open eyes, and no event ever names them."""
    names = {item.name for item in life(seed).house.items}
    untouched = names - {event.item for event in life(seed).events}
    assert {item for item, seconds in life(seed).passed.items() if seconds >= 3 and item in untouched}
    assert len(life(seed).alone) == len(names) // 5
    assert not life(seed).alone & {event.item for event in life(seed).mine}


def test_most_of_what_happens_is_picking_and_putting_every_few_seconds() -> None:
    events = [event for seed in range(4) for event in run(seed, 300.0)[1] if event.verb in HANDLING]
    moving = [event for event in events if event.verb in ("picks up", "puts")]
    assert 4.0 < 1200 / len(events) < 10.0
    assert 0.55 < len(moving) / len(events) < 0.9
    assert {event.verb for event in events} == set(HANDLING)
