"""People: two hands that mirror each other, and a person whose limbs reach from the floor to the head."""

from __future__ import annotations

import pytest

from mmego.sim.bodies.people import hand, person


def test_the_hands_mirror_each_other() -> None:
    (left, left_arm), (right, right_arm) = hand(-1, 5), hand(1, 5)
    (low, high), (other_low, other_high) = left.extent(), right.extent()
    assert (low[0], high[0]) == pytest.approx((-other_high[0], -other_low[0]))
    assert (low[1:], high[1:]) == (other_low[1:], other_high[1:])
    assert left_arm == right_arm
    # The forearm is behind the palm, and the fingers point forwards.
    assert left_arm.extent()[0][1] < low[1]
    assert high[1] > 0.05


@pytest.mark.parametrize("name", ["man X", "woman Y"])
def test_a_person_stands_on_the_floor(name: str) -> None:
    body = person(name, 3)
    assert body.hips + body.leg.extent()[0][2] == pytest.approx(0.0, abs=0.01)
    assert body.leg.extent()[1][2] == pytest.approx(0.0, abs=0.01)
    assert 1.6 < body.trunk.extent()[1][2] < 1.9
    assert body.shoulders + body.arm.extent()[0][2] > 0.6


def test_a_woman_has_a_skirt_and_people_differ_by_seed() -> None:
    woman, man = person("woman Y", 3), person("man X", 3)
    assert len(woman.trunk.parts) > len(man.trunk.parts)
    assert len({person("man X", seed).trunk for seed in range(10)}) > 3
