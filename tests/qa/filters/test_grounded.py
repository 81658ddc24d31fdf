"""Whether the cited sentences bear an answer out: each reason."""

from __future__ import annotations

import pytest

from mmego.language.question_parser import read_question
from mmego.qa.filters import grounded
from mmego.qa.filters.ambiguity import ClipView
from tests.qa.narrate import HOUSE, tell

VIEW = ClipView(tell(*HOUSE))


@pytest.mark.parametrize(
    ("question", "answer", "cited", "reason"),
    [
        ("Where did I put the green bottle?", "on the kitchen table", (4,), None),
        ("Where did I put the green bottle?", "on the glass table", (4,), grounded.NOT_TOLD),
        ("What did I put on the bed?", "it", (14,), grounded.NOTHING),
        ("What did I pick up from the desk?", "the blue book", (5,), grounded.NOT_WHO),
        ("What did the woman pick up?", "the blue mug", (8,), grounded.NOT_WHO),
        ("Did I close the drawer of the dresser?", "Yes.", (12,), None),
        ("Did I close the drawer of the dresser?", "no", (10,), grounded.NO_TOLD),
        ("Did I close the fridge?", "yes", (2,), grounded.YES_UNTOLD),
        ("Did I close the fridge?", "no", (2,), None),
        ("Did I leave the fridge open?", "yes", (2,), None),
        ("Did I paint the wall?", "no", (2,), grounded.NOTHING_CITED),
        ("Did I close the fridge?", "no, I put the ham in it", (2,), grounded.NOT_TOLD),
        ("Did I open the fridge before I switched on the desk lamp?", "yes", (2, 6), None),
        ("Did I open the fridge before I switched on the desk lamp?", "no", (2, 6), grounded.WRONG_ORDER),
        ("Did I open the fridge after I switched on the desk lamp?", "no", (2, 6), None),
        ("Did I open the fridge after I switched on the desk lamp?", "yes", (2, 6), grounded.WRONG_ORDER),
        ("How many times did I pick up the red mug?", "two times", (1, 13), None),
        ("How many times did I pick up the red mug?", "2", (1, 13), None),
        ("How many times did I pick up the red mug?", "one time", (1,), grounded.MORE),
        ("How many times did I pick up the red mug?", "three times", (1, 13), grounded.COUNT),
        ("How many times did I pick up the red mug?", "two bottles", (1, 13), grounded.NOT_TOLD),
        ("How many times did I pick up the red mug?", "often enough", (1, 13), grounded.COUNT),
        ("Who picked up the red mug?", "I did", (1,), None),
    ],
)
def test_reasons(question: str, answer: str, cited: tuple[int, ...], reason: str | None) -> None:
    assert grounded.unclaimed(read_question(question), question, answer, cited, VIEW) == reason


@pytest.mark.parametrize(
    ("answer", "said"),
    [("Yes, I did", "yes"), ("NO.", "no"), ("yeah", "yes"), ("north", None), ("", None), ("not yes", None)],
)
def test_polarity(answer: str, said: str | None) -> None:
    assert grounded.polarity(answer) == said
