"""Facts on the order of actions, compared with lists written by hand."""

from __future__ import annotations

import random

import pytest

from mmego.language.timeline import Timeline
from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.order import neighbours, order_pairs, others_in_turn
from mmego.records import Narration, Span
from tests.qa.narrate import tell
from tests.qa.rules.narrated.examples import answers, bare


def test_right_before_and_right_after() -> None:
    found = answers(neighbours, "open fridge", "wash peach", "stir pasta", "take milk")
    assert found["What did I do right after I washed the peach?"] == "I stirred the pasta"
    assert found["What did I do right before I washed the peach?"] == "I opened the fridge"
    assert found["What was the next thing I stirred after I opened the fridge?"] == "the pasta"
    assert answers(neighbours, "take plate", "put down plate") == {}, "easy to guess"
    late = bare("wash peach", "stir pasta", every=60.0)
    assert list(neighbours(ClipActions(late))) == [], "a minute later is not right after"
    assert answers(neighbours, "wash peach", "still stirring pasta") == {}
    together = [Narration("v", Span(t, t + 5), text) for t, text in ((0.0, "wash peach"), (1.0, "stir pasta"))]
    assert list(neighbours(ClipActions(together))) == [], "one during the other"


def test_order_pairs() -> None:
    clip = ClipActions(bare("open fridge", "wash peach", "stir pasta", every=30.0))
    pairs = list(order_pairs(clip, random.Random(0), 5))
    assert len(pairs) == 1
    assert sorted(fact.answer for fact, _ in pairs[0]) == ["no", "yes"]
    for fact, question in pairs[0]:
        assert question.startswith("Did I wash the peach ")
        before = " before " in question
        other = "opened" if fact.answer == ("no" if before else "yes") else "stirred"
        assert other in question


@pytest.mark.parametrize("second", ["#O man X sits down", "#O man X picks up the cup"])
def test_somebody_else_in_turn(second: str) -> None:
    narrations = tell("#O man X opens the fridge", second)
    found = {f.wordings[0]: f.answer for f in others_in_turn(Timeline(narrations), narrations)}
    assert found == {
        "What did the man do right after he opened the fridge?": "sat down" if "sits" in second else "picked up the cup"
    }
