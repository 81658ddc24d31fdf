"""Where things were put and taken from, what lies where, of which colour: against lists written by hand."""

from __future__ import annotations

from mmego.language.timeline import Timeline
from mmego.qa.rules.simulator_things import colours, put_on, where_put, where_taken
from tests.qa.asked import asked
from tests.qa.narrate import HOUSE, tell


def test_where_put() -> None:
    assert asked(where_put, *HOUSE) == [
        ("Where did I put the green bottle?", "on the kitchen table", (4,)),
        ("Where did I last put the red mug?", "on the bed", (14,)),
        ("Where did I first put the red mug?", "on the coffee table", (7,)),
        ("Where did I put the blue mug?", "in the drawer of the dresser", (11,)),
    ]


def test_left_only_where_nobody_touched_it_afterwards() -> None:
    lines = ("#C C puts the cup on the table", "#C C puts the bowl on the shelf", "#O man X picks up the cup")
    wordings = {fact.answer: fact.wordings for fact in where_put(Timeline(tell(*lines)))}
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


NOW = ("What is on the bed that I put there?", "What is still on the bed that I put there?")
PUT, TAKEN = "#C C puts a cup on the bed", "#C C picks up the cup from the bed"
OTHER = "#C C puts a bowl on the bed"


def lies(*lines: str) -> list[tuple[str, tuple[int, ...]]]:
    """(answer, narrations) of what is asked to be on the bed still."""
    facts = list(put_on(Timeline(tell(*lines))))
    both, any_of_them = ([f for f in facts if test(word in f.wordings for word in NOW)] for test in (all, any))
    assert both == any_of_them
    return [(fact.answer, fact.narrations) for fact in both]


def test_the_only_thing_put_there_is_still_there() -> None:
    [fact] = put_on(Timeline(tell(PUT)))
    assert fact.wordings[0] == "What did I put on the bed?"
    assert fact.wordings[-2:] == NOW
    assert lies(PUT) == [("the cup", (0,))]
    assert lies(PUT, "#C C picks up a bowl from the bed") == [("the cup", (0,))], "the bowl was not put there by me"


def test_what_was_taken_away_again_is_not_there() -> None:
    assert lies(PUT, TAKEN) == []
    assert lies(PUT, "#C C picks up the cup") == []
    assert lies(PUT, "#C C puts the cup on the desk") == [], "no narration of how it left the bed"
    assert lies(PUT, TAKEN, PUT) == [("the cup", (0, 2))], "put back"


def test_of_several_things_the_one_that_is_left() -> None:
    assert lies(PUT, OTHER) == []
    assert lies(PUT, OTHER, TAKEN) == [("the bowl", (1,))]
    assert lies(OTHER, PUT, TAKEN) == [("the bowl", (0,))]
    assert lies(PUT, OTHER, TAKEN, PUT) == [], "both again"
    assert lies(PUT, TAKEN, OTHER, PUT, "#C C picks up the bowl") == [("the cup", (3,))], "the put that it lies by"
    assert asked(put_on, PUT, OTHER, TAKEN) == [
        ("What did I put on the bed first?", "the cup", (0,)),
        ("What did I put on the bed last?", "the bowl", (1,)),
        (NOW[0], "the bowl", (1,)),
    ]


def test_whatever_is_done_with_a_thing_afterwards_may_have_moved_it() -> None:
    assert lies(PUT) == [("the cup", (0,))]
    for line in ("#C C moves the cup to the desk", "#C C throws the cup in the bin", "#C C washes the cup"):
        assert lies(PUT, line) == [], line
    assert lies(PUT, "#C C washes the plate", "#C C walks into the hall") == [("the cup", (0,))]


def test_nobody_is_asked_what_is_still_there_where_it_may_have_changed() -> None:
    assert lies(PUT, "#O man X picks up a book") == [], "others take things unseen"
    assert lies("#O man X walks into the kitchen", PUT) == []
    assert lies(PUT, "#C C picks up something") == []
    assert lies("#C C picks up something", PUT) == [("the cup", (1,))], "before, it was not this one"
    assert lies("#C C puts a red cup on the bed", "#C C picks up the cup") == []
    assert lies(PUT, "#C C puts down the bowl") == [], "where?"
    drawers = ("#C C puts a cup in the drawer of the dresser", "#C C puts a bowl in the drawer")
    assert "that I put there" in str([f.wordings for f in put_on(Timeline(tell(drawers[0])))])
    assert "that I put there" not in str([f.wordings for f in put_on(Timeline(tell(*drawers)))])


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
