"""Turns: key spans, balance of yes and no, seeds, odd inputs."""

from __future__ import annotations

from collections import Counter

import pytest

from mmego.qa.rules.turns import CATEGORIES, make_turns
from mmego.records import Narration, Span, Turn
from tests.qa.narrate import HOUSE, tell

BUSY = (
    *HOUSE,
    "#C C opens the oven",
    "#C C closes the oven",
    "#C C switches on the radio",
    "#C C picks up a pink phone from the bed",
    "#C C puts the pink phone in the fridge",
)


def by_question(turns: list[Turn]) -> dict[str, Turn]:
    return {turn.question: turn for turn in turns}


def test_a_put_and_a_take() -> None:
    narrations = tell("#C C picks up a red mug from the desk", "#C C puts the red mug on the bed")
    found: dict[str, set[tuple[str, tuple[Span, ...], tuple[int, ...]]]] = {}
    for seed in range(20):
        for turn in make_turns(narrations, 60.0, seed):
            found.setdefault(turn.category, set()).add((turn.answer, turn.key_spans, turn.narrations))
    assert found["where_taken"] == {("from the desk", (Span(8.0, 14.0),), (0,))}
    assert found["where_put"] == {("on the bed", (Span(18.0, 22.0),), (1,))}
    assert found["put_on"] == {("the red mug", (Span(18.0, 22.0),), (1,))}
    assert found["colour"] == {("red", (Span(8.0, 14.0),), (0,)), ("red", (Span(18.0, 22.0),), (1,))}
    assert set(found) <= {"where_taken", "where_put", "put_on", "colour", "count"}


def test_every_category_comes_up_and_answers_are_plain_words() -> None:
    turns = [turn for seed in range(30) for turn in make_turns(tell(*BUSY), 400.0, seed)]
    assert {turn.category for turn in turns} == set(CATEGORIES)
    for turn in turns:
        assert turn.question.endswith("?")
        assert all(word.isalpha() for word in turn.question.removesuffix("?").split()), turn
        assert all(word.isalpha() for word in turn.answer.split()), turn
        assert "X" not in turn.question.split()
        assert turn.key_spans
        assert len(turn.key_spans) == len(turn.narrations)


def test_key_spans_are_those_of_the_narrations_named() -> None:
    narrations = tell(*BUSY)
    for turn in make_turns(narrations, 400.0, 0):
        for span, index in zip(turn.key_spans, turn.narrations, strict=True):
            assert span.holds(narrations[index].span.start)


def test_as_many_yes_as_no_in_the_same_words() -> None:
    seen: Counter[str] = Counter()
    for seed in range(30):
        answers: dict[str, Counter[str]] = {}
        for turn in make_turns(tell(*BUSY), 400.0, seed):
            if turn.answer in ("yes", "no"):
                words = [
                    w for w in turn.question.split() if w in ("close", "open", "on", "off", "before", "after", "leave")
                ]
                answers.setdefault(" ".join(words), Counter())[turn.answer] += 1
                seen[turn.category] += 1
        assert all(count["yes"] == count["no"] for count in answers.values()), (seed, answers)
    assert seen["closed"] > 20
    assert seen["switched"] > 20


def test_yes_and_no_are_true() -> None:
    truth = {
        "Did I close the fridge?": "no",
        "Did I leave the fridge open?": "yes",
        "Did I close the oven?": "yes",
        "Did I leave the oven open?": "no",
        "Did I leave the desk lamp on?": "yes",
        "Did I switch off the desk lamp?": "no",
        "Did I close the oven after I picked up the blue mug?": "yes",
    }
    found: dict[str, set[str]] = {}
    for seed in range(60):
        for turn in make_turns(tell(*BUSY), 400.0, seed):
            found.setdefault(turn.question, set()).add(turn.answer)
    assert {question: found.get(question) for question in truth} == {q: {answer} for q, answer in truth.items()}


