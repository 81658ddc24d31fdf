"""Furniture of bathrooms: sound, and its slots lie on a surface."""

from __future__ import annotations

import pytest

from mmego.sim.bodies import furniture_bathroom
from tests.sim.bodies.checks import check_slots_lie_on_a_surface, check_sound, furniture_of


@pytest.mark.parametrize("kind", furniture_of(furniture_bathroom))
@pytest.mark.parametrize("seed", [0, 5])
def test_furniture_is_sound(kind: str, seed: int) -> None:
    check_sound(kind, seed)


@pytest.mark.parametrize("kind", furniture_of(furniture_bathroom))
def test_slots_lie_on_a_surface(kind: str) -> None:
    check_slots_lie_on_a_surface(kind)
