"""The state of a household: doors that block the floor, and a view that follows."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.actors.episode import Episode
from mmego.sim.actors.state import Household
from mmego.sim.house.floor_grid import Grid
from tests.sim.hand_made_house import Recorder, make_house


def test_an_open_door_blocks_the_floor_under_it() -> None:
    house = make_house()
    home = Household(house, Recorder(), Grid(house), np.random.default_rng(0))
    under = (2.75, 2.9)
    assert home.grid.free[home.grid.cell(*under)]
    home.swing(("fridge", 0), 1.0)
    home.settle(("fridge", 0))
    assert not home.grid.free[home.grid.cell(*under)]
    home.swing(("fridge", 0), 0.0)
    home.settle(("fridge", 0))
    assert home.grid.free[home.grid.cell(*under)]


def test_the_view_follows_doors_drawers_and_what_lies_in_them() -> None:
    house, view = make_house(), Recorder()
    episode = Episode(house, 0, 600.0, view)
    inside = {item.name for item in house.items if item.place == "dresser" and item.slot == 3}
    while not any(
        event.joint == "drawer of the dresser" and event.verb == "opens" for event in episode.narrator.events
    ):
        episode.step()
    for _ in range(20):
        episode.step()
    episode.show()
    assert view.joints["dresser", 0] == 1.0
    places = [move for move in view.moves if move[0] == "place" and move[1] in inside]
    for move in places:
        assert isinstance(move[2], tuple)
        assert move[2][0] == pytest.approx(7.7 - 0.3, abs=0.02)
