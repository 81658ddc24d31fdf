"""A run's folder belongs to one run of one model."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.run.folder import RunFolder
from mmego.bench.run.run import run_benchmark
from mmego.errors import InputError
from tests.bench.run.answerers import WANTED, Counting, with_videos
from tests.bench.small import benchmark


def test_another_model_benchmark_or_way_is_refused(tmp_path: Path) -> None:
    bench = with_videos(benchmark(tmp_path / "b", 4))
    run_benchmark(bench, Counting(), WANTED[:1], tmp_path / "runs")
    with pytest.raises(InputError, match=r"another run: its fingerprint differs .*c1.*c2"):
        run_benchmark(bench, Counting(fingerprint="c2"), WANTED[:1], tmp_path / "runs")
    other = with_videos(benchmark(tmp_path / "c", 6))
    with pytest.raises(InputError, match="another run: its benchmark"):
        run_benchmark(other, Counting(), WANTED[:1], tmp_path / "runs")
    model = Counting()
    model.about = lambda: {"defaults": {"keep": 5}}  # type: ignore[method-assign]
    with pytest.raises(InputError, match="its defaults differ"):
        run_benchmark(bench, model, WANTED[:1], tmp_path / "runs")


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    bench = with_videos(benchmark(tmp_path / "b", 4))
    held = RunFolder(tmp_path / "runs/pointer-keep4", WANTED[0])
    held.begin(bench, "counting", "c1", Counting().about())
    with pytest.raises(InputError, match="in use by another run"):
        run_benchmark(bench, Counting(), WANTED[:1], tmp_path / "runs")
    held.close()
    run_benchmark(bench, Counting(), WANTED[:1], tmp_path / "runs")
