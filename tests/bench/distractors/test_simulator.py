"""Four options, one of them true."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter

import pytest

from mmego.bench.distractors.simulator import answer_type, count_answers, turns_to_mcq, turns_to_yes_no
from mmego.qa.rules.turns import make_turns
from mmego.records import MCQ, QA, Narration, Source, Span, Turn
from tests.qa.narrate import HOUSE, tell

MORE = (
    "#C C opens the oven",
    "#C C closes the oven",
    "#C C opens the wardrobe",
    "#C C puts a pink phone in the wardrobe",
    "#C C switches on the radio",
    "#C C switches on the TV",
    "#C C picks up a white bowl from the shelf",
    "#C C puts the white bowl in the sink",
)
COLOUR_WORDS = {"red", "green", "blue", "pink", "white", "black", "yellow", "orange", "purple", "brown"}


def sample(*lines: str, seed: int = 0, clip: Span | None = None) -> tuple[QA, list[Narration]]:
    narrations = tell(*lines)
    turns = tuple(make_turns(narrations, 400.0, seed))
    return QA(f"q{seed}", "v", clip or Span(0.0, 400.0), turns, Source("test", "rules", None, seed)), narrations


def turn(question: str, answer: str, category: str = "other") -> Turn:
    return Turn(question, answer, (Span(1.0, 2.0),), (0,), category)


def one(question: str, answer: str, category: str, narrations: list[Narration], seed: int = 0) -> MCQ:
    qa = QA("q", "v", Span(0.0, 60.0), (turn(question, answer, category),), Source("test", "rules"))
    [found] = turns_to_mcq(qa, seed, narrations)
    return found


def test_four_distinct_options_with_the_answer_among_them() -> None:
    for seed in range(10):
        qa, narrations = sample(*HOUSE, *MORE, seed=seed)
        found = turns_to_mcq(qa, seed, narrations)
        turns = {t.question: t for t in qa.turns}
        for question in found:
            assert len(set(question.options)) == 4
            assert question.options[question.answer] == turns[question.question].answer
            assert question.key_spans == turns[question.question].key_spans
            assert question.length_class == "4-10"
        assert {t.question for t in qa.turns} - {q.question for q in found} >= {
            t.question for t in qa.turns if t.answer in ("yes", "no")
        }
        assert len({q.id for q in found}) == len(found) > 25


def test_options_are_of_the_answers_form() -> None:
    qa, narrations = sample(*HOUSE, *MORE)
    for question in turns_to_mcq(qa, 0, narrations):
        answer = question.options[question.answer]
        if question.category == "colour":
            assert set(question.options) <= COLOUR_WORDS
        elif question.category == "where_taken":
            assert all(option.startswith("from the ") for option in question.options)
        elif question.category == "where_put":
            assert all(option.startswith(("on the ", "in the ")) for option in question.options)
        elif question.category == "count":
            assert {option.split()[0] for option in question.options} == {"one", "two", "three", "four"}
        elif answer.startswith("the "):
            assert all(option.startswith("the ") for option in question.options)


def test_the_video_comes_before_the_pool() -> None:
    narrations = tell(*HOUSE)
    corpus = count_answers(
        [sample("#C C picks up a gold ring from the altar", "#C C puts the gold ring on the throne")[0]]
    )
    qa = QA("q", "v", Span(0, 60), (turn("What did I put on the bed?", "the red mug", "put_on"),), Source("t", "rules"))
    [found] = turns_to_mcq(qa, 0, narrations, corpus)
    assert set(found.options) == {"the red mug", "the blue mug", "the green bottle", "the blue book"}
    narrations = tell(
        "#C C picks up a red mug from the desk", "#C C puts the red mug on the bed", "#C C picks up a blue cup"
    )
    assert turns_to_mcq(qa, 0, narrations, corpus) == [], "two distractors are too few"
    corpus = count_answers(
        [sample("#C C picks up a gold ring from the altar", "#C C puts a gold watch on the throne")[0]]
    )
    assert corpus.answers["object"].keys() >= {"the gold watch"}


def test_what_else_is_true_is_no_distractor() -> None:
    narrations = tell(
        "#C C puts the red mug on the bed",
        "#C C puts the blue mug on the bed",
        "#C C puts the green cup on the desk",
        "#C C puts the pink cup on the desk",
        "#C C puts the white cup on the desk",
    )
    for seed in range(10):
        # A question the rules would not ask: two things were put on the bed.
        assert (
            "the blue mug" not in one("What did I put on the bed?", "the red mug", "put_on", narrations, seed).options
        )
        # "first" makes the other one wrong.
        both = one("What did I put on the bed first?", "the red mug", "put_on", narrations[:4], seed).options
        assert "the blue mug" in both


def test_what_was_put_there_and_taken_away_again_is_a_wrong_option() -> None:
    narrations = tell(
        "#C C puts the red mug on the bed",
        "#C C puts the blue book on the bed",
        "#C C picks up the blue book from the bed",
        "#C C puts the green cup on the desk",
        "#C C puts the white bowl on the desk",
    )
    [now] = [t for t in make_turns(narrations, 60.0, 0) if re.search(r"on the bed that I put there\?$", t.question)]
    assert now.answer == "the red mug"
    for question in ("What is on the bed that I put there?", "What is still on the bed that I put there?"):
        for seed in range(10):
            assert "the blue book" in one(question, now.answer, "put_on", narrations, seed).options
    # Another generator may ask where two things are left: the other one is true as well.
    more = tell("#C C picks up a pink pan from the oven")
    two = [*narrations[:2], *narrations[3:], *more]
    for seed in range(10):
        assert "the blue book" not in one(question, now.answer, "put_on", two, seed).options
    # The same words in a question that does not say which one it means: what else is true stays out.
    took = "What did I take from the bed that I put there?"
    for seed in range(10):
        assert "the blue book" not in one(took, "the red mug", "put_on", [*narrations, *more], seed).options


def test_the_thing_named_in_the_question_is_no_option() -> None:
    narrations = tell(*HOUSE, *MORE)
    for seed in range(20):
        found = one("What did I take next after I picked up the blue mug?", "the red mug", "after", narrations, seed)
        assert "the blue mug" not in found.options


def test_a_short_name_or_another_preposition_is_the_same_thing() -> None:
    narrations = tell(
        "#C C puts a cup on the sofa",
        "#C C puts a bowl in the sofa",
        "#C C puts a pan in the drawer",
        "#C C puts a pot in the drawer of the desk",
        "#C C puts a hat on the desk",
        "#C C puts a shoe on the kitchen table",
    )
    for seed in range(30):
        options = one("Where did I put the cup?", "on the sofa", "where_put", narrations, seed).options
        assert "in the sofa" not in options
        assert not {"in the drawer", "in the drawer of the desk"} <= set(options)
    assert any(
        {"in the drawer of the desk", "on the desk"}
        <= set(one("Where did I put the cup?", "on the sofa", "where_put", narrations, s).options)
        for s in range(30)
    ), "a drawer of the desk is not the desk"


def test_frequent_places_are_frequent_distractors() -> None:
    lines = ["#C C puts a cup on the sofa"] + ["#C C puts a cup on the bed"] * 8
    narrations = tell(
        *lines, *(f"#C C puts a bowl on the {place}" for place in ("desk", "chair", "shelf", "rug", "stool"))
    )
    drawn = Counter(
        option
        for seed in range(200)
        for option in one("Where did I first put the cup?", "on the sofa", "where_put", narrations, seed).options
    )
    assert drawn["on the bed"] > 1.4 * drawn["on the desk"]


def test_letters_are_dealt_evenly() -> None:
    qa, narrations = sample(*HOUSE, *MORE)
    counted = Counter(q.answer for q in turns_to_mcq(qa, 1, narrations))
    assert max(counted.values()) - min(counted.values()) <= 1
    assert turns_to_mcq(qa, 1, narrations) == turns_to_mcq(qa, 1, narrations)
    assert turns_to_mcq(qa, 1, narrations) != turns_to_mcq(qa, 2, narrations)


def test_without_narrations_the_other_answers_serve() -> None:
    qa, _ = sample(*HOUSE, *MORE)
    found = turns_to_mcq(qa, 0)
    assert len(found) > 20
    answers = {t.answer for t in qa.turns} | COLOUR_WORDS
    assert {option for q in found if q.category != "count" for option in q.options} <= answers


@pytest.mark.parametrize(
    ("answer", "others"),
    [
        ("one time", {"two times", "three times", "four times"}),
        ("six things", {"five things", "seven things", "eight things"}),
    ],
)
def test_counts(answer: str, others: set[str]) -> None:
    for seed in range(5):
        found = one("How many times did I open the fridge?", answer, "count", [], seed)
        assert set(found.options) == others | {answer}


@pytest.mark.parametrize(
    ("question", "answer", "category", "expected"),
    [
        ("Did I close the fridge?", "yes", "closed", "yes_no"),
        ("Where did I put it?", "in front of the bed", "where_put", "place"),
        ("Where did the man take the cup from?", "from the bed", "other_person", "source"),
        ("Where did the man put the cup?", "on the bed", "other_person", "place"),
        ("What did the man pick up?", "the cup", "other_person", "object"),
        ("What did the man do?", "sat down", "other_person", "action"),
        ("What did I open first?", "the fridge", "first", "fixture"),
        ("What was the last thing I opened?", "the fridge", "last", "fixture"),
        ("What did I take next after I opened the fridge?", "the milk", "after", "object"),
        ("What did I leave open?", "the fridge", "closed", "fixture"),
        ("What did I leave on?", "the lamp", "switched", "switch"),
        ("Which colour was the cup?", "red", "colour", "colour"),
        ("How many times did I open the fridge?", "two times", "count", "count"),
        ("Why did I do it?", "because", "other", "other"),
        ("What did I take?", "my phone", "first", "object"),
    ],
)
def test_answer_types(question: str, answer: str, category: str, expected: str) -> None:
    assert answer_type(turn(question, answer, category)) == expected


def test_others_have_no_options() -> None:
    qa = QA("q", "v", Span(0, 60), (turn("Why?", "because"), turn("Did I?", "no")), Source("t", "llm"))
    assert turns_to_mcq(qa, 0, tell(*HOUSE)) == []
    assert turns_to_mcq(QA("q", "v", Span(0, 60), (), Source("t", "rules")), 0) == []


def test_yes_no_turns_have_two_options_and_each_pair_has_both_letters() -> None:
    orders = Counter[tuple[str, ...]]()
    for seed in range(20):
        qa, narrations = sample(*HOUSE, *MORE, seed=seed)
        found = turns_to_yes_no(qa, seed)
        asked = [(number, t) for number, t in enumerate(qa.turns) if t.answer in ("yes", "no")]
        assert len(found) == len(asked) >= 4
        for question, (number, t) in zip(found, asked, strict=True):
            assert question.id == f"{qa.id}-{number}"
            assert (question.question, question.category, question.key_spans) == (t.question, t.category, t.key_spans)
            assert question.options[question.answer] == t.answer
            assert set(question.options) == {"yes", "no"}
            assert question.length_class == "4-10"
            assert MCQ.from_json(question.to_json()) == question
        for one_of, other in zip(found[::2], found[1::2], strict=True):
            assert {one_of.answer, other.answer} == {0, 1}
            assert one_of.options == other.options, "one yes and one no"
            orders[one_of.options] += 1
        assert not {q.id for q in found} & {q.id for q in turns_to_mcq(qa, seed, narrations)}
        assert turns_to_yes_no(qa, seed) == found
    assert min(orders["yes", "no"], orders["no", "yes"]) >= 0.3 * orders.total()


def test_letters_of_yes_no_are_even_whatever_the_answers() -> None:
    turns = tuple(turn(f"Did I do {n}?", "yes", "closed") for n in range(7))
    qa = QA("q", "v", Span(0, 60), (*turns, turn("Why?", "because")), Source("t", "llm"))
    found = turns_to_yes_no(qa, 0)
    assert len(found) == 7
    assert sorted(Counter(q.answer for q in found).values()) == [3, 4]


PINNED = "09e55ac7c6d745bc"


def test_the_simulators_own_choices_are_pinned() -> None:
    """`turns_to_mcq` trains and measures the shipped model; tests/qa/rules/test_pinned.py pins whole houses (slow)."""
    narrations = tell(*HOUSE)
    rows = []
    for seed in range(5):
        turns = tuple(make_turns(narrations, 400.0, seed))
        qa = QA(f"q{seed}", "v", Span(0.0, 400.0), turns, Source("test", "rules", None, seed))
        rows += [question.to_json() for question in turns_to_mcq(qa, seed, narrations)]
    assert hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16] == PINNED
