"""Tags come off, words stay whole, points become spans."""

from __future__ import annotations

import pytest

from mmego.narrations.clean import Drops, Sentence, clean_sentence, in_order, is_take, plain_sentence, to_spans
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
        # Odd tags: doubled, glued, misspelt, of the wrong letter, in the middle of the line.
        ("##C C picks a cup", "C", "C picks a cup"),
        ("#C #C C picks a cup", "C", "C picks a cup"),
        ("#CC opens a door", "C", "C opens a door"),
        ("#C - C picks a cup", "C", "C picks a cup"),
        ("#C-C picks a cup", "C", "C picks a cup"),
        ("#C: C walks", "C", "C walks"),
        ("#C c. walks", "C", "C walks"),
        ("#C I walk", "C", "C walk"),
        ("I open the door", "C", "C open the door"),
        ("#0 man walks", "O", "man walks"),
        ("#Oman X walks", "X", "man X walks"),
        ("#O C picks a cup", "C", "C picks a cup"),
        ("#C X picks a cup", "X", "X picks a cup"),
        ("#C a man Y walks", "Y", "man Y walks"),
        ("#C C talks to #O man X", "C", "C talks to man X"),
        ("#C C looks around #c", "C", "C looks around"),
        ("\ufeff#C\u00a0C\twalks\u200b", "C", "C walks"),
        # Words that look like tags or letters stay as they are.
        ("#C cat walks", "C", "C cat walks"),
        ("#C manages the shop", "C", "C manages the shop"),
        ("#C C-clamp falls", "C", "C C-clamp falls"),
        ("#C C cuts the C-clamp", "C", "C cuts the C-clamp"),
        ("#C C holds vitamin C", "C", "C holds vitamin C"),
        ("#C C writes C# code", "C", "C writes C# code"),
        ("#C C and X talk", "C", "C and X talk"),
        ("#C C is in #Cuba with #2 pencils", "C", "C is in #Cuba with #2 pencils"),
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
        ("#C C picks (#unsure)", "C picks something"),
        ("#C C picks a #unsre from the table", "C picks something from the table"),
        ("#C C picks#unsure from the box", "C picks something from the box"),
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
        ("#C C #unsure the door", "unsure"),
        ("#C C walks. #unsure", "unsure"),
        ("#UNSURE #C C walks", "unsure"),
        ("#C #unsre", "unsure"),
        ("# summary C cooked", "summary"),
        ("#C #summary C cooked", "summary"),
        ("I", "empty"),
        ("#c c", "empty"),
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


@pytest.mark.parametrize(
    ("raw", "actor", "expected"),
    [
        ("open door.", "C", Sentence("open door", "C")),
        ("  put   lid\non pan ", "C", Sentence("put lid on pan", "C")),
        ("I open it", "C", Sentence("I open it", "C")),
        ("waves", "X", Sentence("X waves", "X")),
        ("man X waves", "X", Sentence("man X waves", "X")),
        ("The man waves", "X", Sentence("The man waves", "X")),
        ("man waves", "O", Sentence("man waves", "O")),
        ("#O man X waves", "C", Sentence("man X waves", "X")),
        ("pick #unsure", "C", Sentence("pick something", "C")),
        ("#unsure", "C", Sentence("", "C", "unsure")),
        ("C picks the #unsure", "C", Sentence("C picks something", "C")),
        (" .", "C", Sentence("", "C", "empty")),
        ("C", "C", Sentence("C", "C", "empty")),
        ("open\x00 \ud800door\x7f\x0c now", "C", Sentence("open door now", "C")),
        ("naïve café 猫", "C", Sentence("naïve café 猫", "C")),
    ],
)
def test_plain_lines_are_only_trimmed(raw: str, actor: str, expected: Sentence) -> None:
    assert plain_sentence(raw, actor) == expected


def test_no_word_of_a_real_sentence_is_damaged() -> None:
    """Every word after the tags comes out as it went in, whatever letters it is made of."""
    words = ("c", "cc", "Cc", "co", "#1", "O2", "c.", "unsure", "summary", "x-ray", "C3PO", "o'clock", "C#", "i", "CO")
    for first in words:
        for second in words:
            text = f"C takes {first} and {second} home"
            assert clean_sentence(f"#C {text}") == Sentence(text, "C")


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
    narrations = [at(30.0), at(10.0), at(11.0)]
    assert to_spans(narrations, 60.0) == [Span(28.0, 32.0), Span(8.0, 10.5), Span(10.5, 13.0)]


def test_another_persons_action_is_no_limit() -> None:
    assert to_spans([at(10.0), at(10.5, "man X sits down", "X")], 60.0) == [Span(8.0, 12.0), Span(8.5, 12.5)]


def test_two_at_the_same_time_have_the_same_span() -> None:
    assert to_spans([at(10.0), at(10.0), at(11.0)], 60.0)[:2] == [Span(8.0, 10.5), Span(8.0, 10.5)]


def test_spans_end_with_the_video() -> None:
    assert to_spans([at(1.0), at(59.0, "C picks up a cup")], 60.0) == [Span(0.0, 3.0), Span(57.0, 60.0)]
    assert to_spans([at(59.0, "C picks up a cup")], None) == [Span(57.0, 63.0)]
    assert to_spans([], 60.0) == []


def test_a_stretch_stays_but_for_a_take() -> None:
    narrations = [at(10.0, "C opens the fridge", end=15.0), at(12.0, "C picks up a cup", end=14.0)]
    assert to_spans(narrations, 60.0) == [Span(10.0, 15.0), Span(12.0, 16.0)]


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
