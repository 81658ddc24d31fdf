"""What people narrated: when a deed is the only one that its words could mean."""

from __future__ import annotations

import pytest

from mmego.language.phrases import Thing
from mmego.qa.rules.narrated.events import Told, one_instance
from mmego.qa.rules.narrated.narrated_action import Deed, nameable
from mmego.qa.rules.narrated.wording import did, do
from mmego.records import Narration, Span


def epic(*texts: str, every: float = 5.0) -> list[Narration]:
    """Bare sentences, `every` seconds apart, each two seconds long."""
    return [Narration("v", Span(i * every, i * every + 2.0), text) for i, text in enumerate(texts)]


def told(*texts: str) -> Told:
    return Told(epic(*texts))


def only(text: str) -> Deed:
    [deed] = told(text).deeds
    return deed


@pytest.mark.parametrize(
    ("texts", "once"),
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
        (("close fridge", "open fridge", "open fridge"), False),  # a closing is not told
        (("close fridge", "open fridge"), True),
        (("open fridge", "close fridge", "wash cup"), True),
    ],
)
def test_once(texts: tuple[str, ...], once: bool) -> None:
    scene = told(*texts)
    assert scene.once(scene.deeds[0]) is once


def test_a_tap_that_is_opened_is_turned_on() -> None:
    scene = told("open tap", "close tap", "turn on water", "open drawer", "open light")
    assert [(deed.verb, deed.name) for deed in scene.deeds] == [
        ("turn on", "tap"),
        ("turn off", "tap"),
        ("turn on", "tap"),
        ("open", "drawer"),
        ("turn on", "light"),
    ]


def test_slips_of_the_pen_are_mended_by_what_is_said_often() -> None:
    scene = told("wash cloth", "rinse cloth", "dry cloth", "squeeze clothe", "wash spatuls")
    assert [deed.name for deed in scene.deeds] == ["cloth", "cloth", "cloth", "cloth", "spatuls"]


def test_one_knife_or_several() -> None:
    assert one_instance(told("take knife", "put down knife", "take knife"), "knife")
    assert not one_instance(told("take knife", "take knife"), "knife")
    assert not one_instance(told("take knife", "wash knives"), "knife")
    assert not one_instance(told("take another glass", "wash glass"), "glass")
    assert one_instance(told("take milk", "take milk"), "milk")


@pytest.mark.parametrize(
    ("text", "past", "base"),
    [
        ("pick up plate", "picked up the plate", "pick up the plate"),
        ("put plate", "put down the plate", "put down the plate"),
        ("put salt", None, None),  # into something
        ("put lid", None, None),  # on something
        ("pour milk into bowl", "poured the milk into the bowl", "pour the milk into the bowl"),
        ("add salt into soup", "added the salt to the soup", "add the salt to the soup"),
        ("take lid off pan", "took the lid from the pan", "take the lid from the pan"),
        ("put knife down on table", "put the knife on the table", "put the knife on the table"),
        ("wash hands", "washed my hands", "wash my hands"),
        ("dry knife and fork", "dried the knife and the fork", "dry the knife and the fork"),
        ("throw tissue", "threw away the tissue", "throw away the tissue"),
        ("turn of hob", "turned off the hob", "turn off the hob"),
        ("beat eggs", "beat the eggs", "beat the eggs"),
        ("wring cloth", "wrung the cloth", "wring the cloth"),
        ("cut onion into pieces", "cut the onion", "cut the onion"),
        ("C sits on the chair", "sat on the chair", "sit on the chair"),
        ("C stands up", "stood up", "stand up"),
        ("move things", None, None),
        ("frobnicate plate", None, None),
        ("pull down cup", None, None),  # not pulling it
        ("pull cup down", None, None),
        ("put plate to dry", None, None),
        ("pull tray out of oven", "pulled the tray from the oven", "pull the tray from the oven"),
        ("wash lid of pot", "washed the lid of the pot", "wash the lid of the pot"),
        ("take a piece of foil", "took a piece of foil", "take a piece of foil"),
        ("wash scissor", "washed the scissors", "wash the scissors"),
    ],
)
def test_in_words(text: str, past: str | None, base: str | None) -> None:
    assert (did(only(text)), do(only(text))) == (past, base)


@pytest.mark.parametrize("name", ["something", "other side", "red", "man X", "it", "end of the cucumber with a lot of"])
def test_what_cannot_be_named(name: str) -> None:
    assert not nameable(Thing(name))


@pytest.mark.parametrize("name", ["v60", "washing-up liquid", "slice of bread", "TV remote", "red mug"])
def test_what_can_be_named(name: str) -> None:
    assert nameable(Thing(name))


def test_nothing_told() -> None:
    assert Told([]).deeds == []


@pytest.mark.parametrize(
    "text",
    [
        "close microwave open",
        "put teaspoon fork knife on rack",
        "pick up dough half dough",
        "pick up two tupperware",
        "turn on lid",
        "turn off bread",
        "open fork",
    ],
)
def test_slips_of_the_pen_are_not_asked_about(text: str) -> None:
    assert not only(text).can_be_named


def test_what_is_put_between_opening_and_closing_was_put_away() -> None:
    verbs = [deed.verb for deed in told("open fridge", "put milk", "close fridge").deeds]
    assert verbs == ["open", "put away", "close"]
    assert [d.verb for d in told("open cupboard", "put plate", "take board", "close cupboard").deeds][1] == "put away"
    assert [d.verb for d in told("open fridge", "put down eggs", "take milk", "close fridge").deeds][1] == "put down"
    assert [d.verb for d in told("open fridge", "put milk", "close drawer").deeds][1] == "put"


def test_a_place_that_the_source_does_not_name_is_not_said() -> None:
    scene = Told([Narration("v", Span(0, 1), "stir potatoes in the pain", "C", "stir", ("potato",))])
    assert scene.deeds[0].action.place is not None
    assert not scene.deeds[0].action.place.thing.known
    assert did(scene.deeds[0]) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mix water with flour", "mixed the water with flour"),
        ("fill pan with water", "filled the pan with water"),
        ("flip omelette on plate", "flipped the omelette onto the plate"),
        ("pour pasta on bowl", "poured the pasta into the bowl"),
        ("put plate in table", "put the plate on the table"),
        ("cut open rice bag", "opened the rice bag"),
        ("wear gloves", "put on the gloves"),
        ("take three tomatoes", "took three tomatoes"),
        ("wait to boil", None),
        ("turn heat on low", None),
    ],
)
def test_in_plain_words(text: str, said: str | None) -> None:
    assert did(only(text)) == said
