"""Houses that several tests look at, each made once."""

from __future__ import annotations

import functools

from mmego.sim.house.generator import make_house
from mmego.sim.shapes.shapes import House

SEEDS = range(100, 120)
MOUNTED_PIECES = ("TV", "desk lamp", "bedside lamp", "table lamp", "radio")


@functools.cache
def house(seed: int) -> House:
    """Make the house of a seed, once."""
    return make_house(seed)
