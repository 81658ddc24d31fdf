"""Plots: one row for each stage that has a log, and no file without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from mmego.files import write_json
from mmego.train.plots import plot_stages

LOG = [
    {"step": 50, "loss": 2.0, "pointer": 1.0, "learning_rate": 0.1},
    {"step": 50, "eval_recall@4": 0.5, "eval_runtime": 3.0},
    {"step": 100, "loss": 1.0, "pointer": 0.5, "learning_rate": 0.1},
]


def test_every_stage_with_a_log_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "curves.png"
    plot_stages(tmp_path, path)
    assert not path.exists()
    write_json(tmp_path / "vision" / "log.json", LOG)
    plot_stages(tmp_path, path)
    one = Image.open(path).size
    write_json(tmp_path / "answers" / "log.json", LOG)
    plot_stages(tmp_path, path)
    two = Image.open(path).size
    assert two[0] == one[0]
    assert two[1] == pytest.approx(2 * one[1], rel=0.05)
