"""Unfair options are found, each with its reason."""

from __future__ import annotations

import pytest

from mmego.bench.distractors.checks import (
    ALIKE,
    EMPTY,
    FORM,
    GENERAL,
    IMPLIED,
    LENGTH,
    NAMED,
    NUMBER,
    NUMBERED,
    ODD,
    SAME,
    TRUE,
    CheckCounts,
    ClipTruth,
    find_problems,
)
from mmego.records import MCQ, Narration, Source, Span


def clip_truth(*lines: str) -> ClipTruth:
    return ClipTruth([Narration("v", Span(10.0 * i, 10.0 * i + 2), line, "C") for i, line in enumerate(lines)])


def asked(question: str, answer: str, *wrong: str, category: str = "other") -> MCQ:
    return MCQ("q", "v", None, question, (answer, *wrong), 0, "", (), category, Source("hand", "hand"))


@pytest.mark.parametrize(
    "question",
    [
        asked("What did I wash first?", "the mug", "the plate", "the fork", "the pan"),
        asked("Where did I put the mug?", "in the sink", "in the bin", "in the cupboard", "in the oven"),
        asked("How many times did I open the fridge?", "one time", "two times", "three times", "four times"),
        asked("What did I do right after that?", "I cut the onion", "I took a fork", "I washed a cup", "I left"),
        asked("Which colour was the mug?", "Red.", "Blue.", "Green.", "White."),
        asked("Why did I stop?", "because it rained", "because I was late", "because it broke", "because he came"),
    ],
    ids=lambda q: q.options[0],
)
def test_fair_questions_pass(question: MCQ) -> None:
    assert find_problems(question) == []


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (("the plate", "the fork", "the fork"), SAME),
        (("the plate", "the fork", "The  Fork."), SAME),
        (("the plate", "the fork", "a mug"), SAME),
        (("the plate", "the fork", "the red mug"), IMPLIED),
        (("the plate", "the fork", "the cup"), IMPLIED),
        (("the plate", "the fork", "the crockery"), IMPLIED),
        (("the fridge", "the refrigerator", "the fork"), ALIKE),
        (("the plate", "the fork", "on the pan"), FORM),
        (("the plate", "the fork", "I washed it"), FORM),
        (("the plate", "the fork", "the very large old frying pan with a lid"), LENGTH),
        (("the plate", "the fork", "C) the pan"), NUMBERED),
        (("the plate", "the fork", "2. the pan"), NUMBERED),
        (("the plate", "the fork", " . "), EMPTY),
        (("the plate", "the fork"), NUMBER),
        (("the black plate", "the white fork", "the red pan"), ODD),
        (("a plate", "a fork", "a pan"), ODD),
        (("the plate and the lid", "the fork and the lamp", "the pan and the rag"), ODD),
        (("the Tesco plate", "the IKEA fork", "the BOSCH pan"), ODD),
    ],
)
def test_each_problem_has_its_reason(wrong: tuple[str, ...], reason: str) -> None:
    found = find_problems(asked("What did I wash first?", "the mug", *wrong))
    assert reason in {problem.reason for problem in found}, found


def test_the_answer_must_not_be_the_only_one_named_in_the_question() -> None:
    question = "What did I do after I opened the jar?"
    alone = asked(question, "I emptied the jar", "I washed the pan", "I took the fork", "I cut the onion")
    assert [problem.reason for problem in find_problems(alone)] == [NAMED]
    other_way = asked(question, "I took the fork", "I washed the jar", "I emptied the jar", "I put down the jar")
    assert [problem.reason for problem in find_problems(other_way)] == [NAMED]


def test_long_and_short_answers_stand_out() -> None:
    long = asked("What?", "the very big old radio set", "the plate", "the fork", "the pan")
    assert {problem.reason for problem in find_problems(long)} == {LENGTH, ODD}
    assert find_problems(asked("What?", "the coffee pot", "the toaster oven", "the fork", "the lamp")) == []


def test_general_answers_cover_others() -> None:
    found = find_problems(asked("What did I stir?", "the food", "the tea", "the soup", "the paint"))
    assert GENERAL in {problem.reason for problem in found}


def test_what_the_narrations_make_true_is_found() -> None:
    truth = clip_truth("put mug in sink", "put plate in sink", "wash fork", "open drawer", "put fork in drawer")
    sink = asked("What did I put in the sink?", "the mug", "the plate", "the fork", "the kettle")
    [problem] = find_problems(sink, truth, (0,))
    assert (problem.reason, problem.choice) == (TRUE, 1)
    first = asked("What did I put in the sink first?", "the mug", "the plate", "the fork", "the kettle")
    assert find_problems(first, truth, (0,)) == []
    where = asked("Where did I put the fork?", "in the drawer", "in the sink", "in the bin", "in the oven")
    assert find_problems(where, truth, (4,)) == []
    wrong = ("I washed the fork", "I broke the fork", "I bent the fork")
    actions = asked("What did I do with the fork?", "I put the fork in the drawer", *wrong)
    assert [problem.choice for problem in find_problems(actions, truth, (4,)) if problem.reason == TRUE] == [1]


def test_at_the_same_moment_means_true() -> None:
    truth = ClipTruth(
        [
            Narration("v", Span(1.0, 2.0), "take mug", "C"),
            Narration("v", Span(1.5, 2.0), "take plate", "C"),
            Narration("v", Span(30.0, 31.0), "take fork", "C"),
        ]
    )
    first = asked("What did I take first?", "the mug", "the plate", "the fork", "the kettle")
    assert [(f.reason, f.choice) for f in find_problems(first, truth, (0,))] == [(TRUE, 1)]


def test_an_opened_door_was_closed_as_well() -> None:
    truth = clip_truth("open drawer", "close fridge")
    opened = asked("What did I open?", "the drawer", "the fridge", "the oven", "the jar")
    assert [(f.reason, f.choice) for f in find_problems(opened, truth, (0,))] == [(TRUE, 1)]


def test_checks_count_questions_reasons_and_what_was_not_checked() -> None:
    checks = CheckCounts()
    good = asked("What did I wash first?", "the mug", "the plate", "the fork", "the pan")
    checks.add(find_problems(good), with_narrations=False)
    bad = asked("What did I wash first?", "the mug", "the cup", "1. the cup", "the pan")
    checks.add(find_problems(bad), with_narrations=True)
    assert (checks.questions, checks.with_problems, checks.not_made) == (2, 1, 1)
    assert checks.reasons[IMPLIED] == 1, "each reason counts once a question"
    assert checks.reasons[NUMBERED] == 1
