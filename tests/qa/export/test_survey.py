"""Statistics of a data set: counts, drawn samples, quantiles."""

from __future__ import annotations

from collections import Counter

import pytest

from mmego.qa.export.card import size_category
from mmego.qa.export.survey import POSITIONS, SAMPLES_KEPT, Survey, mean_of_counts, quantile_of_counts, span_bin_names
from mmego.records import QA, Source, Span, Turn
from mmego.records.length_classes import length_class
from tests.qa.small_set import conversations


def test_counts_are_those_of_a_plain_recount() -> None:
    samples = conversations()
    survey = Survey.of(samples)
    turns = [turn for sample in samples for turn in sample.turns]
    assert (survey.conversations, survey.turns, len(survey.videos)) == (5, len(turns), 5)
    assert survey.categories == Counter(turn.category for turn in turns)
    assert survey.length_classes == Counter(length_class(sample.clip.length) for sample in samples)
    assert survey.openings == Counter(" ".join(turn.question.lower().split()[:2]) for turn in turns)
    assert survey.spans == survey.positions.total() == sum(len(turn.key_spans) for turn in turns)
    assert survey.span_lengths.total() == survey.spans
    assert survey.answers["yes/no"] == sum(turn.answer in ("yes", "no") for turn in turns) > 0
    assert mean_of_counts(survey.answer_words) == pytest.approx(
        sum(len(turn.answer.split()) for turn in turns) / len(turns)
    )


def test_odd_clips_and_spans_are_counted() -> None:
    turn = Turn("", "", (Span(0.0, 0.0), Span(-5.0, 100.0), Span(99.0, 99.0)))
    survey = Survey.of(
        [QA("i", "v", Span(0.0, 10.0), (turn,), Source("o", "r")), QA("j", "v", Span(1, 1), (turn,), Source("o", "r"))]
    )
    assert survey.positions == Counter({0: 4, POSITIONS - 1: 2})
    assert (survey.span_lengths[0], survey.span_lengths[7]) == (4, 2)
    assert len(span_bin_names()) == 8


def test_samples_are_drawn_evenly_and_by_seed() -> None:
    turns = tuple(Turn(f"q {i}", "a", ()) for i in range(60))
    sample = QA("i", "v", Span(0.0, 9.0), turns, Source("own", "rules"))
    seen = Counter(turn.question for seed in range(300) for _, turn in Survey.of([sample], seed).samples)
    expected = 300 * SAMPLES_KEPT / 60
    assert len(seen) == 60
    assert all(expected / 2 < count < expected * 2 for count in seen.values())
    assert Survey.of([sample], 3).samples == Survey.of([sample], 3).samples


def test_quantiles() -> None:
    counts = Counter({1: 50, 2: 45, 9: 5})
    assert [quantile_of_counts(counts, share) for share in (0.05, 0.5, 0.51, 0.95, 1.0)] == [1, 1, 2, 2, 9]
    assert quantile_of_counts(Counter(), 0.5) == 0
    assert [size_category(n) for n in (1, 999, 1000, 938_000, 20_000_000)] == [
        "n<1K",
        "n<1K",
        "1K<n<10K",
        "100K<n<1M",
        "10M<n<100M",
    ]
