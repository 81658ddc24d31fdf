"""The wearer's body: eyes at head height, carried things low in the view."""

from __future__ import annotations

import math

from mmego.sim.actors.episode import Episode
from mmego.sim.actors.wearer import EYE_HEIGHT
from tests.sim.hand_made_house import Recorder, make_house


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


def test_eyes_stay_at_head_height() -> None:
    episode = Episode(make_house(), 2, 100.0, Recorder())
    heights = []
    for _ in range(1000):
        episode.step()
        heights.append(episode.wearer.height)
    assert max(heights) <= EYE_HEIGHT + 1e-6
    assert min(heights) >= 0.99
