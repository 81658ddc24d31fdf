"""Blind screening by a panel."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from mmego.bench.build.blind_screening import blind_panel, by_luck, rule_text, screen_benchmark
from mmego.bench.build.history import history_of
from mmego.bench.data.folder import Benchmark
from mmego.bench.data.runs import RunSettings, find_runs, load_run
from mmego.errors import InputError
from tests.bench.small import benchmark, question, write_run

BLIND = RunSettings(blind=True)


@pytest.fixture
def bench(tmp_path: Path) -> Benchmark:
    return benchmark(tmp_path / "bench", 16)


def panel(folder: Path, bench: Benchmark, *wrong: set[int]) -> list[Path]:
    """Blind runs that are right but for the questions of these numbers."""
    return [
        write_run(
            folder / f"m{number}" / "blind",
            bench,
            [(q.answer + (n in mistakes)) % 4 for n, q in enumerate(bench.questions)],
            BLIND,
            f"m{number}",
        )
        for number, mistakes in enumerate(wrong)
    ]


def test_what_all_answer_right_goes(bench: Benchmark, tmp_path: Path) -> None:
    runs = panel(tmp_path / "runs", bench, {0, 1, 2, 3}, {2, 3, 4}, {9})
    made = screen_benchmark(bench, runs, tmp_path / "screened", "s")
    assert {q.id for q in made.benchmark.questions} == {f"q{n}" for n in (0, 1, 2, 3, 4, 9)}
    originals = {q.id: q for q in bench.questions}
    for q in made.benchmark.questions:
        before = originals[q.id]
        assert q.options[q.answer] == before.options[before.answer]
        assert sorted(q.options) == sorted(before.options)
    assert made.step["questions"] == {"seen": 16, "left_out": 10}
    assert made.step["right_by"] == [0, 2, 4, 10]
    assert [m["right"] for m in made.step["panel"]] == [12, 13, 15]
    assert [m["right_of_kept"] for m in made.step["panel"]] == [2, 3, 5]
    (step,) = history_of(made.benchmark)
    assert step["parent"] == {"name": "small", "sha256": bench.sha256}


@pytest.mark.parametrize(("most", "left"), [(0, 0), (1, 2), (2, 6)])
def test_how_many_may_be_right(bench: Benchmark, tmp_path: Path, most: int, left: int) -> None:
    runs = panel(tmp_path / "runs", bench, {0, 1, 2, 3}, {2, 3, 4}, {9})
    if not left:
        with pytest.raises(InputError, match="no question is left"):
            screen_benchmark(bench, runs, tmp_path / "screened", "s", most)
        return
    assert len(screen_benchmark(bench, runs, tmp_path / "screened", "s", most).benchmark.questions) == left


def test_a_question_without_an_answer_is_not_answered_right(bench: Benchmark, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", bench, [None] * 3 + [q.answer for q in bench.questions[3:]], BLIND)
    made = screen_benchmark(bench, [run], tmp_path / "screened", "s")
    assert {q.id for q in made.benchmark.questions} == {"q0", "q1", "q2"}
    assert made.step["panel"][0]["errors"] == 3


def test_runs_with_video_are_passed_over_in_a_folder_and_refused_alone(bench: Benchmark, tmp_path: Path) -> None:
    (blind,) = panel(tmp_path / "runs", bench, {1})
    seeing = write_run(tmp_path / "runs" / "m0" / "uniform", bench, [0] * 16, RunSettings(select="uniform"))
    assert find_runs([tmp_path / "runs", blind]) == [blind, seeing]
    assert [run.folder for run in blind_panel([tmp_path / "runs"], bench)] == [blind]
    with pytest.raises(InputError, match="run with video"):
        blind_panel([blind, seeing], bench)
    with pytest.raises(InputError, match="no blind run"):
        blind_panel([write_run(tmp_path / "x" / "y", bench, [0] * 16, RunSettings()).parent], bench)
    with pytest.raises(InputError, match="neither is a run"):
        find_runs([tmp_path / "bench"])
    twin = write_run(tmp_path / "twin", bench, [0] * 16, BLIND, "m0")
    with pytest.raises(InputError, match="count twice"):
        blind_panel([blind, twin], bench)


def test_runs_of_another_benchmark_are_refused(bench: Benchmark, tmp_path: Path) -> None:
    other = benchmark(tmp_path / "other", 8)
    run = write_run(tmp_path / "run", other, [0] * 8, BLIND)
    with pytest.raises(InputError, match="not those of"):
        screen_benchmark(bench, [run], tmp_path / "screened", "s")
    assert not (tmp_path / "screened").exists()


@pytest.mark.parametrize("most", [-1, 1])
def test_limits_of_the_panel(bench: Benchmark, tmp_path: Path, most: int) -> None:
    with pytest.raises(InputError, match="should be 0 to 0 for a panel of 1"):
        screen_benchmark(bench, panel(tmp_path / "runs", bench, {1}), tmp_path / "screened", "s", most)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_luck_is_counted_over_all_guesses(most: int) -> None:
    # Of the 64 ways in which three models guess one of four options, those with more than `most` at option 0.
    expected = sum(guesses.count(0) > most for guesses in product(range(4), repeat=3)) / 64
    assert by_luck([question(0), question(1)], 3, most) == pytest.approx(2 * expected)


def test_screening_twice_does_nothing_and_videos_are_linked(bench: Benchmark, tmp_path: Path) -> None:
    (bench.path / "videos").mkdir()
    (bench.path / "videos" / "v0.mp4").write_text("film")
    runs = panel(tmp_path / "runs", bench, {1, 2})
    first = screen_benchmark(bench, runs, tmp_path / "screened", "s")
    assert (first.benchmark.video_folder / "v0.mp4").read_text() == "film"
    assert not (tmp_path / "screened" / "videos").readlink().is_absolute()
    assert screen_benchmark(bench, runs, tmp_path / "screened", "s").was_there
    assert load_run(runs[0], bench).model == "m0"
    with pytest.raises(InputError, match=r"begun with other options \(panel"):
        screen_benchmark(bench, panel(tmp_path / "other", bench, {3}), tmp_path / "screened", "s")


def test_the_rule_in_words() -> None:
    assert rule_text(1, 0) == "what the one model of the panel answered right without video"
    assert rule_text(3, 2) == "what all of 3 models answered right without video"
    assert rule_text(3, 1) == "what more than 1 of 3 models answered right without video"
