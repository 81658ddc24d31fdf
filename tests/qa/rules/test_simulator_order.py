"""Facts on the order of actions, compared with lists written by hand."""

from __future__ import annotations

from mmego.qa.rules.simulator_order import first_and_last, neighbours
from tests.qa.asked import asked
from tests.qa.narrate import HOUSE

THREE = (
    "#C C picks up a cup from the shelf",
    "#C C puts the cup on the table",
    "#C C picks up a bowl from the shelf",
    "#C C picks up a spoon from the drawer",
)


def test_first_and_last() -> None:
    assert asked(first_and_last, *HOUSE) == [
        ("What did I pick up first?", "the red mug", (1,)),
        ("What did I pick up last?", "the red mug", (13,)),
        ("What did I put down first?", "the green bottle", (4,)),
        ("What did I put down last?", "the red mug", (14,)),
        ("What did I open first?", "the fridge", (2,)),
        ("What did I open last?", "the drawer of the dresser", (10,)),
    ]


def test_of_one_thing_there_is_no_first() -> None:
    assert asked(first_and_last, "#C C picks a cup", "#C C picks the cup") == []
    assert asked(first_and_last) == []


def test_an_unknown_first_thing_is_not_asked_for() -> None:
    assert asked(first_and_last, "#C C picks #unsure", "#C C picks a cup") == [
        ("What did I pick up last?", "the cup", (1,))
    ]


def test_neighbours() -> None:
    assert asked(neighbours, *THREE) == [
        ("What did I pick up right after I picked up the cup?", "the bowl", (0, 2)),
        ("What did I pick up right after I picked up the bowl?", "the spoon", (2, 3)),
        ("What did I pick up right before I picked up the bowl?", "the cup", (0, 2)),
        ("What did I put down right before I picked up the bowl?", "the cup", (1, 2)),
        ("What did I pick up right before I picked up the spoon?", "the bowl", (2, 3)),
        ("What did I put down right before I picked up the spoon?", "the cup", (1, 3)),
        ("What did I pick up right after I put the cup on the table?", "the bowl", (1, 2)),
    ]


def test_an_anchor_that_happened_twice_needs_its_place() -> None:
    lines = (
        "#C C puts the cup on the table",
        "#C C picks up the cup from the table",
        "#C C picks up a fork",
        "#C C puts the cup on the shelf",
        "#C C picks up a bowl",
        "#C C picks up the cup from the shelf",
    )
    after = [(question, answer) for question, answer, _ in asked(neighbours, *lines) if "after" in question]
    assert after == [
        ("What did I pick up right after I picked up the fork?", "the bowl"),
        ("What did I pick up right after I picked up the bowl?", "the cup"),
        ("What did I pick up right after I put the cup on the shelf?", "the bowl"),
    ], "after the cup was put on the table comes the cup itself; it was picked up twice"


def test_an_unknown_neighbour_hides_the_next_one() -> None:
    lines = ("#C C picks up a cup", "#C C picks up something", "#C C picks up a bowl")
    assert asked(neighbours, *lines) == [], "and it may have been another cup or bowl"


def test_one_narration_of_two_actions_is_no_before_and_after() -> None:
    assert asked(neighbours, "#C C opens the box and picks a pen") == []
