"""Actions: what is handled is in view and at hand."""

from __future__ import annotations

import math

from mmego.sim.actors.episode import Episode
from mmego.sim.actors.wearer import camera_point
from mmego.sim.shapes.shapes import Point
from tests.sim.hand_made_house import Recorder, make_house


def test_what_is_handled_is_in_view_and_at_hand() -> None:
    """At contact and half a second before and after, the thing is within 25 degrees of where the eyes look."""
    house, looks = make_house(), {}
    episode = Episode(house, 6, 200.0, Recorder())
    contacts: dict[float, Point] = {}
    for _ in range(2000):
        narrated = len(episode.narrator.events)
        episode.step()
        wearer = episode.wearer
        looks[round(episode.time, 3)] = (wearer.eye(), wearer.heading, wearer.pitch, (wearer.x, wearer.y))
        for event in episode.narrator.events[narrated:]:
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
