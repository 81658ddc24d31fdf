"""Implicit actions, proved by narrated ones."""

from __future__ import annotations

import pytest

from tests.qa.rules.narrated.examples import clip_actions


def missing(number: int, *texts: str, every: float = 5.0) -> bool:
    clip = clip_actions(*texts, every=every)
    return clip.implicit.same_or_opposite(clip.actions[number])


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
def test_the_same_action_twice(texts: tuple[str, ...]) -> None:
    assert missing(0, *texts)


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
def test_nothing_implicit(texts: tuple[str, ...]) -> None:
    assert not missing(0, *texts)


def test_ends_of_the_clip() -> None:
    idle = ("stir soup",) * 8
    assert missing(0, "open fridge", *idle), "people do not leave it open"
    assert not missing(0, "open milk", *idle), "a bottle may stay open"
    assert not missing(0, "turn on hob", *idle), "one cooks"
    assert missing(8, *idle, "close fridge"), "it was opened"
    assert missing(8, *idle, "put jug on table"), "it was taken"


def ends(number: int, end: int, *texts: str, every: float = 5.0) -> bool:
    """Return whether the action need not be the first (`end` 0) or last (-1) of its family."""
    clip = clip_actions(*texts, every=every)
    return clip.implicit.beyond(clip.actions[number], end)


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
    assert missing(0, "take fork", "put down fork", "rinse fork")
    assert missing(0, "take capsule", "put capsule", "throw capsule")
    assert not missing(0, "take fork", "put fork in sink", "rinse fork")
    assert not missing(0, "take fork", "rinse fork", "put down fork")


def test_what_is_reached_into_was_opened() -> None:
    assert ends(0, -1, "open cupboard", "take cup", "close cupboard", "put cup in cupboard")
    assert not ends(0, -1, "open cupboard", "take cup", "put cup in cupboard")
    assert ends(0, -1, "open drawer", *("stir soup",) * 16, "put cup in drawer"), "it was not open all the time"
    assert ends(0, -1, "open milk", "close milk", "pour milk")


def test_in_between() -> None:
    def between(*texts: str) -> bool:
        clip = clip_actions(*texts)
        return clip.implicit.between(clip.actions[0], clip.actions[-1])

    wait = ("stir soup",) * 3
    assert between("chop leek", *wait, "put down bottle", "take peeler"), "the bottle was taken in between"
    assert not between("chop leek", *wait, "take bottle", "put down bottle", "take peeler")
    assert between("open jar", "take spoon", "close drawer"), "the jar may have been closed"
    assert not between("open fridge", "take milk", "close fridge")
