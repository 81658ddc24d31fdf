"""Facts on other people, compared with lists written by hand."""

from __future__ import annotations

import pytest

from mmego.language.timeline import Timeline
from mmego.qa.rules.simulator_people import others, short_past_phrase
from tests.qa.asked import asked
from tests.qa.narrate import HOUSE, tell


def test_others() -> None:
    assert asked(others, *HOUSE) == [
        ("What did the man pick up?", "the blue book", (5,)),
        ("Where did the man take the blue book from?", "from the desk", (5,)),
        ("What did the man put down?", "the blue book", (9,)),
        ("Where did the man put the blue book?", "on the sofa", (9,)),
        ("What did the man do first?", "picked up the blue book", (5,)),
        ("What did the man do last?", "put down the blue book", (9,)),
    ]


def test_a_single_action() -> None:
    assert asked(others, "#O woman Y sits down") == [("What did the woman do?", "sat down", (0,))]


def test_several_things() -> None:
    found = asked(others, "#O man X picks a cup", "#O man X picks a bowl")
    assert found[:2] == [
        ("What did the man pick up first?", "the cup", (0,)),
        ("What did the man pick up last?", "the bowl", (1,)),
    ]


def test_my_actions_are_not_theirs() -> None:
    assert asked(others, "#C C sits down", "#C C picks a cup") == []


@pytest.mark.parametrize(
    ("raw", "phrase"),
    [
        ("#O man X walks into the kitchen", "walked into the kitchen"),
        ("#O man X drops the cup on the table", "put down the cup"),
        ("#O man X stirs the soup with a spoon", "stirred the soup"),
        ("#O man X moves his left hand", None),
        ("#O man X talks to C", None),
    ],
)
def test_actions_in_the_past(raw: str, phrase: str | None) -> None:
    [step] = Timeline(tell(raw)).entries
    assert short_past_phrase(step) == phrase
