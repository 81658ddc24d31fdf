"""The table that a report opens with: which runs it takes, and what it says of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.report.folder import markdown
from mmego.bench.report.page import render_page
from mmego.bench.scoring.scores import Estimate, Scores
from mmego.bench.scoring.summary import summary_table
from mmego.bench.scoring.tables import all_tables
from tests.bench.small import benchmark, write_run

BLIND = RunSettings(blind=True)


def pointer(keep: int, frames: int | None = None) -> RunSettings:
    return RunSettings(select="pointer", keep=keep, frames=frames)


def uniform(keep: int) -> RunSettings:
    return RunSettings(select="uniform", keep=keep)


def scores(folder: Path, bench: Benchmark, runs: list[tuple[str, RunSettings, int]]) -> Scores:
    """Make runs by model, settings and how many questions they answer right, from the last one backwards."""
    loaded = []
    for number, (model, settings, right) in enumerate(runs):
        wrong = len(bench.questions) - right
        choices = [(q.answer + (n < wrong)) % 4 for n, q in enumerate(bench.questions)]
        loaded.append(load_run(write_run(folder / f"run{number}", bench, choices, settings, model), bench))
    return Scores(bench, loaded, rounds=50)


def test_the_best_run_stands_before_what_it_beats(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 28)
    runs = [
        *(("m", pointer(4), 12), ("m", pointer(8), 20), ("m", uniform(4), 9), ("m", uniform(8), 10), ("m", BLIND, 6)),
        *(("other", pointer(4), 16), ("third", uniform(4), 8), ("fourth", uniform(4), 4)),
    ]
    found = scores(tmp_path, bench, runs)
    table = summary_table(found)
    assert [row[0] for row in table.rows] == [
        *("m pointer-keep8", "other pointer-keep4", "third uniform-keep4", "m uniform-keep8", "m blind")
    ]
    best = dict(zip(table.columns, table.rows[0], strict=True))
    assert isinstance(best["Avg"], Estimate)
    assert best["Avg"].value == pytest.approx(found.average(1).value)
    assert best["MDA"] == found.mda_average(1)
    gaps = [(found.average(1).value - found.average(i).value) for i in (3, 4)]
    assert [best[name].value for name in ("against even frames", "against blind")] == pytest.approx(gaps)  # type: ignore[union-attr]
    assert str(best["against blind"]).startswith("+")
    blind = [str(cell) for cell in table.rows[4]]
    assert (blind[1], *blind[6:]) == ("-", "-", "-")
    assert "best one here" in table.note


def test_chosen_runs_are_taken_as_they_are_given(tmp_path: Path) -> None:
    runs = [("m", pointer(4), 12), ("m", pointer(4, 3600), 20), ("m", uniform(4), 9), ("m", BLIND, 6)]
    found = scores(tmp_path, benchmark(tmp_path / "b", 28), runs)
    table = summary_table(found, (1, 0, 3))
    assert [row[0] for row in table.rows] == ["m pointer-keep4-frames3600", "m pointer-keep4", "m blind"]
    assert "best one here" not in table.note
    # As many evenly spaced frames, though of fewer.
    assert str(table.rows[0][6]) == str(
        found.estimate(
            found.average_draws(1) - found.average_draws(2),
            found.in_groups,
            None,
            found.fewest_videos([None]),
            signed=True,
        )
    )


def test_without_groups_or_blind_runs_it_is_pooled_accuracy(tmp_path: Path) -> None:
    questions = [replace(q, length_class="") for q in benchmark(tmp_path / "b", 8).questions]
    bench = save_benchmark(tmp_path / "plain", "plain", questions, {})
    table = summary_table(scores(tmp_path, bench, [("m", pointer(4), 6)]))
    assert table.columns[1:3] == ("MDA", "accuracy")
    assert [str(cell)[:5] for cell in table.rows[0]] == ["m poi", "-", "75.00", *["-"] * 5]
    blind = summary_table(scores(tmp_path / "c", bench, [("m", BLIND, 2)]))
    assert [row[0] for row in blind.rows] == ["m blind"]


def test_both_reports_open_with_it(tmp_path: Path) -> None:
    found = scores(tmp_path, benchmark(tmp_path / "b", 28), [("m", pointer(4), 12), ("m", BLIND, 6)])
    tables = all_tables(found)
    text = markdown(found, tables, [], {})
    assert text.index("## Summary") < text.index("| run |") < text.index("## Runs")
    page = render_page(found, tables, [], {})
    assert page.index('id="table-summary" open') < page.index('id="table-runs"')
