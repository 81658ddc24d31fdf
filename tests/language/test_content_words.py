"""Content words and stems."""

from __future__ import annotations

import pytest

from mmego.language.content_words import content, content_set, missing_stems, narrated_words, numbers, stem
from tests.qa.narrate import tell


@pytest.mark.parametrize(
    "words",
    [
        "picks picked pick picking takes took taken grabs",
        "puts put putting places placed left dropped",
        "knife knives",
        "glove gloves",
        "shelf shelves",
        "cut cuts cutting",
        "dry dries dried drying",
        "tomato tomatoes",
        "dish dishes",
        "wash washes washed washing",
        "stir stirs stirred stirring",
        "stick stuck sticks",
        "two 2 twice",
        "grey gray",
        "fridge refrigerator fridges",
        "woman women lady ladies",
        "break broke broken",
    ],
)
def test_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1, {word: stem(word) for word in words.split()}


@pytest.mark.parametrize(
    "words", ["cup cut", "pan pen", "glass glove", "bus bun", "red rod", "leaves left", "three two", "can"]
)
def test_different_stems(words: str) -> None:
    stems = {stem(word) for word in words.split()}
    assert len(stems) == len(words.split())
    assert "" not in stems


def test_what_carries_content() -> None:
    assert content("I left it on the left side of the thing.") == (stem("put"), "left", stem("side"))
    assert content("right after that, with my right hand") == ("right", stem("hand"))
    assert content("Something. The one over there, then!") == ()
    assert content_set("the mug\u2019s handle") == {stem("mug"), stem("handle")}


def test_numbers() -> None:
    assert numbers("one egg, 12 plates, twice") == {"1", "12", "2"}
    assert numbers("the cup") == frozenset()


def test_words_of_narrations() -> None:
    (mine, his) = tell("#C C leaves a plate by the sink", "#O man X sits on the sofa")
    known = narrated_words([mine])
    assert missing_stems("I left the plate by the sink", known, [mine]) == []
    assert missing_stems("a person", known, [mine]) == [stem("person")]
    assert missing_stems("two plates", known, [mine, mine]) == []
    assert missing_stems("two plates", known, [mine]) == ["2"]
    assert missing_stems("someone sat on the couch", narrated_words([his]), [his]) == []
    assert missing_stems("a woman sat", narrated_words([his]), [his]) == [stem("woman")]
