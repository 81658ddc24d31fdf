"""Guesses by length or frequency alone are right as often as chance."""

from __future__ import annotations

import pytest

from tests.bench.distractors.kitchens import written


def test_neither_length_nor_frequency_nor_the_odd_one_tells() -> None:
    found = written(number=12)[0]
    assert len(found) > 200

    def hits(score: dict[str, float] | None, sign: int) -> float:
        total = 0.0
        for q in found:
            values = [sign * (len(o) if score is None else score.get(o, 0.0)) for o in q.options]
            best = [i for i, value in enumerate(values) if value == max(values)]
            total += (q.answer in best) / len(best)
        return total / len(found)

    assert hits(None, 1) == pytest.approx(0.25, abs=0.06)
    assert hits(None, -1) == pytest.approx(0.25, abs=0.06)
