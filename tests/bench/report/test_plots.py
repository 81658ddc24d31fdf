"""Plots of small and odd benchmarks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mmego.bench.data.folder import save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.report.plots import draw_plots
from mmego.bench.scoring.scores import Scores
from tests.bench.small import question, write_run


def test_plots_need_no_blind_run_and_no_length_class(tmp_path: Path) -> None:

    long_name = "a category with a rather long name that goes on and on $x$"
    questions = [replace(question(n), length_class="", category=long_name) for n in range(4)]
    bench = save_benchmark(tmp_path / "b", "odd", questions, {})
    run = load_run(write_run(tmp_path / "r", bench, [0, 0, 1, 1], RunSettings(keep=4)), bench)
    plots = draw_plots(Scores(bench, [run], rounds=30))
    assert [plot.name for plot in plots] == ["categories"]
    assert "currentColor" in plots[0].svg
    assert "#010203" not in plots[0].svg
