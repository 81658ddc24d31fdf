"""Kinds of movable objects: enough of them, in colours that are well apart."""

from __future__ import annotations

import itertools

import numpy as np

from mmego.sim.house.catalog_items import COLOURS, ITEM_KINDS


def test_there_are_enough_kinds_and_colours() -> None:
    assert len(ITEM_KINDS) >= 25
    assert len({kind.name for kind in ITEM_KINDS}) == len(ITEM_KINDS)
    assert len(COLOURS) >= 8


def test_colours_are_well_apart() -> None:
    for first, second in itertools.combinations(COLOURS.values(), 2):
        assert np.linalg.norm(np.subtract(first, second)) > 0.3
