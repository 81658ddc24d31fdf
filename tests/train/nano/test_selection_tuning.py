"""Tuning of the selection: the setting with the highest accuracy plus recall, the first of equals."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mmego.train.nano import selection_tuning
from mmego.train.nano.evaluation import AnswerRow
from mmego.train.nano.selection_tuning import ALPHAS, SPACINGS, tune_selection


def test_the_best_setting_goes_into_the_config(monkeypatch: pytest.MonkeyPatch) -> None:
    recall = {(0, 0.0): 0.5, (1, 0.0): 0.75, (1, 0.1): 0.75}

    def evaluate(*arguments: Any) -> list[AnswerRow]:
        keeps, alpha, spacing, selections = arguments[-4:]
        assert (keeps, selections) == ((4,), ("pointer",))
        rows = [
            AnswerRow(str(n), "v", "first", "pointer", 4, 0, n, recall.get((spacing, alpha), 0.0), ()) for n in (0, 1)
        ]
        return rows

    monkeypatch.setattr(selection_tuning, "evaluate", evaluate)
    model: Any = SimpleNamespace(config=SimpleNamespace(alpha=None, key_frame_spacing=None))
    features: Any = None
    lines = tune_selection(model, features, features, [], [], 4)
    assert (model.config.key_frame_spacing, model.config.alpha) == (1, 0.0)
    assert [(line["spacing"], line["alpha"]) for line in lines] == [(s, a) for s in SPACINGS for a in ALPHAS]
    assert lines[0] == {"spacing": 0, "alpha": 0.0, "accuracy": 0.5, "recall": 0.5}
