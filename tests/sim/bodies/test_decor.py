"""Decoration: sound bodies without slots."""

from __future__ import annotations

import pytest

from mmego.sim.bodies import decor
from tests.sim.bodies.checks import build, check_sound, furniture_of


@pytest.mark.parametrize("kind", furniture_of(decor))
@pytest.mark.parametrize("seed", [0, 5])
def test_furniture_is_sound(kind: str, seed: int) -> None:
    check_sound(kind, seed)


@pytest.mark.parametrize("kind", furniture_of(decor))
def test_decoration_has_no_slots_and_nothing_that_opens(kind: str) -> None:
    design = build(kind, 0)
    assert not design.slots
    assert not design.joints
    assert not design.switchable
