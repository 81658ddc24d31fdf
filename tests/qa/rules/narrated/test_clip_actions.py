"""The narrated actions of a clip, and which of them are unique."""

from __future__ import annotations

import pytest

from mmego.qa.rules.narrated.clip_actions import ClipActions, one_instance
from tests.qa.rules.narrated.examples import clip_actions


@pytest.mark.parametrize(
    ("texts", "unique"),
    [
        (("wash plate", "wash cup"), True),
        (("wash plate", "rinse plate"), False),  # a viewer would call that washing, too
        (("wash plate", "continue washing plate"), False),
        (("wash cup", "wash coffee mug"), False),  # one cup, or two
        (("wash plate", "wash"), False),
        (("put cup on table", "put cup in sink"), True),  # the place tells them apart
        (("put cup on table", "put down cup"), False),
        (("put cup on table", "put it on table"), False),
        (("stir pan", "stir food"), False),
        (("open fridge", "open refrigerator door"), False),
        (("still washing plate",), False),
        (("take hand",), False),
        (("open it",), False),
        (("open can", "open tin"), False),
        (("turn on oven", "turn on cooker"), False),
        (("stir contents of pan", "stir pan"), False),
        (("wash blueberries", "rinse berries"), False),
        (("squeeze sponge", "squeeze water from sponge"), False),
        (("squeeze water from sponge", "squeeze sponge"), False),
        (("close fridge", "open fridge", "open fridge"), False),  # a closing is missing
        (("close fridge", "open fridge"), True),
        (("open fridge", "close fridge", "wash cup"), True),
    ],
)
def test_unique_actions(texts: tuple[str, ...], unique: bool) -> None:
    clip = clip_actions(*texts)
    assert clip.is_unique(clip.actions[0]) is unique


def test_a_tap_that_is_opened_is_turned_on() -> None:
    clip = clip_actions("open tap", "close tap", "turn on water", "open drawer", "open light")
    assert [(action.verb, action.name) for action in clip.actions] == [
        ("turn on", "tap"),
        ("turn off", "tap"),
        ("turn on", "tap"),
        ("open", "drawer"),
        ("turn on", "light"),
    ]


def test_common_names_correct_misspelled_ones() -> None:
    clip = clip_actions("wash cloth", "rinse cloth", "dry cloth", "squeeze clothe", "wash spatuls")
    assert [action.name for action in clip.actions] == ["cloth", "cloth", "cloth", "cloth", "spatuls"]


def test_one_knife_or_several() -> None:
    assert one_instance(clip_actions("take knife", "put down knife", "take knife"), "knife")
    assert not one_instance(clip_actions("take knife", "take knife"), "knife")
    assert not one_instance(clip_actions("take knife", "wash knives"), "knife")
    assert not one_instance(clip_actions("take another glass", "wash glass"), "glass")
    assert one_instance(clip_actions("take milk", "take milk"), "milk")


def test_no_narrations() -> None:
    assert ClipActions([]).actions == []


def test_what_is_put_between_opening_and_closing_was_put_away() -> None:
    verbs = [action.verb for action in clip_actions("open fridge", "put milk", "close fridge").actions]
    assert verbs == ["open", "put away", "close"]
    assert [a.verb for a in clip_actions("open cupboard", "put plate", "take board", "close cupboard").actions][
        1
    ] == "put away"
    assert [a.verb for a in clip_actions("open fridge", "put down eggs", "take milk", "close fridge").actions][
        1
    ] == "put down"
    assert clip_actions("open fridge", "put milk", "close drawer").actions[1].verb == "put"
