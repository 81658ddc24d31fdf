"""Conversations, and how their times are written."""

from __future__ import annotations

from mmego.records import MCQ, QA, Source, Span, Turn

THIRD = 1 / 3


def test_samples_have_milliseconds_and_questions_of_a_benchmark_every_digit() -> None:
    span = Span(THIRD, 10 * THIRD)
    asked = MCQ("i", "v", span, "q", ("a", "b"), 0, "", (span,), "c", Source("d", "rules")).to_json()
    assert (asked["clip"], asked["key_spans"]) == (span.to_json(), [span.to_json()])
    sample = QA("i", "v", span, (Turn("q", "a", (span,)),), Source("d", "rules")).to_json()
    assert (sample["clip"], sample["turns"][0]["key_spans"]) == ([0.333, 3.333], [[0.333, 3.333]])
