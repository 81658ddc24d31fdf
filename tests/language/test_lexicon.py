"""Verb forms."""

from __future__ import annotations

import pytest

from mmego.language.lexicon import COLOURS, base_form, is_colour, number_word, past_form


@pytest.mark.parametrize(
    ("base", "third", "past"),
    [
        ("pick", "picks", "picked"),
        ("place", "places", "placed"),
        ("close", "closes", "closed"),
        ("carry", "carries", "carried"),
        ("play", "plays", "played"),
        ("wash", "washes", "washed"),
        ("press", "presses", "pressed"),
        ("fix", "fixes", "fixed"),
        ("drop", "drops", "dropped"),
        ("stir", "stirs", "stirred"),
        ("unplug", "unplugs", "unplugged"),
        ("open", "opens", "opened"),
        ("cook", "cooks", "cooked"),
        ("clean", "cleans", "cleaned"),
        ("pour", "pours", "poured"),
        ("move", "moves", "moved"),
        ("wipe", "wipes", "wiped"),
        ("take", "takes", "took"),
        ("put", "puts", "put"),
        ("cut", "cuts", "cut"),
        ("go", "goes", "went"),
        ("do", "does", "did"),
        ("hold", "holds", "held"),
        ("have", "has", "had"),
        ("be", "is", "was"),
        ("sit", "sits", "sat"),
        ("leave", "leaves", "left"),
    ],
)
def test_verb_forms(base: str, third: str, past: str) -> None:
    assert base_form(third) == base
    assert base_form(base) == base
    assert base_form(past) == base
    assert past_form(base) == past


def test_numbers_and_colours() -> None:
    assert [number_word(n) for n in (1, 4, 12, 13)] == ["one", "four", "twelve", "13"]
    assert is_colour("teal")
    assert not is_colour("mug")
    assert len(set(COLOURS)) == len(COLOURS)
