from __future__ import annotations

import pytest

from mmego.language.answer_matching import answers_agree

SAME = [
    ("the red mug", "the red mug"),
    ("The red mug.", "a red mug"),
    ("I put it on the bed", "on the bed"),
    ("bed", "on the bed"),
    ("Twice", "two times"),
    ("2", "two times"),
    ("It was 3 times, in the kitchen", "three"),
    ("Yes, I did.", "yes"),
    ("No", "no, I left it open"),
    ("grey", "gray"),
    ("the mug", "the red mug"),
    ("plates", "the plate"),
    ("in the refrigerator", "inside the fridge"),
    ("He gave me the book", "he gave me the blue book"),
    ("dishes and cutlery", "the cutlery and the dishes"),
]
DIFFERENT = [
    ("I do not know", "the red mug"),
    ("I don’t know.", "I do not know"),
    ("The notes don't say", "on the bed"),
    ("", "the mug"),
    ("the mug", ""),
    ("the blue mug", "the red mug"),
    ("three times", "two times"),
    ("yes", "no"),
    ("yes", "the mug"),
    ("no, the mug", "the mug"),
    ("on the table", "on the bed"),
    ("the knife", "the spoon"),
    ("in the drawer of the kitchen", "on the bed"),
    ("two mugs", "the mug"),
    ("red and blue", "red"),
]


@pytest.mark.parametrize(("given", "truth"), SAME)
def test_the_same(given: str, truth: str) -> None:
    assert answers_agree(given, truth)


@pytest.mark.parametrize(("given", "truth"), DIFFERENT)
def test_different(given: str, truth: str) -> None:
    assert not answers_agree(given, truth)
