"""Choices that mean the same, in other words, digits or verbs."""

from __future__ import annotations

import pytest

from mmego.bench.distractors.answer_form import AnswerForm
from mmego.bench.distractors.equivalence import is_general, same_meaning


@pytest.mark.parametrize(
    ("form", "one", "two", "same"),
    [
        ("count", "two times", "2 times", True),
        ("count", "twice", "two times", True),
        ("count", "two times", "three times", False),
        ("action", "I took the fork", "I picked up the fork", True),
        ("action", "I rinsed the pan", "I washed off the pan", True),
        ("action", "I took the fork", "I took the cup", False),
        ("place", "on the shelf", "in the cupboard", True),
        ("place", "on the shelf", "in the bin", False),
    ],
)
def test_same_meaning(form: AnswerForm, one: str, two: str, same: bool) -> None:
    assert same_meaning(form, one, two) is same is same_meaning(form, two, one)


def test_general_answers_cover_others() -> None:
    assert is_general("the food")
    assert not is_general("the soup")
