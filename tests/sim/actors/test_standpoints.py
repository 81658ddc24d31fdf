"""Standpoints: within reach, on free floor, clear of doors."""

from __future__ import annotations

import math

import numpy as np

from mmego.sim.actors.standpoints import REACH, Standpoints, joint_target, slot_target
from mmego.sim.actors.state import Household
from mmego.sim.house.floor_grid import Grid
from tests.sim.hand_made_house import Recorder, make_house


def test_stands_are_within_reach_and_on_the_open_side() -> None:
    house = make_house()
    home = Household(house, Recorder(), Grid(house), np.random.default_rng(0))
    standpoints = Standpoints(home)
    for furniture in house.furniture:
        for slot in range(len(furniture.slots)):
            target = slot_target(home, (furniture.name, slot))
            stand = standpoints.find(target, 3.0, 2.3)
            assert stand is not None, (furniture.name, slot)
            assert math.dist(stand, target.point[:2]) <= REACH
            assert home.grid.free[home.grid.cell(*stand)]


def test_standpoints_are_out_of_a_doors_way() -> None:
    house = make_house()
    home = Household(house, Recorder(), Grid(house), np.random.default_rng(0))
    standpoints = Standpoints(home)
    for joint_id in (("fridge", 0), ("dresser", 0)):
        stand = standpoints.find(joint_target(home, joint_id), 2.0, 2.3)
        assert stand is not None
        swept = home.swept(joint_id, np.linspace(0, 1, 30).tolist(), 0.3)
        assert not swept[home.grid.cell(*stand)]