def test_order_questions_on_one_action() -> None:
    lines = ("#C C picks up a cup", "#C C opens the fridge", "#C C picks up a bowl")
    truth = {
        "Did I open the fridge before I picked up the cup?": "no",
        "Did I open the fridge before I picked up the bowl?": "yes",
        "Did I open the fridge after I picked up the cup?": "yes",
        "Did I open the fridge after I picked up the bowl?": "no",
    }
    found = {
        turn.question: turn
        for seed in range(10)
        for turn in make_turns(tell(*lines), 60.0, seed)
        if "Did I" in turn.question[:6]
    }
    assert {question: turn.answer for question, turn in found.items()} == truth
    assert found["Did I open the fridge before I picked up the bowl?"].narrations == (1, 2)


def test_closed_and_opened_again_is_not_asked() -> None:
    lines = ("#C C opens the fridge", "#C C closes the fridge", "#C C opens the fridge", "#C C closes the oven")
    for seed in range(10):
        assert not any("Did I" in turn.question[:6] for turn in make_turns(tell(*lines), 60.0, seed))


def test_same_seed_same_turns_another_seed_others() -> None:
    narrations = tell(*BUSY)
    assert make_turns(narrations, 400.0, 3) == make_turns(narrations, 400.0, 3)
    assert make_turns(narrations, 400.0, 3) != make_turns(narrations, 400.0, 4)


def test_no_question_twice() -> None:
    for seed in range(10):
        turns = make_turns(tell(*BUSY, *BUSY), 800.0, seed)
        assert len(by_question(turns)) == len(turns)


@pytest.mark.parametrize("limit", [0, 1, 5, 12])
def test_limit_spreads_over_categories(limit: int) -> None:
    turns = make_turns(tell(*BUSY), 400.0, 0, limit=limit)
    assert len(turns) == limit
    most = max(Counter(turn.category for turn in turns).values(), default=0)
    assert most <= 2  # a yes/no pair is two of one category


def test_crowded_categories_stay_below_the_plain_ones() -> None:
    lines: list[str] = []
    for colour in ("red", "blue", "green", "pink", "black", "white"):
        lines.append(f"#C C picks up a {colour} mug from the {colour} box")
        lines.append(f"#C C puts a {colour} mug on the {colour} chair")
    counted = Counter(turn.category for turn in make_turns(tell(*lines), 400.0, 0))
    assert counted["where_put"] == 6
    assert counted["after"] == counted["before"] == 6


def test_an_answer_in_the_question_is_not_asked() -> None:
    for seed in range(10):
        turns = make_turns(tell("#C C puts the pot lid on the pot", "#C C puts the cup on the bed"), 60.0, seed)
        assert {turn.answer for turn in turns if turn.category == "where_put"} == {"on the bed"}
        assert not any(
            turn.category == "colour" for turn in make_turns(tell("#C C picks a red mug from the red box"), 60.0, seed)
        )


@pytest.mark.parametrize(
    "lines",
    [(), ("#C C walks",), ("#C C looks around the room",), ("#O man X waves", "#O man Y waves"), ("#C C 1 2 3",)],
)
def test_too_little_gives_nothing(lines: tuple[str, ...]) -> None:
    assert make_turns(tell(*lines), 60.0, 0) == []


def test_repeated_at_one_moment_and_out_of_order() -> None:
    narrations = tell("#C C picks up a red mug from the desk", "!#C C picks up a red mug from the desk")
    answers = {
        turn.answer for seed in range(20) for turn in make_turns(narrations, 60.0, seed) if turn.category == "count"
    }
    assert answers <= {"two times"}
    shuffled = [
        Narration("v", Span(t, t), text) for t, text in ((9.0, "C puts a cup on the bed"), (3.0, "C picks a cup"))
    ]
    assert any(turn.question.startswith("Where did I") for turn in make_turns(shuffled, None, 0))
