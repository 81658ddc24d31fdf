"""Multiple-choice questions and predictions."""

from __future__ import annotations

from mmego.records import Prediction, Span

THIRD = 1 / 3


def test_a_prediction_has_milliseconds_and_six_digits() -> None:
    row = Prediction("q", "m", False, 0, "a", (10 * THIRD,), (THIRD,), (THIRD, 2 * THIRD), 3, THIRD).to_json()
    assert (row["key_frames"], row["scores"]) == ([3.333], [0.333333])
    assert (row["probabilities"], row["seconds"]) == ([0.333333, 0.666667], 0.333)
    assert Prediction.from_json(row).to_json() == row
    gaps = Prediction("q", "m", False, 0, "a", gaps=(Span(THIRD, 2 * THIRD),)).to_json()["gaps"]
    assert gaps == [[0.333, 0.667]]
