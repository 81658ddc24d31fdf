"""Deeds that are not told, proved by their opposite."""

from __future__ import annotations

import pytest

from mmego.qa.told import Told
from tests.qa.test_told import epic


def around(number: int, *texts: str, every: float = 5.0) -> bool:
    scene = Told(epic(*texts, every=every))
    return scene.gaps.around(scene.deeds[number])


@pytest.mark.parametrize(
    "texts",
    [
        ("open fridge", "close fridge", "close fridge"),
        ("open fridge", "open refrigerator door", "close fridge"),
        ("turn on tap", "wash cup", "turn on tap"),
        ("take jug", "pour milk", "take jug"),
        ("put jug", "take jug", "put jug", "put jug"),
    ],
)
def test_the_same_deed_twice(texts: tuple[str, ...]) -> None:
    assert around(0, *texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("open fridge", "close fridge", "open fridge", "close fridge"),
        ("open fridge", "continue opening fridge", "close fridge"),
        ("open fridge", "open drawer"),
        ("take jug", "put jug", "take jug", "put jug"),
        ("take paper", "throw paper in bin", "take paper"),
        ("take jug", "carry jug", "put jug"),
        ("put jug", "take jug"),  # it may have been in the hand when the clip began
    ],
)
def test_nothing_untold(texts: tuple[str, ...]) -> None:
    assert not around(0, *texts)


def test_ends_of_the_clip() -> None:
    idle = ("stir soup",) * 8
    assert around(0, "open fridge", *idle), "nobody leaves it open"
    assert not around(0, "open milk", *idle), "a bottle may stay open"
    assert not around(0, "turn on hob", *idle), "one cooks"
    assert around(8, *idle, "close fridge"), "it was opened"
    assert around(8, *idle, "put jug on table"), "it was taken"
