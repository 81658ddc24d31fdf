"""Tags come off, words stay whole, points become spans."""

from __future__ import annotations

import pytest

from mmego.narrations.clean import Drops, clean_sentence, in_order, is_take, to_spans
from mmego.records import Narration, Span


@pytest.mark.parametrize(
    ("raw", "actor", "text"),
    [
        ("#C C picks up a red mug", "C", "C picks up a red mug"),
        ("#c c  Holds a cup.", "C", "C Holds a cup"),
        ("#C C C opens a shelf", "C", "C opens a shelf"),
        ("#C picks a knife", "C", "C picks a knife"),
        ("#C cuts a carrot", "C", "C cuts a carrot"),
        ("C cleans the car", "C", "C cleans the car"),
        ("pick up plate", "C", "C pick up plate"),
        ("#C C's phone rings", "C", "C's phone rings"),
        ("#C C picks up the #1 paint", "C", "C picks up the #1 paint"),
        ("#O man X sits down", "X", "man X sits down"),
        ("#O A lady Y walks", "Y", "lady Y walks"),
        ("#o the young man X walks", "X", "young man X walks"),
        ("#O X picks a cup", "X", "X picks a cup"),
        ("#O a man talks to C", "O", "man talks to C"),
        ("#O man hits C", "O", "man hits C"),
        ("#O man passes X a cup", "O", "man passes X a cup"),
        ("#O person A waves", "A", "person A waves"),
    ],
)
def test_tags_come_off_and_words_stay(raw: str, actor: str, text: str) -> None:
    sentence = clean_sentence(raw)
    assert (sentence.actor, sentence.text, sentence.dropped) == (actor, text, None)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("#C C picks a #unsure from the table", "C picks something from the table"),
        ("#C C picks #unsure", "C picks something"),
        ("#C C puts the cup on the #Unsure.", "C puts the cup on something"),
        ("#C C moves # unsure to the #unsure", "C moves something to something"),
    ],
)
def test_unsure_stands_for_a_word(raw: str, text: str) -> None:
    assert clean_sentence(raw).text == text
    assert clean_sentence(raw).dropped is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("#C C opens the box #unsure", "unsure"),
        ("#unsure", "unsure"),
        ("#C C #unsure", "unsure"),
        ("#Unsure C opens the box", "unsure"),
        ("#summary C cleaned the house", "summary"),
        ("#Summary: C cleaned", "summary"),
        ("#C C", "empty"),
        ("#C C .", "empty"),
        ("", "empty"),
        ("#O", "empty"),
    ],
)
def test_lines_of_no_use_have_a_reason(raw: str, reason: str) -> None:
    assert clean_sentence(raw).dropped == reason


def at(time: float, text: str = "C walks", actor: str = "C", end: float | None = None) -> Narration:
    return Narration("v", Span(time, time if end is None else end), text, actor)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C picks up a red mug", True),
        ("C picks a knife", True),
        ("man X takes the book", True),
        ("young man X grabs a cup", True),
        ("C gets a plate from the cupboard", True),
        ("C gets up", False),
        ("C takes a step back", False),
        ("C puts the pick on the table", False),
        ("C opens the fridge", False),
        ("", False),
    ],
)
def test_takes(text: str, expected: bool) -> None:
    assert is_take(at(0, text)) is expected


def test_a_point_reaches_two_seconds_or_to_the_middle() -> None:
    spans = to_spans([at(10.0), at(11.0), at(30.0)], 60.0)
    assert spans == [Span(8.0, 10.5), Span(10.5, 13.0), Span(28.0, 32.0)]


def test_a_take_reaches_two_seconds_further_over_its_neighbour() -> None:
    spans = to_spans([at(10.0, "C picks up a cup"), at(11.0)], 60.0)
    assert spans == [Span(8.0, 12.5), Span(10.5, 13.0)]


def test_the_order_given_is_kept() -> None:
    told = [at(30.0), at(10.0), at(11.0)]
    assert to_spans(told, 60.0) == [Span(28.0, 32.0), Span(8.0, 10.5), Span(10.5, 13.0)]


def test_somebody_elses_deed_bounds_nothing() -> None:
    assert to_spans([at(10.0), at(10.5, "man X sits down", "X")], 60.0) == [Span(8.0, 12.0), Span(8.5, 12.5)]


def test_two_at_the_same_time_have_the_same_span() -> None:
    assert to_spans([at(10.0), at(10.0), at(11.0)], 60.0)[:2] == [Span(8.0, 10.5), Span(8.0, 10.5)]


def test_spans_end_with_the_video() -> None:
    assert to_spans([at(1.0), at(59.0, "C picks up a cup")], 60.0) == [Span(0.0, 3.0), Span(57.0, 60.0)]
    assert to_spans([at(59.0, "C picks up a cup")], None) == [Span(57.0, 63.0)]
    assert to_spans([], 60.0) == []


def test_a_stretch_stays_but_for_a_take() -> None:
    told = [at(10.0, "C opens the fridge", end=15.0), at(12.0, "C picks up a cup", end=14.0)]
    assert to_spans(told, 60.0) == [Span(10.0, 15.0), Span(12.0, 16.0)]


def test_in_order_keeps_ties() -> None:
    a, b, c = at(5.0, "C a"), at(1.0, "C b"), at(5.0, "C c")
    assert in_order([a, b, c]) == [b, a, c]


def test_drops_count_all_and_keep_five() -> None:
    drops = Drops()
    for number in range(7):
        drops.add("unsure", f"line {number}")
    drops.add("empty")
    assert drops.counts == {"unsure": 7, "empty": 1}
    assert drops.examples["unsure"] == [f"line {number}" for number in range(5)]
