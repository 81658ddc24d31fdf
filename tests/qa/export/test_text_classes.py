"""Classes of questions and answers."""

from __future__ import annotations

import pytest

from mmego.qa.export.text_classes import answer_kind, asked_verbs, named_things, question_opening


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did I put the red mug?", ["put"]),
        ("What did I pick up first?", ["pick up"]),
        ("What did I take next after I put the mug on the bed?", ["take", "put"]),
        ("What was the last thing I opened?", ["open"]),
        ("Where did the man in black last put the book?", ["put"]),
        ("What did the woman with the dog pick up?", ["pick up"]),
        ("What did the man with", []),
        ("Did I leave the desk lamp on?", ["leave"]),
        ("How many times did I wash the pan before I switched off the tap?", ["wash", "switch off"]),
        ("Which colour was the mug that I picked up?", ["pick up"]),
        ("What colour was it?", []),
        ("Did I", []),
        ("", []),
    ],
)
def test_verbs_of_questions(question: str, expected: list[str]) -> None:
    assert asked_verbs(question) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where did I put the red mug?", ["mug"]),
        ("on the kitchen table", ["table"]),
        ("in the drawer of the dresser", ["drawer", "dresser"]),
        ("Did I leave the fridge open before I took the jar?", ["fridge", "jar"]),
        ("What did the man do with my phone?", ["phone"]),
        ("the first thing", []),
        ("the", []),
    ],
)
def test_things_of_texts(text: str, expected: list[str]) -> None:
    assert named_things(text) == expected


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("yes", "yes/no"),
        ("No, I did not.", "yes/no"),
        ("two times", "number"),
        ("3", "number"),
        ("dark blue", "colour"),
        ("on the bed", "place"),
        ("the red mug", "thing"),
        ("the man", "person"),
        ("I put it there.", "sentence"),
        ("salt and pepper", "other"),
        ("", "other"),
    ],
)
def test_kinds_of_answers(answer: str, kind: str) -> None:
    assert answer_kind(answer) == kind


def test_openings() -> None:
    assert [question_opening(q) for q in ("Where did I go?", "\u201cWhat?\u201d", "")] == ["where did", "what", ""]
