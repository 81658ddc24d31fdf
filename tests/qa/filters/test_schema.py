"""Texts that are not texts, questions that do not ask, key spans outside of the clip."""

from __future__ import annotations

from typing import Any

import pytest

from mmego.qa.filters import DropReason, find_drop_reasons
from mmego.records import Span, Turn
from tests.qa.filters.cases import ALL, NARRATED, OPTIONS, fault_of, sample_of


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        (None, "yes", "question or answer is no text"),
        ("Where did I put the eggs?", 3, "question or answer is no text"),
        ("Where did I put the eggs?", ["on the counter"], "question or answer is no text"),
        ("Where did I put the eggs?", "\n", "empty question or answer"),
        ("I put the eggs somewhere.", "On the counter.", "does not ask"),
    ],
)
def test_texts_that_are_none(question: Any, answer: Any, reason: str) -> None:
    clip = NARRATED["kitchen"]
    assert fault_of(clip, question, answer, (3,)) == DropReason("schema", reason)
    # With schema switched off no other filter stumbles over them.
    fault_of(clip, question, answer, (3,), *(name for name in ALL if name != "schema"))


def test_a_request_without_question_mark_asks() -> None:
    assert fault_of(NARRATED["kitchen"], "Tell me where I put the eggs.", "On the counter.", (3,)) is None


@pytest.mark.parametrize(
    ("spans", "reason"),
    [
        ((), "no key span"),
        ((Span(-1, 3),), "key span outside the clip"),
        ((Span(1, 2), Span(200, 300)), "key span outside the clip"),
        ((Span(0, 230.04),), None),
    ],
)
def test_key_spans(spans: tuple[Span, ...], reason: str | None) -> None:
    clip = NARRATED["kitchen"]
    assert clip.clip == Span(0, 230)
    turn = Turn("Where did I put the eggs?", "On the counter.", spans, (3,))
    found = find_drop_reasons(sample_of(clip, turn), ALL, OPTIONS)[0]
    assert (found.reason if found else None) == reason


def test_a_runaway_answer_is_dropped() -> None:
    question = "Where did I put the eggs?"
    assert fault_of(NARRATED["kitchen"], question, "x " * 1001, (3,)) == DropReason(
        "schema", "question or answer of more than 2,000 characters"
    )
