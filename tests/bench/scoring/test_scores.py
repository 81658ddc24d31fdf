"""Scores and tables: the paper's (arXiv 2410.07177) to the printed digit, and small benchmarks by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import Run, RunSettings, load_run
from mmego.bench.scoring.metrics import average_of_groups, debiased_accuracy, mda
from mmego.bench.scoring.scores import GROUPS, Scores
from mmego.bench.scoring.tables import mda_table
from mmego.errors import InputError
from mmego.records import Prediction
from mmego.records.length_classes import length_group
from tests.bench.small import question, runs_of_small, write_run

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


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Return a benchmark of the paper's shape: 7,026 questions on 629 videos."""
    questions = []
    for name, (count, videos) in SHAPE.items():
        for n in range(count):
            questions.append(question(len(questions), n % 4, name, f"{name} {n % videos}"))
    return save_benchmark(tmp_path_factory.mktemp("paper") / "b", "paper", questions, {})


def run_of(bench: Benchmark, right: tuple[int, ...], settings: RunSettings, model: str = "m") -> Run:
    """Return a run that answers the first `right` questions of each group, with nothing on disk."""
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


def test_estimates_equal_the_plain_functions_and_count_what_failed(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
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


def test_panels(tmp_path: Path) -> None:
    bench, runs = runs_of_small(tmp_path)
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
    bench, runs = runs_of_small(tmp_path)
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
