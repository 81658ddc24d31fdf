"""Questions and answers at and beyond the limits of their length."""

from __future__ import annotations

import pytest

from mmego.qa.filters import DropReason, FilterOptions, find_drop_reasons
from tests.qa.filters.cases import NARRATED, sample_of, turn_of

OPTIONS = FilterOptions(min_question_words=3, max_question_words=5, min_answer_words=2, max_answer_words=3)


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("Where are they?", "right here", None),
        ("Where did I put them?", "on the counter", None),
        ("Where now?", "right here", "question too short"),
        ("Where did I put the eggs?", "right here", "question too long"),
        ("Where are they?", "here", "answer too short"),
        ("Where are they?", "on the kitchen counter", "answer too long"),
    ],
)
def test_limits(question: str, answer: str, reason: str | None) -> None:
    clip = NARRATED["kitchen"]
    found = find_drop_reasons(sample_of(clip, turn_of(clip, question, answer, (3,))), ("length",), OPTIONS)
    assert found == [DropReason("length", reason) if reason else None]
