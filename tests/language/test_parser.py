"""The parser on sentences of the simulator, of Ego4D and of EPIC-KITCHENS."""

from __future__ import annotations

import pytest

from mmego.language.parser import parse
from mmego.language.phrases import Action
from mmego.narrations.clean import clean_sentence
from mmego.records import Narration, Span


def actions(raw: str) -> tuple[Action, ...]:
    sentence = clean_sentence(raw)
    return parse(Narration("v", Span(1.0, 1.0), sentence.text, sentence.actor))


def parts(raw: str) -> tuple[str, str | None, str | None, str | None, str | None]:
    """Return kind, object, source, place and hand of the only action."""
    [action] = actions(raw)
    return (
        action.kind,
        action.object and action.object.definite,
        action.source and action.source.text,
        action.place and action.place.text,
        action.hand,
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "#C C picks up a red mug from the kitchen counter",
            ("take", "the red mug", "from the kitchen counter", None, None),
        ),
        ("#C C puts the red mug on the coffee table", ("put", "the red mug", None, "on the coffee table", None)),
        (
            "#C C puts the red mug in the drawer of the dresser",
            ("put", "the red mug", None, "in the drawer of the dresser", None),
        ),
        ("#C C opens the fridge", ("open", "the fridge", None, None, None)),
        ("#C C closes the drawer of the dresser", ("close", "the drawer of the dresser", None, None, None)),
        ("#C C switches on the desk lamp", ("switch on", "the desk lamp", None, None, None)),
        ("#C C switches off the TV", ("switch off", "the TV", None, None, None)),
        ("#C C walks into the kitchen", ("enter", "the kitchen", None, None, None)),
        ("#C C looks around the bedroom", ("look around", "the bedroom", None, None, None)),
        ("#C C picks a knife from the drawer", ("take", "the knife", "from the drawer", None, None)),
        ("#C C drops the bowl on the table with his right hand", ("put", "the bowl", None, "on the table", "right")),
        ("#C C holds the pan with both hands", ("hold", "the pan", None, None, "both")),
        ("#C C turns the tap off", ("switch off", "the tap", None, None, None)),
        ("#C C puts the mug down on the table", ("put", "the mug", None, "on the table", None)),
        ("#C C puts back the cup on top of the shelf", ("put", "the cup", None, "on the shelf", None)),
        ("#C C takes the cup out of the sink", ("take", "the cup", "from the sink", None, None)),
        ("#C C adjusts her phone in her left hand", ("adjust", "my phone", None, None, "left")),
        ("#C C takes the phone from his left hand", ("take", "the phone", None, None, None)),
        ("#C C slowly lifts a piece of wood", ("lift", "the piece of wood", None, None, None)),
        ("#C C puts on the jacket", ("put", None, None, "on the jacket", None)),
        ("#C C picks a #unsure from the table", ("take", "the something", "from the table", None, None)),
        ("#C C moves the cup from the desk to the bed", ("move", "the cup", "from the desk", "to the bed", None)),
        ("#C C shuts the tv cabinet", ("close", "the TV cabinet", None, None, None)),
        ("pick up plate", ("take", "the plate", None, None, None)),
        ("put down knife and fork", ("put", "the knife and fork", None, None, None)),
        ("put lid on pan", ("put", "the lid", None, "on the pan", None)),
    ],
)
def test_one_action(raw: str, expected: tuple[str | None, ...]) -> None:
    assert parts(raw) == expected


def test_two_clauses_and_it() -> None:
    first, second = actions("#C C picks up a cup and places it on the shelf")
    assert (first.kind, second.kind) == ("take", "put")
    assert second.object == first.object
    assert second.place is not None
    assert second.place.text == "on the shelf"


def test_two_things_are_one_object() -> None:
    [action] = actions("#C C puts the knife and the fork in the sink")
    assert action.object is not None
    assert action.object.name == "knife and the fork"


@pytest.mark.parametrize(
    ("raw", "actor", "subject", "kind"),
    [
        ("#O man X picks up a blue book from the desk", "X", "man X", "take"),
        ("#O man X sits down", "X", "man X", "sit down"),
        ("#O A lady walks into the kitchen", "O", "lady", "enter"),
        ("#O X opens the fridge", "X", "X", "open"),
    ],
)
def test_other_people(raw: str, actor: str, subject: str, kind: str) -> None:
    [action] = actions(raw)
    assert (action.actor, action.subject, action.kind, action.wearer) == (actor, subject, kind, False)


def test_his_phone_is_mine_only_if_i_act() -> None:
    assert parts("#C C picks up his phone")[1] == "my phone"
    assert parts("#O man X picks up his phone")[1] == "the phone"


@pytest.mark.parametrize("raw", ["#C C", "#O man X", "#C C 12"])
def test_no_verb_no_action(raw: str) -> None:
    assert actions(raw) == ()
