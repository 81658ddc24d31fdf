"""The types of answers."""

from __future__ import annotations

import pytest

from mmego.qa.corpus.turn_features import answer_type


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("Did I?", "Yes, I did.", "yes"),
        ("Did I?", "no", "no"),
        ("How many?", "two plates", "number"),
        ("Which colour was it?", "dark red", "colour"),
        ("Which was it?", "The red", "thing"),
        ("Where?", "the kitchen", "place"),
        ("What is there?", "in the box", "place"),
        ("Who?", "a man", "person"),
        ("What?", "the red mug", "thing"),
        ("What?", "I put the red mug on it.", "sentence"),
        ("What?", "", "thing"),
    ],
)
def test_answer_types(question: str, answer: str, kind: str) -> None:
    assert answer_type(question, answer) == kind
