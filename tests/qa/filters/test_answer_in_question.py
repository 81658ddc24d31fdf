"""Answers that the question contains, and those whose verb is new."""

from __future__ import annotations

import pytest

from tests.qa.filters.cases import NARRATED, fault_of


@pytest.mark.parametrize(
    ("question", "answer", "dropped"),
    [
        ("What did I do first with the oil?", "I got the oil.", False),
        ("What did I do with the eggs after I got them?", "I used the eggs.", True),
        ("What did I do after I got the oil?", "I got the oil.", True),
        ("What did I do with the oil?", "I had the oil.", True),
        ("What did I get from the oil shelf?", "I got the oil.", True),
        ("Where was the oil on the shelf?", "I got the oil from the shelf.", True),
    ],
)
def test_an_answer_whose_verb_is_the_news_passes(question: str, answer: str, dropped: bool) -> None:
    fault = fault_of(NARRATED["kitchen"], question, answer, (3,), "answer_in_question")
    assert (fault is not None) is dropped
