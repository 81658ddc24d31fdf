"""Scores of a small benchmark for the tests of reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.scoring.scores import Scores
from mmego.files import write_jsonl
from tests.bench.small import benchmark, write_run


@pytest.fixture
def scores(tmp_path: Path) -> Scores:
    bench = benchmark(tmp_path / "b", 14)
    right: list[int | None] = [q.answer for q in bench.questions]
    runs = []
    for keep, choices in ((4, [*right[:7], None, *right[8:]]), (8, right)):
        settings = RunSettings(select="pointer", keep=keep, alpha=0.1)
        runs.append(write_run(tmp_path / f"keep{keep}", bench, choices, settings))
    runs.append(write_run(tmp_path / "blind", bench, [0] * 14, RunSettings(blind=True)))
    write_jsonl(
        tmp_path / "keep8" / "curves.jsonl", [{"id": "q3", "times": [0.0, 5.0, 11.0], "scores": [0.1, 0.0, 0.9]}]
    )
    return Scores(bench, [load_run(run, bench) for run in runs], rounds=30)
