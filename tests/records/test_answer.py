"""Answers: their JSON, and blank ones."""

from __future__ import annotations

import pytest

from mmego.records import Answer, Evidence, Span

THIRD = 1 / 3


def test_an_answer_has_milliseconds_and_six_digits() -> None:
    evidence = (Evidence(100 * THIRD, THIRD, "pointer"), Evidence(2.0, 1.23456789e-7, "explore"))
    row = Answer("q", "a", None, evidence, 5, "m", "pointer", {"index": 2 * THIRD}).to_json()
    assert row["evidence"] == [
        {"time": 33.333, "score": 0.333333, "by": "pointer"},
        {"time": 2.0, "score": 1.23457e-7, "by": "explore"},
    ]
    assert row["seconds"] == {"index": 0.667}
    assert list(row) == ["question", "answer", "choice", "evidence", "frames", "model", "select", "seconds"]
    partial = Answer("q", "a", None, evidence, 5, "m", "pointer", gaps=(Span(THIRD, 2.0),)).to_json()
    assert partial["gaps"] == [[0.333, 2.0]]


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_blank_answer_is_shown_as_none_and_kept_as_it_is(blank: str) -> None:
    answer = Answer("q", blank, None, (), 0, "m", "uniform")
    assert (answer.shown, answer.to_json()["answer"]) == ("(no answer)", blank)
    assert Answer("q", " on the desk ", None, (), 0, "m", "uniform").shown == "on the desk"
