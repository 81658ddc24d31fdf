"""Scores and tables: the paper's (arXiv 2410.07177) to the printed digit, and small benchmarks by hand."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import Run, RunSettings, find_runs, load_run
from mmego.bench.scoring.metrics import average_of_groups, debiased_accuracy, mda, relative_drop
from mmego.bench.scoring.scores import GROUPS, NOTHING, Figure, Scores
from mmego.bench.scoring.series import main_name, series_of
from mmego.bench.scoring.table import Table, cell_text
from mmego.bench.scoring.tables import all_tables, mda_table
from mmego.errors import InputError
from mmego.records import Prediction
from mmego.records.length_classes import length_group
from tests.bench.small import benchmark, question, write_run

# arXiv 2410.07177, EgoMemoria: questions and videos of each length class.
SHAPE = {
    "0.5-1": (500, 100),
    "1-2": (498, 100),
    "2-4": (987, 100),
    "4-10": (997, 100),
    "10-20": (1715, 100),
    "20-40": (1792, 100),
    "40-60": (537, 29),
}
# What can be counted in the paper's table: right answers of 998, 3,699 and 2,329 questions, and the printed row.
COUNTED = {
    "LLaVA-OV original": ((701, 2402, 1425), (70.24, 64.94, 61.19), 65.45),
    "MM-Ego original": ((798, 2946, 1842), (79.96, 79.64, 79.09), 79.56),
}
# Rows of MDA: parts and Avg as printed.
MDA = {
    "LLaVA-OV": ((53.20, 47.01, 41.76), 47.32),
    "Ego SFT": ((59.56, 56.71, 51.64), 55.97),
    "MM-Ego": ((63.16, 62.04, 58.62), 61.27),
    "GPT-4o": ((64.31, 59.47, 57.65), 60.48),
}
PANEL = (50.30, 50.08, 41.58)  # LLaVA-OV's Avg minus each panel model's bias
KEPT = {
    "LLaVA-OV": ((47.32, 46.39, 44.99, 43.95), 7.12),
    "Ego SFT": ((55.97, 55.86, 54.42, 51.95), 7.18),
    "MM-Ego": ((61.27, 60.93, 58.55, 58.46), 4.59),
}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """A benchmark of the paper's shape: 7,026 questions on 629 videos."""
    questions = []
    for name, (count, videos) in SHAPE.items():
        for n in range(count):
            questions.append(question(len(questions), n % 4, name, f"{name} {n % videos}"))
    return save_benchmark(tmp_path_factory.mktemp("paper") / "b", "paper", questions, {})


def run_of(bench: Benchmark, right: tuple[int, ...], settings: RunSettings, model: str = "m") -> Run:
    """A run that answers the first `right` questions of each group, with nothing on disk."""
    left = dict(zip(GROUPS, right, strict=True))
    predictions = {}
    for q in bench.questions:
        group = length_group(q.length_class)
        left[group] -= 1
        choice = q.answer if left[group] >= 0 else (q.answer + 1) % 4
        predictions[q.id] = Prediction(q.id, model, settings.blind, choice, "")
    return Run(Path(model) / str(settings), model, model, settings, predictions)


def printed(share: float) -> float:
    return round(100 * share, 2)


@pytest.mark.parametrize("name", COUNTED)
def test_accuracies_and_avg_of_the_paper_to_the_printed_digit(paper: Benchmark, name: str) -> None:
    right, parts, average = COUNTED[name]
    scores = Scores(paper, [run_of(paper, right, RunSettings(keep=32))], rounds=20)
    assert len(paper.questions) == 7026
    assert len(paper.videos) == 629
    assert [int(scores.groups[g].sum()) for g in GROUPS] == [998, 3699, 2329]
    assert tuple(printed(scores.accuracy(0, scores.groups[g]).value) for g in GROUPS) == parts
    assert printed(scores.average(0).value) == average
    # The pooled figure is another one: the text must show both.
    assert printed(scores.accuracy(0, scores.everything).value) == round(100 * sum(right) / 7026, 2)


@pytest.mark.parametrize("name", MDA)
def test_mda_avg_of_the_paper_from_its_parts_to_the_printed_digit(name: str) -> None:
    parts, average = MDA[name]
    assert round(average_of_groups(dict(zip(GROUPS, parts, strict=True))), 2) == average


