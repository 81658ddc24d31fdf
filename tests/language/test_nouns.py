"""Synonyms, articles and plurals."""

from __future__ import annotations

import pytest

from mmego.language.nouns import (
    canonical_words,
    indefinite_phrase,
    is_misspelling,
    is_plentiful,
    is_plural,
    may_be_same_thing,
    noun_phrase,
    singular,
)
from mmego.language.phrases import Thing


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("knives", "knife"),
        ("potatoes", "potato"),
        ("glasses", "glass"),
        ("berries", "berry"),
        ("plates", "plate"),
        ("scissors", "scissors"),
        ("hummus", "hummus"),
        ("glass", "glass"),
        ("gas", "gas"),
    ],
)
def test_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("fridge", "refrigerator"),
        ("mug", "coffee cup"),
        ("milk", "bottle of milk"),
        ("rubbish bin", "trash can"),
        ("chopping board", "cutting board"),
        ("fridge door", "fridge"),
        ("knife", "knives"),
        ("fork", "fork and spoon"),
        ("can", "tin"),
        ("oven", "cooker"),
        ("oven glove", "oven mitts"),
        ("spaghetti", "pasta"),
        ("content of pan", "pan"),
        ("contents of the pan", "pan"),
        ("blueberries", "berry"),
        ("teaspoon", "spoon"),
    ],
)
def test_names_that_may_be_one_thing(one: str, two: str) -> None:
    assert may_be_same_thing(one, two)
    assert may_be_same_thing(two, one)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("knife", "fork"),
        ("cupboard", "board"),
        ("nut", "doughnut"),
        ("red mug", "blue mug"),
        ("milk bottle", "oil bottle"),
    ],
)
def test_names_of_two_things(one: str, two: str) -> None:
    assert not may_be_same_thing(one, two)


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (Thing("plate"), "the plate"),
        (Thing("hands"), "my hands"),
        (Thing("phone", "his"), "my phone"),
        (Thing("glass", "another"), "another glass"),
        (Thing("knife and fork"), "the knife and the fork"),
        (Thing("salt and the pepper"), "the salt and the pepper"),
        (Thing("both hands"), "both my hands"),
        (Thing("one slice of cheese"), "one slice of cheese"),
        (Thing("two pieces"), "two pieces"),
        (Thing("water", "some"), "the water"),
        (Thing("lid of pot"), "the lid of the pot"),
        (Thing("lid of the pot"), "the lid of the pot"),
        (Thing("bag of rice"), "the bag of rice"),
        (Thing("slice of bread", "a"), "a slice of bread"),
        (Thing("lid", "a"), "the lid"),
        (Thing("scissor"), "the scissors"),
        (Thing("scissors"), "the scissors"),
    ],
)
def test_as_an_answer_names_it(thing: Thing, expected: str) -> None:
    assert noun_phrase(thing) == expected


def test_articles_and_numbers() -> None:
    assert (indefinite_phrase(Thing("knife")), indefinite_phrase(Thing("onion"))) == ("a knife", "an onion")
    assert is_plural("knives")
    assert is_plural("cup and saucer")
    assert not is_plural("glass")
    assert is_plentiful("knives")
    assert not is_plentiful("fridge")
    assert canonical_words("slices of bread") == {"slice", "bread"}


def test_one_letter_off() -> None:
    assert is_misspelling("clothe", "cloth")
    assert is_misspelling("spatuls", "spatula")
    assert is_misspelling("spatla", "spatula")
    assert not is_misspelling("plates", "plate"), "a plural"
    assert not is_misspelling("cap", "cup"), "a short word is another word"
    assert not is_misspelling("knife", "spoon")
