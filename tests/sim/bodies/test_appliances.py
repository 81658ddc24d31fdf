"""Appliances: sound bodies that light up and hold nothing."""

from __future__ import annotations

import pytest

from mmego.sim.bodies import appliances
from tests.sim.bodies.checks import build, check_sound, furniture_of


@pytest.mark.parametrize("kind", furniture_of(appliances))
@pytest.mark.parametrize("seed", [0, 5])
def test_furniture_is_sound(kind: str, seed: int) -> None:
    check_sound(kind, seed)


@pytest.mark.parametrize("kind", furniture_of(appliances))
def test_an_appliance_can_be_switched_and_looks_different_when_it_is_on(kind: str) -> None:
    design = build(kind, 0)
    assert design.switchable
    assert any(part.lit is not None and part.lit != part.colour for part in design.parts)
    assert not design.slots