def test_mda_of_the_paper_from_the_panels_rows_to_the_printed_digit(paper: Benchmark) -> None:
    # LLaVA-OV's row, and blind sets that leave it the three printed Avgs: of each group take right answers away until
    # what is left has that accuracy, (right - n) / (all - n) = a.
    right = COUNTED["LLaVA-OV original"][0]
    runs = [run_of(paper, right, RunSettings(keep=32), "LLaVA-OV")]
    for model, percent in zip(("LLaVA-OV", "Ego-SFT", "MM-Ego"), PANEL, strict=True):
        share = percent / 100
        gone = tuple(round((r - share * n) / (1 - share)) for r, n in zip(right, (998, 3699, 2329), strict=True))
        runs.append(run_of(paper, gone, RunSettings(blind=True), model))
    scores = Scores(paper, runs, rounds=20)
    for m, percent in zip(scores.panel, PANEL, strict=True):
        assert 100 * scores.average(0, m).value == pytest.approx(percent, abs=0.03)
    assert round(sum(PANEL) / 3, 2) == MDA["LLaVA-OV"][1]
    assert 100 * scores.mda_average(0).value == pytest.approx(
        sum(100 * scores.average(0, m).value for m in (1, 2, 3)) / 3
    )
    assert 100 * scores.mda_average(0).value == pytest.approx(47.32, abs=0.02)
    table = mda_table(scores)
    assert [row[1] for row in table.rows] == [
        "original",
        "minus LLaVA-OV's bias",
        "minus Ego-SFT's bias",
        "minus MM-Ego's bias",
        "MDA",
    ]
    assert "| 70.24 [" in table.to_markdown()


@pytest.mark.parametrize("name", KEPT)
def test_relative_drops_of_the_papers_table_5(name: str) -> None:
    figures, drop = KEPT[name]
    found = relative_drop(np.array([figures[0], 0.0]), np.array([figures[-1], 0.0]))
    assert round(100 * found[0], 2) == drop
    assert math.isnan(found[1])


# By hand ----------------------------------------------------------------------------------------------------


def small(tmp_path: Path) -> tuple[Benchmark, list[Run]]:
    """14 questions, two a class; a run that fails once, a series over frames, and two blind runs."""
    bench = benchmark(tmp_path / "b", 14)
    right = [q.answer for q in bench.questions]
    wrong = [(a + 1) % 4 for a in right]
    wanted = [
        ("a", [*right[:10], None, *wrong[11:]], RunSettings(select="pointer", keep=4, alpha=0.1), "m"),
        ("b", [*right[:6], *wrong[6:]], RunSettings(select="pointer", keep=16, alpha=0.1), "m"),
        ("c", [*wrong[:2], *right[2:]], RunSettings(select="pointer", keep=4, alpha=0.0), "m"),
        ("blind", [*right[:2], *wrong[2:]], RunSettings(blind=True), "m"),
        ("other", [*wrong[:12], right[12], None], RunSettings(blind=True), "n"),
    ]
    runs = [load_run(write_run(tmp_path / n, bench, c, s, m), bench) for n, c, s, m in wanted]
    return bench, runs


