"""Facts on doors, switches and counts, compared with lists written by hand."""

from __future__ import annotations

from mmego.language.timeline import Timeline
from mmego.qa.rules.simulator_states import closed, counts, switched
from tests.qa.asked import asked
from tests.qa.narrate import HOUSE, tell


def test_left_open() -> None:
    assert asked(closed, *HOUSE) == [("What did I leave open?", "the fridge", (2,))]
    assert asked(closed, "#C C opens the fridge") == [], "of one door the answer is plain"
    both = ("#C C opens the fridge", "#C C opens the oven", "#C C closes the bin")
    assert asked(closed, *both) == [], "two doors were left open"
    other = ("#C C opens the fridge", "#C C closes the oven", "#O man X closes the fridge")
    assert asked(closed, *other) == []


def test_closed_first_and_last() -> None:
    assert asked(closed, "#C C closes the fridge", "#C C closes the oven") == [
        ("What did I close first?", "the fridge", (0,)),
        ("What did I close last?", "the oven", (1,)),
    ]


def test_switched() -> None:
    assert asked(switched, *HOUSE) == [
        ("What did I leave on?", "the desk lamp", (6,)),
        ("What did I switch on?", "the desk lamp", (6,)),
        ("What did I switch off?", "the floor lamp", (15,)),
    ]
    assert asked(switched, "#C C turns on the tap", "#C C turns the light on") == [
        ("What did I switch on first?", "the tap", (0,)),
        ("What did I switch on last?", "the light", (1,)),
    ]


def test_counts() -> None:
    found = asked(counts, *HOUSE)
    assert ("How many times did I pick up the red mug?", "two times", (1, 13)) in found
    assert ("How many times did I open the fridge?", "one time", (2,)) in found
    assert ("How many times did I walk into the kitchen?", "one time", (0,)) in found
    assert ("How many things did I put on the bed?", "one thing", (14,)) in found


def test_something_may_be_one_more() -> None:
    lines = (
        "#C C picks up a cup",
        "#C C picks #unsure",
        "#C C puts something on the bed",
        "#C C puts a cup on the bed",
    )
    assert asked(counts, *lines) == []


def test_the_same_thing_put_twice_is_not_two_things() -> None:
    assert asked(counts, "#C C puts the cup on the bed", "#C C puts the cup on the bed") == []


def test_ones_are_asked_more_seldom_than_fours() -> None:
    facts = list(counts(Timeline(tell(*["#C C opens the fridge"] * 4, "#C C opens the oven"))))
    assert {fact.answer: fact.share for fact in facts} == {"four times": 1.0, "one time": 0.37**3}


def test_too_many_to_count() -> None:
    assert asked(counts, *["#C C opens the fridge"] * 9) == []
