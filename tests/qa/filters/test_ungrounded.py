"""Whether the cited sentences support an answer: each reason."""

from __future__ import annotations

import pytest

from mmego.language.question_parser import read_question
from mmego.qa.filters import ungrounded
from mmego.qa.filters.clip_index import ClipIndex
from tests.qa.narrate import HOUSE, tell

CLIP = ClipIndex(tell(*HOUSE))


@pytest.mark.parametrize(
    ("question", "answer", "cited", "reason"),
    [
        ("Where did I put the green bottle?", "on the kitchen table", (4,), None),
        ("Where did I put the green bottle?", "on the glass table", (4,), ungrounded.WORD_MISSING),
        ("What did I put on the bed?", "it", (14,), ungrounded.NOTHING_NAMED),
        ("What did I pick up from the desk?", "the blue book", (5,), ungrounded.OTHER_PERSON),
        ("What did the woman pick up?", "the blue mug", (8,), ungrounded.OTHER_PERSON),
        ("Did I close the drawer of the dresser?", "Yes.", (12,), None),
        ("Did I close the drawer of the dresser?", "no", (10,), ungrounded.NO_CONTRADICTED),
        ("Did I close the fridge?", "yes", (2,), ungrounded.YES_UNSUPPORTED),
        ("Did I close the fridge?", "no", (2,), None),
        ("Did I leave the fridge open?", "yes", (2,), None),
        ("Did I paint the wall?", "no", (2,), ungrounded.OTHER_TOPIC),
        ("Did I close the fridge?", "no, I put the ham in it", (2,), ungrounded.WORD_MISSING),
        ("Did I open the fridge before I switched on the desk lamp?", "yes", (2, 6), None),
        ("Did I open the fridge before I switched on the desk lamp?", "no", (2, 6), ungrounded.WRONG_ORDER),
        ("Did I open the fridge after I switched on the desk lamp?", "no", (2, 6), None),
        ("Did I open the fridge after I switched on the desk lamp?", "yes", (2, 6), ungrounded.WRONG_ORDER),
        ("How many times did I pick up the red mug?", "two times", (1, 13), None),
        ("How many times did I pick up the red mug?", "2", (1, 13), None),
        ("How many times did I pick up the red mug?", "one time", (1,), ungrounded.MORE_FOUND),
        ("How many times did I pick up the red mug?", "three times", (1, 13), ungrounded.WRONG_COUNT),
        ("How many times did I pick up the red mug?", "two bottles", (1, 13), ungrounded.WORD_MISSING),
        ("How many times did I pick up the red mug?", "often enough", (1, 13), ungrounded.WRONG_COUNT),
        ("Who picked up the red mug?", "I did", (1,), None),
    ],
)
def test_reasons(question: str, answer: str, cited: tuple[int, ...], reason: str | None) -> None:
    assert ungrounded.find_unsupported(read_question(question), question, answer, cited, CLIP) == reason
