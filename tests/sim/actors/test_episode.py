"""Episodes: what happens in them is possible, looked at, and the same for the same seed."""

from __future__ import annotations

import math

import pytest

from mmego.errors import InputError
from mmego.sim.actors.episode import Episode, run_episode
from mmego.sim.house.floor_grid import Grid, blocks
from mmego.sim.shapes.geometry import heading_to, room_at, wrap
from tests.sim.actors.episodes import HANDLING, run
from tests.sim.hand_made_house import Recorder, make_house


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
def test_people_do_not_walk_through_furniture_or_jump(person: str | None) -> None:
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


def test_the_other_persons_actions_are_narrated_only_if_the_wearer_can_see_them() -> None:
    house = make_house("man X")
    episode = Episode(house, 3, 400.0, Recorder())
    seen = hidden = 0
    for _ in range(4000):
        narrated = len(episode.narrator.events)
        episode.step()
        for event in episode.narrator.events[narrated:]:
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


@pytest.mark.parametrize(("seconds", "fps"), [(0.0, 10), (-1.0, 10), (5.0, 0)])
def test_nonsense_lengths_are_refused(seconds: float, fps: int) -> None:
    with pytest.raises(InputError, match="above 0"):
        Episode(make_house(), 0, seconds, Recorder(), fps)
