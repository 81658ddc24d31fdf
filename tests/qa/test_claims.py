"""Whether the cited sentences bear an answer out: each reason."""

from __future__ import annotations

import pytest

from mmego.qa import claims
from mmego.qa.ambiguity import ClipView
from mmego.qa.asking import read_question
from tests.qa.tell import HOUSE, tell

VIEW = ClipView(tell(*HOUSE))


@pytest.mark.parametrize(
    ("question", "answer", "cited", "reason"),
    [
        ("Where did I put the green bottle?", "on the kitchen table", (4,), None),
        ("Where did I put the green bottle?", "on the glass table", (4,), claims.NOT_TOLD),
        ("What did I put on the bed?", "it", (14,), claims.NOTHING),
        ("What did I pick up from the desk?", "the blue book", (5,), claims.NOT_WHO),
        ("What did the woman pick up?", "the blue mug", (8,), claims.NOT_WHO),
        ("Did I close the drawer of the dresser?", "Yes.", (12,), None),
        ("Did I close the drawer of the dresser?", "no", (10,), claims.NO_TOLD),
        ("Did I close the fridge?", "yes", (2,), claims.YES_UNTOLD),
        ("Did I close the fridge?", "no", (2,), None),
        ("Did I leave the fridge open?", "yes", (2,), None),
        ("Did I paint the wall?", "no", (2,), claims.NOTHING_CITED),
        ("Did I close the fridge?", "no, I put the ham in it", (2,), claims.NOT_TOLD),
        ("Did I open the fridge before I switched on the desk lamp?", "yes", (2, 6), None),
        ("Did I open the fridge before I switched on the desk lamp?", "no", (2, 6), claims.WRONG_ORDER),
        ("Did I open the fridge after I switched on the desk lamp?", "no", (2, 6), None),
        ("Did I open the fridge after I switched on the desk lamp?", "yes", (2, 6), claims.WRONG_ORDER),
        ("How many times did I pick up the red mug?", "two times", (1, 13), None),
        ("How many times did I pick up the red mug?", "2", (1, 13), None),
        ("How many times did I pick up the red mug?", "one time", (1,), claims.MORE),
        ("How many times did I pick up the red mug?", "three times", (1, 13), claims.COUNT),
        ("How many times did I pick up the red mug?", "two bottles", (1, 13), claims.NOT_TOLD),
        ("How many times did I pick up the red mug?", "often enough", (1, 13), claims.COUNT),
        ("Who picked up the red mug?", "I did", (1,), None),
    ],
)
def test_reasons(question: str, answer: str, cited: tuple[int, ...], reason: str | None) -> None:
    assert claims.unclaimed(read_question(question), question, answer, cited, VIEW) == reason


@pytest.mark.parametrize(
    ("answer", "said"),
    [("Yes, I did", "yes"), ("NO.", "no"), ("yeah", "yes"), ("north", None), ("", None), ("not yes", None)],
)
def test_polarity(answer: str, said: str | None) -> None:
    assert claims.polarity(answer) == said
