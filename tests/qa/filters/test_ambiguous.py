"""Another sentence with another answer: each reason, and what is not one."""

from __future__ import annotations

import pytest

from mmego.language.question_parser import read_question
from mmego.qa.filters.ambiguous import ANCHOR, NOT_FIRST, NOT_LAST, OTHERWISE, WHO, find_ambiguity
from mmego.qa.filters.clip_index import ClipIndex
from tests.qa.narrate import HOUSE, tell

CLIP = ClipIndex(tell(*HOUSE))


def reason_of(clip: ClipIndex, question: str, answer: str, *cited: int) -> str | None:
    return find_ambiguity(read_question(question), question, answer, cited, clip)


@pytest.mark.parametrize(
    ("question", "answer", "cited", "reason"),
    [
        ("Where did I put the red mug?", "on the coffee table", (7,), OTHERWISE),
        ("Where did I put the red mug?", "on the coffee table and on the bed", (7,), None),
        ("Where did I put the red mug first?", "on the coffee table", (7,), None),
        ("Where did I put the red mug first?", "on the bed", (14,), NOT_FIRST),
        ("Where did I last put the red mug?", "on the coffee table", (7,), NOT_LAST),
        ("Where did I leave the red mug?", "on the coffee table", (7,), NOT_LAST),
        ("Where did I put the red mug after I switched on the desk lamp?", "on the coffee table", (6, 7), None),
        ("Where did I put the blue mug after I picked up the red mug?", "in the drawer", (11,), ANCHOR),
        ("Where did I put the mug?", "in the drawer", (11,), OTHERWISE),
        ("Where did I put the blue mug?", "in the drawer", (11,), None),
        ("What did I pick up?", "the blue mug", (8,), OTHERWISE),
        ("What did I pick up from the fridge?", "the green bottle", (3,), None),
        ("What colour was the mug?", "red", (1,), OTHERWISE),
        ("What colour was the mug that I picked up from the sofa?", "blue", (8,), None),
        ("What did the man pick up?", "the blue book", (5,), None),
        ("Who put the blue book on the sofa?", "the man", (9,), None),
        ("What did I do with the red mug?", "I put it on the bed", (14,), OTHERWISE),
        ("What did I do with the green bottle first?", "I picked it up", (3,), None),
    ],
)
def test_reasons(question: str, answer: str, cited: tuple[int, ...], reason: str | None) -> None:
    assert reason_of(CLIP, question, answer, *cited) == reason


def test_two_men() -> None:
    clip = ClipIndex(tell("#O man X sits down", "#O man Y picks up a cup", "#O woman Z picks up a bag"))
    assert reason_of(clip, "What did the man pick up?", "a cup", 1) == WHO
    assert reason_of(clip, "What did the woman pick up?", "a bag", 2) is None


def test_by_words_where_the_grammar_knows_no_action() -> None:
    clip = ClipIndex(tell("#C C reads a book on cars", "#C C reads a book on trains", "#C C reads the news on cars"))
    assert reason_of(clip, "What was the subject of the book that I was reading?", "cars", 0) == OTHERWISE
    assert reason_of(clip, "What was the subject of the news that I was reading?", "cars", 2) is None


def test_only_the_very_moment_is_an_anchor() -> None:
    clip = ClipIndex(tell("#C C opens the box", "#C C takes a cup", "#C C opens the red box", "#C C opens the boxes"))
    assert reason_of(clip, "What did I take after I opened the box?", "a cup", 1) is None
    assert reason_of(clip, "What did I take after I opened the red box?", "a cup", 1) is None
