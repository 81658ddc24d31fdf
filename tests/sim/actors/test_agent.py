"""Episodes: what happens in them is possible, looked at, and the same for the same seed."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from mmego.errors import InputError
from mmego.sim.actors.agent import Episode, run_episode
from mmego.sim.actors.state import Event
from mmego.sim.actors.wearer import EYES, camera_point
from mmego.sim.house.paths import Grid, blocks
from mmego.sim.shapes.geometry import heading_to, room_at, wrap
from mmego.sim.shapes.shapes import House, Point
from tests.sim.hand_made_house import Recorder, make_house

HANDLING = ("picks up", "puts", "opens", "closes", "switches on", "switches off")
SENTENCE = re.compile(
    r"#(C C|O man X) (picks up (an?|the) [a-z ]+ from the|puts (an?|the) [a-z ]+ (on|in) the|opens the|closes the|"
    r"switches on the|switches off the|walks into the|looks around the) [a-z ]+"
)


def run(seed: int, seconds: float = 120.0, person: str | None = None) -> tuple[House, list[Event], Recorder]:
    house, view = make_house(person), Recorder()
    return house, run_episode(house, seed, seconds, view), view


def test_same_seed_same_episode_and_another_seed_another() -> None:
    first, again, other = run(3, person="man X"), run(3, person="man X"), run(4, person="man X")
    assert first[1] == again[1]
    assert first[2].moves == again[2].moves
    assert first[1] != other[1]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("person", [None, "man X"])
def test_events_could_happen(seed: int, person: str | None) -> None:
    """Replays the events: things are taken from where they are, put where there is room, by hands that are free."""
    house, events, _ = run(seed, 300.0, person)
    places = {item.name: item.place for item in house.items}
    hands: dict[tuple[str, str | None], str | None] = {}
    open_joints: set[str] = set()
    for event in events:
        key = (event.actor, event.hand)
        if event.verb == "picks up":
            assert event.item is not None
            assert places.pop(event.item) == event.furniture
            assert hands.get(key) is None
            hands[key] = event.item
        elif event.verb == "puts":
            assert event.item is not None
            assert event.furniture is not None
            assert hands.get(key) == event.item
            hands[key] = None
            places[event.item] = event.furniture
        elif event.verb in HANDLING:
            assert hands.get(key) is None, "a full hand opens or switches nothing"
        if event.verb == "opens":
            assert event.joint not in open_joints
            open_joints.add(str(event.joint))
        elif event.verb == "closes":
            open_joints.remove(str(event.joint))
        elif event.joint is not None:
            assert event.joint in open_joints


@pytest.mark.parametrize("person", [None, "man X"])
def test_events_are_in_order_and_told_in_ego4d_style(person: str | None) -> None:
    _, events, _ = run(1, 300.0, person)
    assert [event.time for event in events] == sorted(event.time for event in events)
    mine = [event for event in events if event.actor == "C" and event.verb in HANDLING]
    for event in events:
        assert 0 <= event.start <= event.time <= event.end <= 300.0
        if event.narration is not None:
            assert SENTENCE.fullmatch(event.narration), event.narration
    for event, after in itertools.pairwise(mine):
        assert event.time < after.start, "one thing after the other"
    assert all(event.narration is not None for event in events if event.actor == "C")


def test_an_item_is_named_with_a_first_and_with_the_later() -> None:
    _, events, _ = run(2, 300.0)
    seen: set[str] = set()
    for event in events:
        if event.item is not None and event.narration is not None:
            article = "the" if event.item in seen else ("an" if event.item.startswith("orange") else "a")
            assert f" {article} {event.item} " in event.narration
            seen.add(event.item)
    assert len(seen) > 3


def test_most_of_what_happens_is_picking_and_putting_every_few_seconds() -> None:
    events = [event for seed in range(4) for event in run(seed, 300.0)[1] if event.verb in HANDLING]
    moving = [event for event in events if event.verb in ("picks up", "puts")]
    assert 4.0 < 1200 / len(events) < 10.0
    assert 0.55 < len(moving) / len(events) < 0.9
    assert {event.verb for event in events} == set(HANDLING)


@pytest.mark.parametrize("person", [None, "man X"])
def test_nobody_walks_through_furniture_or_jumps(person: str | None) -> None:
    house = make_house(person)
    grid = Grid(house)
    solid = [grid.footprint(f.body, f.position[:2], f.yaw, 0.15) for f in house.furniture if blocks(f)]
    episode = Episode(house, 5, 200.0, Recorder())
    before = (episode.wearer.x, episode.wearer.y)
    for _ in range(2000):
        episode.step()
        bodies = [episode.wearer] if episode.person is None else [episode.wearer, episode.person]
        for body in bodies:
            cell = grid.cell(body.x, body.y)
            assert not any(cells[cell] for cells in solid)
            assert room_at(house, body.x, body.y) or abs(body.y - 1.5) < 0.45
        here = (episode.wearer.x, episode.wearer.y)
        assert math.dist(before, here) < 0.2
        before = here


def test_what_is_handled_is_in_view_and_at_hand() -> None:
    """At contact and half a second before and after, the thing is within 25 degrees of where the eyes look."""
    house, looks = make_house(), {}
    episode = Episode(house, 6, 200.0, Recorder())
    contacts: dict[float, Point] = {}
    for _ in range(2000):
        told = len(episode.teller.events)
        episode.step()
        wearer = episode.wearer
        looks[round(episode.time, 3)] = (wearer.eye(), wearer.heading, wearer.pitch, (wearer.x, wearer.y))
        for event in episode.teller.events[told:]:
            if event.verb in ("picks up", "puts"):
                item = str(event.item)
                hand = wearer.hands[event.hand or "right"]
                assert hand.reach == 1.0
                assert hand.target is not None
                spot = episode.home.spots.get(item)
                contacts[event.time] = episode.home.point(spot) if spot else hand.target
    assert len(contacts) > 10
    for time, point in contacts.items():
        if time > 199:
            continue
        for offset in (-0.4, 0.0, 0.5):
            eye, heading, pitch, feet = looks[round(time + offset, 3)]
            x, y, z = camera_point(point, eye, heading, pitch)
            assert math.degrees(math.acos(y / math.hypot(x, y, z))) < 25
            assert math.dist(feet, point[:2]) < 1.15


def test_a_carried_item_is_low_in_the_view_while_walking() -> None:
    house, view = make_house(), Recorder()
    episode = Episode(house, 6, 200.0, view)
    for _ in range(2000):
        episode.step()
        carried = [side for side, hand in episode.wearer.hands.items() if hand.item and hand.reach == 0]
        if carried and episode.wearer.speed > 0.5:
            episode.show()
            for side in carried:
                hand = view.hands[side]
                assert hand is not None
                x, y, z = hand
                assert 20 < math.degrees(math.atan2(-z, y)) < 38
                assert (x > 0) == (side == "right")


def test_the_view_follows_doors_drawers_and_what_lies_in_them() -> None:
    house, view = make_house(), Recorder()
    episode = Episode(house, 0, 600.0, view)
    inside = {item.name for item in house.items if item.place == "dresser" and item.slot == 3}
    while not any(event.joint == "drawer of the dresser" and event.verb == "opens" for event in episode.teller.events):
        episode.step()
    for _ in range(20):
        episode.step()
    episode.show()
    assert view.joints["dresser", 0] == 1.0
    places = [move for move in view.moves if move[0] == "place" and move[1] in inside]
    for move in places:
        assert isinstance(move[2], tuple)
        assert move[2][0] == pytest.approx(7.7 - 0.3, abs=0.02)


def test_what_the_other_person_does_is_told_only_when_it_can_be_seen() -> None:
    house = make_house("man X")
    episode = Episode(house, 3, 400.0, Recorder())
    seen = hidden = 0
    for _ in range(4000):
        told = len(episode.teller.events)
        episode.step()
        for event in episode.teller.events[told:]:
            if event.actor == "C":
                continue
            wearer, person = episode.wearer, episode.person
            assert person is not None
            off = abs(wrap(heading_to(wearer.x, wearer.y, person.x, person.y) - wearer.heading))
            if event.narration is None:
                hidden += 1
            else:
                seen += 1
                assert event.narration.startswith("#O man X ")
                assert event.room == wearer.room
                assert off < 41
    assert seen > 3
    assert hidden > 3


def test_frames_only_episodes_equal_full_ones() -> None:
    """Driving the view at one tick in ten changes nothing of what happens, nor of the view at those ticks."""
    house, cameras, events = make_house("man X"), [], []
    for every, first in ((1, 0), (10, 5)):
        view, seen = Recorder(), {}

        def keep(now: object, view: Recorder = view, seen: dict[str, object] = seen) -> None:
            seen[repr(now)] = (view.camera, dict(view.hands), view.person, dict(view.joints))

        events.append(run_episode(house, 9, 60.0, view, 10, keep, every, first))
        cameras.append(seen)
    assert events[0] == events[1]
    assert len(cameras[0]) == 600
    assert len(cameras[1]) == 60
    assert {key: cameras[0][key] for key in cameras[1]} == cameras[1]


def test_eyes_stay_at_head_height() -> None:
    episode = Episode(make_house(), 2, 100.0, Recorder())
    heights = []
    for _ in range(1000):
        episode.step()
        heights.append(episode.wearer.height)
    assert max(heights) <= EYES + 1e-6
    assert min(heights) >= 0.99


@pytest.mark.parametrize(("seconds", "fps"), [(0.0, 10), (-1.0, 10), (5.0, 0)])
def test_nonsense_lengths_are_refused(seconds: float, fps: int) -> None:
    with pytest.raises(InputError, match="above 0"):
        Episode(make_house(), 0, seconds, Recorder(), fps)
