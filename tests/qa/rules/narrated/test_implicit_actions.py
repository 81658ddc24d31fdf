"""Deeds that are not told, proved by their opposite."""

from __future__ import annotations

import pytest

from mmego.qa.rules.narrated.events import Told
from tests.qa.rules.narrated.test_events import epic


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


def ends(number: int, end: int, *texts: str, every: float = 5.0) -> bool:
    """Whether the deed may not be the first (0) or last (-1) of its family."""
    scene = Told(epic(*texts, every=every))
    return scene.gaps.at_end(scene.deeds[number], end)


def test_what_is_used_was_taken() -> None:
    wait = ("stir soup",) * 4
    assert ends(5, 0, *wait, "pour oil into pan", "take knife"), "the oil was taken before"
    assert not ends(6, 0, *wait, "chop garlic", "put garlic in pan", "take knife"), "it lay on the board"
    assert not ends(5, 0, *wait, "pour water into pan", "take knife")
    assert ends(0, -1, "take knife", *wait, "pour oil into pan")
    assert ends(0, -1, "take knife", *wait, "pepper soup")
    assert ends(0, -1, "take knife", *wait, "open jar"), "a jar is taken to be opened"
    assert not ends(0, -1, "take knife", *wait, "open fridge")


def test_what_is_washed_or_thrown_after_it_was_put_down_was_taken_again() -> None:
    assert around(0, "take fork", "put down fork", "rinse fork")
    assert around(0, "take capsule", "put capsule", "throw capsule")
    assert not around(0, "take fork", "put fork in sink", "rinse fork")
    assert not around(0, "take fork", "rinse fork", "put down fork")


def test_what_is_reached_into_was_opened() -> None:
    assert ends(0, -1, "open cupboard", "take cup", "close cupboard", "put cup in cupboard")
    assert not ends(0, -1, "open cupboard", "take cup", "put cup in cupboard")
    assert ends(0, -1, "open drawer", *("stir soup",) * 16, "put cup in drawer"), "it was not open all the time"
    assert ends(0, -1, "open milk", "close milk", "pour milk")


def test_in_between() -> None:
    def between(*texts: str) -> bool:
        scene = Told(epic(*texts))
        return scene.gaps.between(scene.deeds[0], scene.deeds[-1])

    wait = ("stir soup",) * 3
    assert between("chop leek", *wait, "put down bottle", "take peeler"), "the bottle was taken in between"
    assert not between("chop leek", *wait, "take bottle", "put down bottle", "take peeler")
    assert between("open jar", "take spoon", "close drawer"), "the jar may have been closed"
    assert not between("open fridge", "take milk", "close fridge")
