"""Numbers in JSON are as long as what they mean, and values of another kind are named."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.records import MCQ, QA, Answer, Evidence, Prediction, Source, Span, Turn

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


def test_a_prediction_has_milliseconds_and_six_digits() -> None:
    row = Prediction("q", "m", False, 0, "a", (10 * THIRD,), (THIRD,), (THIRD, 2 * THIRD), 3, THIRD).to_json()
    assert (row["key_frames"], row["scores"]) == ([3.333], [0.333333])
    assert (row["probabilities"], row["seconds"]) == ([0.333333, 0.666667], 0.333)
    assert Prediction.from_json(row).to_json() == row
    gaps = Prediction("q", "m", False, 0, "a", gaps=(Span(THIRD, 2 * THIRD),)).to_json()["gaps"]
    assert gaps == [[0.333, 0.667]]


def test_samples_have_milliseconds_and_questions_of_a_benchmark_every_digit() -> None:
    span = Span(THIRD, 10 * THIRD)
    asked = MCQ("i", "v", span, "q", ("a", "b"), 0, "", (span,), "c", Source("d", "rules")).to_json()
    assert (asked["clip"], asked["key_spans"]) == (span.to_json(), [span.to_json()])
    sample = QA("i", "v", span, (Turn("q", "a", (span,)),), Source("d", "rules")).to_json()
    assert (sample["clip"], sample["turns"][0]["key_spans"]) == ([0.333, 3.333], [[0.333, 3.333]])


SPOILED: list[Any] = [None, True, 7, "text", [1], {"a": 1}, [[["x"]]], 1e999]


@pytest.mark.parametrize("kind", [MCQ, QA, Prediction])
@pytest.mark.parametrize("value", SPOILED, ids=repr)
def test_a_value_of_another_kind_is_named_or_taken(kind: Any, value: Any) -> None:
    """Every field in turn: the record is made, or one InputError says what is wrong."""
    span = Span(0.0, 1.0)
    whole = {
        MCQ: MCQ("i", "v", span, "q", ("a", "b"), 0, "", (span,), "c", Source("d", "rules")),
        QA: QA("i", "v", span, (Turn("q", "a", (span,), (0,)),), Source("d", "rules")),
        Prediction: Prediction("i", "m", False, 0, "a", gaps=(span,)),
    }[kind]
    row = json.loads(json.dumps(whole.to_json()))
    for key in row:
        with suppress(InputError):
            kind.from_json({**row, key: value})
    for key in ("id", "video", "model"):
        if key in row and not isinstance(value, str):
            with pytest.raises(InputError, match=rf"'{key}' must be text"):
                kind.from_json({**row, key: value})
