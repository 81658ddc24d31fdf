"""What a question asks for."""

from __future__ import annotations

import pytest

from mmego.language.question_parser import names_of, read_question


@pytest.mark.parametrize(
    ("question", "form", "subject", "kind", "thing", "order", "qualified"),
    [
        ("Where did I put the red mug?", "where", "C", "put", ("red", "mug"), "", False),
        ("Where did I last put the red mug?", "where", "C", "put", ("red", "mug"), "last", True),
        ("Where did I leave the red mug?", "where", "C", "put", ("red", "mug"), "last", True),
        ("Where did I take the mug from?", "from", "C", "take", ("mug",), "", False),
        ("What did I put on the bed?", "object", "C", "put", None, "", False),
        ("What was the first thing that I picked up?", "object", "C", "take", None, "first", True),
        ("What did I put in the first pot?", "object", "C", "put", None, "", False),
        ("What did the old man pick up after I opened the box?", "object", "man", "take", None, "", True),
        ("Which colour was the mug that I put on the bed?", "colour", "C", "put", ("mug",), "", False),
        ("What color was my mug?", "colour", "", "", ("mug",), "", False),
        ("Who picked up the mug?", "who", "", "take", ("mug",), "", False),
        ("Did I close the drawer of the desk?", "yes_no", "C", "close", ("desk", "drawer"), "", False),
        ("Did I leave the lamp on?", "yes_no", "C", None, None, "", False),
        ("How many times did I open the fridge?", "count", "C", "open", ("fridg",), "", False),
        ("How many eggs did I take from the fridge?", "count", "C", "take", ("egg",), "", False),
        ("What did I do with the knife?", "done_with", "C", "", ("knif",), "", False),
        ("Where is the knife?", "where", "", "put", ("knif",), "", False),
        ("What kind of book did I read?", "other", "", None, None, "", False),
        ("Which hand did I use?", "other", "C", None, None, "", False),
        ("What did I leave open?", "other", "C", None, None, "", False),
        ("What did I eat at 3:05?", "object", "C", "eat", None, "", True),
        ("", "other", "", None, None, "", False),
        ("???", "other", "", None, None, "", False),
    ],
)
def test_questions(
    question: str, form: str, subject: str, kind: str | None, thing: tuple[str, ...] | None, order: str, qualified: bool
) -> None:
    asked = read_question(question)
    assert (asked.form, asked.subject, asked.order, asked.qualified) == (form, subject, order, qualified)
    assert (asked.action.kind if asked.action else None) == kind
    assert (asked.action.object.stems if asked.action and asked.action.object else None) == thing


def test_anchors() -> None:
    anchor = read_question("What did I take right before I opened the fridge?").anchor
    assert anchor is not None
    assert anchor[0] == "before"
    assert anchor[1] is not None
    assert anchor[1].kind == "open"
    # One that says itself which, or is another's, or is in a form the grammar does not know, is left alone.
    for question in (
        "What did I do after I first opened it?",
        "What came after the man left?",
        "What after opening it?",
    ):
        assert read_question(question).anchor == ("after", None)


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("mug", "red mug", True),
        ("red mug", "mug", False),
        ("rice", "rice cooker", False),
        ("drawer", "drawer of the desk", True),
        ("desk", "drawer of the desk", False),
        ("salad", "salad and cucumber", True),
        ("glass", "glasses", False),
        ("drawer", "other drawer", True),
        ("other drawer", "drawer", False),
        ("refrigerator", "fridge", True),
    ],
)
def test_short_names(short: str, long: str, fits: bool) -> None:
    assert any(names_of(short)[0].short_for(name) for name in names_of(long)) == fits


def test_names_without_content() -> None:
    assert names_of("something") == ()
    assert names_of("it") == ()
