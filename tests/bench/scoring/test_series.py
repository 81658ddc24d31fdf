"""Series over frames kept and alpha: which runs belong together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.series import main_name, series_of
from mmego.bench.scoring.tables import all_tables
from tests.bench.small import runs_of_small, write_run


def test_series_hold_only_runs_that_differ_in_one_setting(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
    scores = Scores(bench, runs, rounds=50)
    assert main_name(scores) == "MDA (Avg)"
    (frames,), (alpha,) = series_of(scores, "keep"), series_of(scores, "alpha")
    assert (frames.label, frames.values, frames.runs) == ("m pointer-alpha0.1", (4.0, 16.0), (0, 1))
    assert (alpha.label, alpha.values, alpha.runs) == ("m pointer-keep4", (0.0, 0.1), (2, 0))
    assert series_of(Scores(bench, runs[:1], rounds=50), "keep") == []


def test_of_two_runs_with_one_setting_the_better_finished_is_shown_and_the_other_named(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
    failed = write_run(tmp_path / "failed", bench, [None] * 14, runs[1].settings)
    scores = Scores(bench, [*runs, load_run(failed, bench)], rounds=50)
    (frames,) = series_of(scores, "keep")
    assert (frames.runs, frames.spare) == ((0, 1), (5,))
    note = next(table.note for table in all_tables(scores) if table.key == "frames")
    assert f"no more failures: m pointer-keep16-alpha0.1 ({failed})." in note
    assert "Not shown" not in next(table.note for table in all_tables(scores) if table.key == "alpha")


def test_a_run_at_the_models_defaults_is_part_of_a_series(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
    folder = write_run(tmp_path / "plain", bench, [0] * 14, RunSettings(select="pointer"))
    about = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**about, "defaults": {"keep": 8, "alpha": 0.1, "frames": 300}}))
    plain = load_run(folder, bench)
    scores = Scores(bench, [runs[0], replace(runs[1], defaults=plain.defaults), plain], rounds=50)
    (frames,) = series_of(scores, "keep")  # the first run does not tell how many frames it glimpsed
    assert (frames.values, frames.runs) == ((8.0, 16.0), (2, 1))
    told = [replace(run, defaults=plain.defaults) for run in (runs[0], runs[1], runs[2])]
    scores = Scores(bench, [*told, plain], rounds=50)
    (frames,) = series_of(scores, "keep")
    assert (frames.label, frames.values, frames.runs) == ("m pointer-alpha0.1", (4.0, 8.0, 16.0), (0, 3, 1))
    even = replace(plain, settings=RunSettings(select="uniform", keep=4))
    assert even.value("alpha") is None
