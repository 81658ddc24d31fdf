"""Where things were put and taken from, what lies where, of which colour: against lists written by hand."""

from __future__ import annotations

from mmego.qa.facts_things import colours, put_on, where_put, where_taken
from mmego.qa.scene import Scene
from tests.qa.asked import asked
from tests.qa.tell import HOUSE, tell


def test_where_put() -> None:
    assert asked(where_put, *HOUSE) == [
        ("Where did I put the green bottle?", "on the kitchen table", (4,)),
        ("Where did I last put the red mug?", "on the bed", (14,)),
        ("Where did I first put the red mug?", "on the coffee table", (7,)),
        ("Where did I put the blue mug?", "in the drawer of the dresser", (11,)),
    ]


def test_left_only_where_nobody_touched_it_afterwards() -> None:
    lines = ("#C C puts the cup on the table", "#C C puts the bowl on the shelf", "#O man X picks up the cup")
    wordings = {fact.answer: fact.wordings for fact in where_put(Scene(tell(*lines)))}
    assert "Where did I leave the bowl?" in wordings["on the shelf"]
    assert "Where did I leave the cup?" not in wordings["on the table"]


def test_a_thing_taken_again_is_not_asked_for_its_last_place() -> None:
    assert asked(where_put, "#C C puts the cup on the table", "#C C picks the cup from the table") == []


def test_an_unknown_place_or_thing_gives_no_question() -> None:
    assert asked(where_put, "#C C puts the cup on the table", "#C C puts down the cup") == []
    assert asked(where_put, "#C C puts it on the table", "#C C puts his hand on the table") == []
    assert asked(where_put, "#C C puts the cup on the #unsure") == []


def test_put_twice_in_the_same_place() -> None:
    lines = ("#C C puts the cup on the table", "#C C puts the cup on the table")
    assert asked(where_put, *lines) == [("Where did I last put the cup?", "on the table", (1,))]


def test_where_taken() -> None:
    assert asked(where_taken, *HOUSE) == [
        ("Where did I first take the red mug from?", "from the kitchen counter", (1,)),
        ("Where did I last take the red mug from?", "from the coffee table", (13,)),
        ("Where did I take the green bottle from?", "from the fridge", (3,)),
        ("Where did I take the blue mug from?", "from the sofa", (8,)),
    ]
    assert asked(where_taken, "#C C picks a knife in the drawer") == [
        ("Where did I take the knife from?", "from the drawer", (0,))
    ]
    assert asked(where_taken, "#C C picks a knife", "#C C picks a knife from the drawer") == []


def test_put_on() -> None:
    assert asked(put_on, *HOUSE) == [
        ("What did I put on the kitchen table?", "the green bottle", (4,)),
        ("What did I put on the coffee table?", "the red mug", (7,)),
        ("What did I put in the drawer of the dresser?", "the blue mug", (11,)),
        ("What did I put on the bed?", "the red mug", (14,)),
    ]
    assert (
        asked(put_on, "#C C puts a cup on the bed", "#C C puts a bowl on the bed", "#C C puts the cup on the bed") == []
    ), "the cup came first and last: neither 'first' nor 'last' tells of one time"
    assert asked(put_on, "#C C puts a cup on the bed", "#C C puts a bowl on the bed") == [
        ("What did I put on the bed first?", "the cup", (0,)),
        ("What did I put on the bed last?", "the bowl", (1,)),
    ]
    assert asked(put_on, "#C C puts a cup on the bed", "#C C puts something on the bed") == []


def test_colours() -> None:
    lines = (
        "#C C picks up a red mug from the desk",
        "#C C puts the red mug on the bed",
        "#C C puts a blue mug on the bed",
        "#C C puts a blue book on the bed",
        "#C C puts the green keys on the sofa",
        "#C C puts a cup on the sofa",
    )
    assert asked(colours, *lines) == [
        ("Which colour was the book that I put on the bed?", "blue", (3,)),
        ("Which colour were the keys that I put on the sofa?", "green", (4,)),
        ("Which colour was the mug that I picked up from the desk?", "red", (0,)),
    ], "two mugs on the bed: no colour is the right one"