def test_figures_equal_the_plain_functions_and_count_what_failed(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
    scores = Scores(bench, runs, rounds=50)
    correct = runs[0].correct(bench)
    blind_sets = {run.model: {name for name, right in run.correct(bench).items() if right} for run in runs[3:]}
    assert blind_sets == {"m": {"q0", "q1"}, "n": {"q12"}}
    pooled = scores.accuracy(0, scores.everything)
    assert (pooled.value, pooled.questions, pooled.failed) == (10 / 14, 14, 1)
    for m, run in zip(scores.panel, runs[3:], strict=True):
        left = scores.accuracy(0, scores.everything, m)
        assert left.value == pytest.approx(debiased_accuracy(correct, blind_sets[run.model]))
    assert [scores.accuracy(0, scores.everything, m).questions for m in scores.panel] == [12, 13]
    assert scores.mda(0, scores.everything).value == pytest.approx(mda(correct, blind_sets))
    # Short holds q0 to q3, medium q4 to q9, long q10 to q13: all right, all right, none.
    assert [scores.accuracy(0, scores.groups[g]).value for g in GROUPS] == [1.0, 1.0, 0.0]
    assert scores.average(0).value == pytest.approx(2 / 3)
    assert str(scores.accuracy(0, scores.groups["long"])).endswith("(1 failed)")


def test_every_table_is_there_and_the_json_is_plain(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
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
    assert isinstance(recall[2], Figure)
    assert isinstance(recall[-1], Figure)
    assert (recall[2].value, recall[-1].value) == (1.0, 0.5)


def test_evenly_spaced_frames_have_no_best_one_and_one_video_no_interval(tmp_path: Path) -> None:
    bench = save_benchmark(tmp_path / "b", "one", [question(0), question(1)], {})
    run = load_run(write_run(tmp_path / "r", bench, [0, 1], RunSettings(select="uniform", keep=2)), bench)
    tables = {table.key: table for table in all_tables(Scores(bench, [run], rounds=20))}
    assert tables["recall"].columns[2] == "recall@1"
    assert [cell_text(cell) for cell in tables["recall"].rows[0][1:]] == ["2", "-", "100.00", "50.00"]
    assert "No intervals: all questions are on one video." in tables["mda"].note
    assert str(tables["mda"].rows[0][6]) == "50.00"


def test_series_hold_only_runs_that_differ_in_one_setting(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
    scores = Scores(bench, runs, rounds=50)
    assert main_name(scores) == "MDA (Avg)"
    (frames,), (alpha,) = series_of(scores, "keep"), series_of(scores, "alpha")
    assert (frames.label, frames.values, frames.runs) == ("m pointer-alpha0.1", (4.0, 16.0), (0, 1))
    assert (alpha.label, alpha.values, alpha.runs) == ("m pointer-keep4", (0.0, 0.1), (2, 0))
    assert series_of(Scores(bench, runs[:1], rounds=50), "keep") == []


def test_of_two_runs_with_one_setting_the_better_finished_is_shown_and_the_other_named(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
    failed = write_run(tmp_path / "failed", bench, [None] * 14, runs[1].settings)
    scores = Scores(bench, [*runs, load_run(failed, bench)], rounds=50)
    (frames,) = series_of(scores, "keep")
    assert (frames.runs, frames.spare) == ((0, 1), (5,))
    note = next(table.note for table in all_tables(scores) if table.key == "frames")
    assert f"no more failures: m pointer-keep16-alpha0.1 ({failed})." in note
    assert "Not shown" not in next(table.note for table in all_tables(scores) if table.key == "alpha")


def test_a_run_at_the_models_defaults_is_part_of_a_series(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
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
    assert isinstance(row["MDA Avg"], Figure)
    assert row["MDA Avg"].value == -1.0
    assert isinstance(row["p (MDA)"], float)
    assert row["p (MDA)"] == row["p (MDA, Holm)"] < 0.05


def test_recall_has_even_and_random_frames_beside_it_where_frames_are_known(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 14)
    folder = write_run(tmp_path / "r", bench, [0] * 14, RunSettings(select="pointer", keep=2))
    times = [float(t) for t in range(1, 30, 2)]  # 15 frames, of which 11 s alone lies in the key span (10 to 12 s)
    rows = [{"id": q.id, "times": times, "scores": [0.1] * 15} for q in bench.questions[:13]]
    (folder / "curves.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    tables = {t.key: t for t in all_tables(Scores(bench, [load_run(folder, bench)], rounds=20))}
    _, even, drawn = tables["recall"].rows
    assert [even[0], drawn[0]] == ["even frames", "random frames"]
    # Two even frames are the fourth and the twelfth: 7 s and 23 s; one is the eighth: 15 s.
    assert [getattr(cell, "value", cell) for cell in even[1:]] == [2, 0.0, 0.0, 0.0]
    assert [getattr(cell, "value", cell) for cell in drawn[1:]] == [2, *map(pytest.approx, (1 / 15, 2 / 15, 1 / 15))]
    assert drawn[2].questions == 13  # type: ignore[union-attr]


def test_without_a_blind_run_there_is_no_mda_and_the_reason_is_said(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
    scores = Scores(bench, runs[:2], rounds=50)
    assert scores.mda_average(0) is NOTHING
    table = mda_table(scores)
    assert all(row[1] == "original" for row in table.rows)
    assert "No MDA: it needs at least one blind run" in table.note
    assert main_name(scores) == "accuracy (Avg)"


def test_without_a_group_there_is_no_avg_and_the_reason_is_said(tmp_path: Path) -> None:
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


def test_panels(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
    assert Scores(bench, runs, panel=["n"], rounds=9).panel == (4,)
    with pytest.raises(InputError, match=r"no blind run of 'x' is given; there is one of m, n"):
        Scores(bench, runs, panel=["x"])
    with pytest.raises(InputError, match="given twice"):
        Scores(bench, [runs[0], runs[0]])
    again = load_run(write_run(tmp_path / "again", bench, [0] * 14, RunSettings(blind=True), "m"), bench)
    with pytest.raises(InputError, match="both blind runs of 'm'"):
        Scores(bench, [*runs, again])
    with pytest.raises(InputError, match="no run"):
        Scores(bench, [])


def test_runs_are_found_by_label_and_folder(tmp_path: Path) -> None:
    bench, runs = small(tmp_path)
    twin = load_run(
        write_run(tmp_path / "twin", bench, [0] * 14, RunSettings(select="pointer", keep=16, alpha=0.1)), bench
    )
    scores = Scores(bench, [*runs, twin], rounds=9)
    assert len(set(scores.labels)) == 6
    assert scores.find("a") == scores.find("m pointer-keep4-alpha0.1") == 0
    assert scores.find(str(tmp_path / "twin")) == 5
    for name in ("nobody", "m pointer-keep16-alpha0.1"):
        with pytest.raises(InputError, match=r"names [02] runs; choose one of"):
            scores.find(name)


def test_folders_of_runs_are_looked_into(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 4)
    for keep in (16, 4, 8):
        write_run(tmp_path / "runs" / f"pointer-keep{keep}", bench, [0] * 4, RunSettings(keep=keep))
    found = find_runs([tmp_path / "runs" / "pointer-keep8", tmp_path / "runs"])
    assert [path.name for path in found] == ["pointer-keep8", "pointer-keep4", "pointer-keep16"]
    deep = write_run(tmp_path / "all" / "m10" / "blind", bench, [0] * 4, RunSettings(blind=True))
    other = write_run(tmp_path / "all" / "m9" / "blind", bench, [0] * 4, RunSettings(blind=True))
    limited = benchmark(tmp_path / "all" / "m9" / "benchmark", 2)
    write_run(limited.path / "runs" / "blind", limited, [0] * 2, RunSettings(blind=True))
    (tmp_path / "all" / "m9" / "up").symlink_to(tmp_path / "all")
    assert find_runs([tmp_path / "all"]) == [other, deep]
    with pytest.raises(InputError, match="neither is a run nor holds one"):
        find_runs([tmp_path / "b"])


def test_cells() -> None:
    assert str(Figure(0.65454, 0.6312, 0.6779, 10)) == "65.45 [63.1, 67.8]"
    assert str(Figure(-0.01, -0.02, 0.005, 10, 2, signed=True)) == "-1.00 [-2.0, +0.5] (2 failed)"
    assert [cell_text(c) for c in (None, math.nan, 0.0002, 0.03, 7026, "x")] == [
        "-",
        "-",
        "< 0.001",
        "0.030",
        "7,026",
        "x",
    ]
    table = Table("k", "T", ("a", "b"), (("x|y\nz", 1),))
    assert table.to_markdown().splitlines()[2:] == ["| a | b |", "| --- | ---: |", "| x\\|y z | 1 |"]
    odd = Table("k", "<b>T</b>\nx", ("a<i>", "b"), (("<img src=x>", "![x](http://y)"),), "p < 0.001 <b>&</b>")
    assert odd.to_markdown().splitlines() == [
        "## &lt;b&gt;T&lt;/b&gt; x",
        "",
        "| a&lt;i&gt; | b |",
        "| --- | ---: |",
        "| &lt;img src=x&gt; | !\\[x\\](http://y) |",
        "",
        "p < 0.001 &lt;b>&&lt;/b>",
    ]
    assert np.isnan(NOTHING.value)
