"""Phrases for narrated actions."""

from __future__ import annotations

import pytest

from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.wording import base_phrase, past_phrase
from mmego.records import Narration, Span
from tests.qa.rules.narrated.examples import only_action


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
    assert (past_phrase(only_action(text)), base_phrase(only_action(text))) == (past, base)


def test_a_place_that_the_source_does_not_name_is_left_out() -> None:
    clip = ClipActions([Narration("v", Span(0, 1), "stir potatoes in the pain", "C", "stir", ("potato",))])
    assert clip.actions[0].place is not None
    assert not clip.actions[0].place.thing.known
    assert past_phrase(clip.actions[0]) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
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
def test_in_plain_words(text: str, phrase: str | None) -> None:
    assert past_phrase(only_action(text)) == phrase
