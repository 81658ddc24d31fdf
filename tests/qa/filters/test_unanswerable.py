"""Turns that a second model answers wrong with the narrations."""

from __future__ import annotations

import pytest

from mmego.qa.data.clip_qa import Verdict
from mmego.qa.filters import DropReason, find_drop_reasons
from tests.qa.filters.cases import ALL, NARRATED, OPTIONS, sample_of, turn_of


@pytest.mark.parametrize(
    ("verdict", "dropped"),
    [
        (Verdict(blind=False, narrated=False), True),
        (Verdict(blind=False, narrated=True), False),
        (Verdict(), False),
    ],
)
def test_verdicts_of_a_second_model(verdict: Verdict, dropped: bool) -> None:
    clip = NARRATED["kitchen"]
    turn = turn_of(clip, "Where did I put the eggs?", "On the counter.", (3,))
    found = find_drop_reasons(sample_of(clip, turn, verdicts=(verdict,)), ALL, OPTIONS)
    assert found == [DropReason("unanswerable", "not answered right with the narrations") if dropped else None]
