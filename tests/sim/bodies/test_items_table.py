"""Objects of kitchen and table: they fit a slot and show their colour."""

from __future__ import annotations

import pytest

from mmego.sim.bodies import items_table
from mmego.sim.house.catalog import ItemKind
from tests.sim.bodies.checks import check_fits_a_slot, check_shows_its_colour, items_of


@pytest.mark.parametrize("kind", items_of(items_table), ids=lambda kind: kind.name)
def test_item_stands_on_its_origin_and_fits_a_slot(kind: ItemKind) -> None:
    check_fits_a_slot(kind)


@pytest.mark.parametrize("kind", items_of(items_table), ids=lambda kind: kind.name)
def test_item_shows_its_colour(kind: ItemKind) -> None:
    check_shows_its_colour(kind)
