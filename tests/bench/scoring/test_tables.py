"""All tables of a report, and their notes where something is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from mmego.bench.data.folder import save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.scoring.scores import NOTHING, Estimate, Scores
from mmego.bench.scoring.series import main_name
from mmego.bench.scoring.table import cell_text
from mmego.bench.scoring.tables import all_tables, mda_table
from tests.bench.small import benchmark, question, runs_of_small, write_run


def test_every_table_is_there_and_the_json_is_plain(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
    tables = {table.key: table for table in all_tables(Scores(bench, runs, rounds=50))}
    assert list(tables) == [
        *("summary", "runs", "mda", "blind", "differences", "frames", "alpha"),
        *("classes", "categories", "recall", "letters", "errors"),
    ]
    text = json.dumps({key: table.to_json() for key, table in tables.items()}, allow_nan=False)
    assert "NaN" not in text
    difference = tables["differences"].rows[0]
    assert difference[0] == "m pointer-keep16-alpha0.1"
    assert difference[8:10] == (0, 4)
    assert difference[6] is not None
    assert str(difference[1]).startswith("-28.57 [")
    assert [row[:2] for row in tables["errors"].rows] == [
        ("m pointer-keep4-alpha0.1", "no such video"),
        ("n blind", "no such video"),
    ]
    assert tables["frames"].columns == ("model", "16", "4", "relative drop")
    assert tables["alpha"].columns == ("model", "alpha 0", "alpha 0.1")
    recall = tables["recall"].rows[0]
    # Each prediction keeps 11 s, inside the only key span, and 30 s, outside; one failed, yet named its frames.
    assert isinstance(recall[2], Estimate)
    assert isinstance(recall[-1], Estimate)
    assert (recall[2].value, recall[-1].value) == (1.0, 0.5)


def test_p_of_mda_differs_from_that_of_pooled_accuracy(tmp_path: Path) -> None:
    # Both runs are right on as many questions; one on what nobody knows blind, the other on what is known blind.
    bench = benchmark(tmp_path / "b", 84)
    right = [q.answer for q in bench.questions]
    even = [a if n % 2 else (a + 1) % 4 for n, a in enumerate(right)]
    odd = [(a + 1) % 4 if n % 2 else a for n, a in enumerate(right)]
    keep = [RunSettings(keep=4), RunSettings(keep=8), RunSettings(blind=True)]
    runs = [
        load_run(write_run(tmp_path / f"r{n}", bench, choices, settings), bench)
        for n, (choices, settings) in enumerate(zip((even, odd, odd), keep, strict=True))
    ]
    table = next(t for t in all_tables(Scores(bench, runs, rounds=200)) if t.key == "differences")
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["p"] == 1.0
    assert isinstance(row["MDA Avg"], Estimate)
    assert row["MDA Avg"].value == -1.0
    assert isinstance(row["p (MDA)"], float)
    assert row["p (MDA)"] == row["p (MDA, Holm)"] < 0.05


def test_without_a_blind_run_there_is_no_mda_and_the_reason_is_given(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
    scores = Scores(bench, runs[:2], rounds=50)
    assert scores.mda_average(0) is NOTHING
    table = mda_table(scores)
    assert all(row[1] == "original" for row in table.rows)
    assert "No MDA: it needs at least one blind run" in table.note
    assert main_name(scores) == "accuracy (Avg)"


def test_without_a_group_there_is_no_avg_and_the_reason_is_given(tmp_path: Path) -> None:
    questions = [replace(question(n, n % 4), length_class="0.5-1" if n < 4 else "") for n in range(8)]
    bench = save_benchmark(tmp_path / "b", "short", questions, {})
    run = load_run(write_run(tmp_path / "r", bench, [0] * 8, RunSettings(keep=4)), bench)
    scores = Scores(bench, [run], rounds=50)
    table = mda_table(scores)
    assert "no question in medium, long" in table.note
    assert cell_text(table.rows[0][5]) == "-"
    assert scores.accuracy(0, scores.everything).value == 0.25
    assert main_name(scores) == "accuracy (pooled)"
    assert [row[0] for row in next(t for t in all_tables(scores) if t.key == "classes").rows] == ["0.5-1"]
