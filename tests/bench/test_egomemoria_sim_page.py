"""The results page of EgoMemoria-Sim: its tables can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import egomemoria_sim

from mmego.bench.runs import RunSettings
from mmego.bench.scores import Scores
from mmego.commands.bench_score import ScoreOptions, open_scores
from tests.bench.small import benchmark, write_run


def test_both_tables_have_one_panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = benchmark(tmp_path / "b", 8)
    write_run(tmp_path / "runs" / "nano" / "pointer-keep4", bench, [0] * 8, RunSettings(keep=4))
    write_run(tmp_path / "runs" / "alpha" / "pointer-alpha0.1", bench, [0] * 8, RunSettings(alpha=0.1))
    for name, model in (("nano", "m"), *((one, one) for one in egomemoria_sim.BASELINES)):
        write_run(tmp_path / "runs" / name / "blind", bench, [0] * 8, RunSettings(blind=True), model)
    scored: list[Scores] = []

    def mmego(*words: str) -> str:
        assert words[:2] == ("bench", "score")
        scored.append(open_scores(ScoreOptions(Path(words[2]), tuple(map(Path, words[3:])), rounds=10)))
        return ""

    monkeypatch.setattr(egomemoria_sim, "mmego", mmego)
    egomemoria_sim.sections(bench.path, tmp_path / "runs")
    panels = [{one.labels[m] for m in one.panel} for one in scored]
    assert panels[0] == panels[1]
    assert len(panels[0]) == 1 + len(egomemoria_sim.BASELINES)
