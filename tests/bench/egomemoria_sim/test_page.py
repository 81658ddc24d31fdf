"""The results page of EgoMemoria-Sim: its tables can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import egomemoria_sim

from mmego.bench.data.runs import RunSettings
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import all_tables
from mmego.commands.bench.score import ScoreOptions, open_scores
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


def test_a_printed_table_goes_two_headings_lower_and_leaves_its_summary_out(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 28)
    run = write_run(tmp_path / "run", bench, [0] * 28, RunSettings(select="pointer", keep=4))
    scores = open_scores(ScoreOptions(bench.path, (run,), rounds=10))
    printed = "\n\n".join(["# title", *(table.to_markdown() for table in all_tables(scores))])
    assert printed.count("## Summary") == 1
    lower = egomemoria_sim._lower(printed)
    assert lower.startswith("### title\n\n#### Runs\n")
    assert "Summary" not in lower
    assert lower.count("\n#### ") == printed.count("\n## ") - 1


def test_the_summary_and_the_dense_table_are_of_the_runs_they_name(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 28)
    right = [q.answer for q in bench.questions]
    runs = tmp_path / "runs"

    def some(count: int) -> list[int]:
        """As many right answers, from the last question backwards: in the long videos first."""
        return [(a + (n < 28 - count)) % 4 for n, a in enumerate(right)]

    for keep, few, dense in (("4", 8, 21), ("8", 9, 28)):
        settings = RunSettings(select="pointer", keep=int(keep))
        write_run(runs / "nano" / f"pointer-keep{keep}", bench, some(few), settings)
        settings = RunSettings(select="pointer", keep=int(keep), frames=3600)
        write_run(runs / "every-second" / f"pointer-keep{keep}-frames3600", bench, some(dense), settings)
    for keep in (4, 8):
        write_run(runs / "nano" / f"uniform-keep{keep}", bench, some(7), RunSettings(select="uniform", keep=keep))
    for name, model in (("nano", "m"), *((one, one) for one in egomemoria_sim.BASELINES)):
        write_run(runs / name / "blind", bench, [0] * 28, RunSettings(blind=True), model)
    scores = egomemoria_sim.scores_of(bench, runs)
    lines = egomemoria_sim.summary(scores).splitlines()
    assert [line.split(" | ")[0] for line in lines if line.startswith("| m ")] == [
        f"| m {name}"
        for name in (
            *("pointer-keep4", "pointer-keep4-frames3600", "pointer-keep8-frames3600", "uniform-keep4", "blind"),
        )
    ]
    rows = [
        line.split(" | ") for line in egomemoria_sim.dense_table(scores, "B").splitlines() if line[:3] in ("| 4", "| 8")
    ]
    assert [row[:2] for row in rows] == [
        [f"| {keep}", name] for keep in "48" for name in ("short", "medium", "long", "Avg")
    ]
    for place, row in enumerate(rows[2::4]):
        expected = [scores.accuracy(run, scores.groups["long"]).value for run in (place, place + 4)]
        assert [float(cell.split(" [")[0]) for cell in row[2:4]] == pytest.approx([100 * v for v in expected], abs=0.01)
        assert float(row[4].split(" [")[0]) == pytest.approx(100 * (expected[1] - expected[0]), abs=0.01)


def test_the_appendix_has_a_page_for_each_half_of_both_sets_of_tables() -> None:
    first, second = "#### Runs\n\n| a |\n\n", "#### Accuracy by length of the clip\n\n| b |\n"
    table = f"### egomemoria-sim: scores\n\n1 question\n\n{first}{second}"
    pages = egomemoria_sim.appendix_pages([f"## The table\n\n{table}", f"## The exploration bonus\n\n{table}"])
    assert [page.splitlines()[0].split(":")[0] for page in pages] == [f"# Appendix {n}" for n in (1, 2, 3, 4)]
    assert [("| a |" in page, "| b |" in page) for page in pages] == [(True, False), (False, True)] * 2
    assert "\n## Runs\n" in pages[0]
    assert "\n## Accuracy by length of the clip\n" in pages[1]


def test_figures_go_between_the_marks_of_the_page() -> None:
    page = "conclusions\n<!-- dense -->\nold\n<!-- end of dense -->\nend\n"
    assert (
        egomemoria_sim.put(page, "dense", "new") == "conclusions\n<!-- dense -->\n\nnew\n\n<!-- end of dense -->\nend\n"
    )
    with pytest.raises(ValueError, match="no place for 'spans'"):
        egomemoria_sim.put(page, "spans", "new")
