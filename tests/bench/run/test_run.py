"""Running: every question once under every setting, whatever happens; one look a video; nothing guessed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmego.bench.data.folder import save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.run.folder import RunFolder
from mmego.bench.run.models import PlainModel, RunStoppedError
from mmego.bench.run.run import PART, plan, run_benchmark
from mmego.errors import InputError
from mmego.records import Answer, Evidence, Span
from tests.bench.run.answerers import WANTED, Counting, FirstOption, of, with_videos
from tests.bench.small import benchmark, question

ROOT = Path(__file__).parents[3]


def test_every_setting_is_a_whole_run_and_each_stretch_is_looked_at_once(tmp_path: Path) -> None:
    questions = [question(n, n % 4) for n in range(6)]
    questions += [replace(question(6, video="v0"), clip=Span(5.0, 9.0)), replace(question(7, video="v0"), clip=None)]
    bench = of(tmp_path / "b", questions)
    model = Counting()
    outcomes = run_benchmark(bench, model, WANTED, tmp_path / "runs")
    assert [str(o.settings) for o in outcomes] == ["pointer-keep4", "pointer-keep8", "blind"]
    for outcome, right in zip(outcomes, (2, 1, 4), strict=True):
        run = load_run(outcome.folder, bench)
        assert run.model == "counting"
        assert run.fingerprint == "c1"
        assert run.errors == {}
        assert outcome.right == sum(run.correct(bench).values()) == right
        assert len(list(run.curves())) == (0 if outcome.settings.blind else 8)
        assert sorted(path.name for path in outcome.folder.iterdir()) == sorted(
            ["run.json", "predictions.jsonl", *([] if outcome.settings.blind else ["curves.jsonl"])]
        )
    seen = {key: count for key, count in model.looks.items() if key}
    assert len(seen) == 5  # v0 as three stretches, v1 and v2
    assert set(seen.values()) == {1}
    assert set(model.asked.values()) == {1}
    assert len(model.asked) == 8 * 3
    assert model.closed


def test_a_finished_run_is_left_alone_and_another_setting_joins_it(tmp_path: Path) -> None:
    bench = with_videos(benchmark(tmp_path / "b", 4))
    run_benchmark(bench, Counting(), WANTED[:1], tmp_path / "runs")
    before = (tmp_path / "runs/pointer-keep4/predictions.jsonl").stat().st_mtime_ns
    model = Counting()
    run_benchmark(bench, model, WANTED, tmp_path / "runs")
    assert (tmp_path / "runs/pointer-keep4/predictions.jsonl").stat().st_mtime_ns == before
    assert {setting for _, setting in model.asked} == {"pointer-keep8", "blind"}


def test_what_fails_is_a_row_with_its_reason_and_costs_no_other_question(tmp_path: Path) -> None:
    questions = [question(0), question(2), question(4), question(5), question(6)]
    questions[3] = replace(questions[3], question="a hard one?")  # beside question 4, on the same video
    bench = of(tmp_path / "b", questions, missing=("v0",))
    (bench.video_folder / "v1.mp4").write_bytes(b"broken")
    (sighted, blind) = run_benchmark(bench, Counting(), WANTED[::2], tmp_path / "runs")
    assert sighted.errors == {"no such video": 1, "unreadable video": 1, "model": 1}
    assert blind.errors == {"model": 1}
    run = load_run(sighted.folder, bench)
    assert set(run.errors) == {"q0", "q2", "q5"}
    assert run.errors["q5"] == "model: too hard"
    assert run.predictions["q4"].choice == run.predictions["q6"].choice == 1


def test_failed_ones_alone_are_asked_again(tmp_path: Path) -> None:
    bench = of(tmp_path / "b", [question(n) for n in range(6)], missing=("v1",))
    (outcome,) = run_benchmark(bench, Counting(), WANTED[:1], tmp_path / "runs")
    assert outcome.errors == {"no such video": 2}
    with_videos(bench)
    model = Counting()
    (outcome,) = run_benchmark(bench, model, WANTED[:1], tmp_path / "runs")
    assert not model.asked
    assert outcome.errors == {"no such video": 2}
    (outcome,) = run_benchmark(bench, model, WANTED[:1], tmp_path / "runs", retry_failed=True)
    assert {name for name, _ in model.asked} == {"q2", "q3"}
    assert outcome.errors == {}
    run = load_run(outcome.folder, bench)
    assert run.errors == {}
    assert len(list(run.curves())) == 6


def test_where_memory_runs_out_is_a_row_and_the_run_goes_on(tmp_path: Path) -> None:
    """Real failures: a look that fails for good, a question that fails beside others, and one that always does."""
    questions = [question(n) for n in range(8)]
    questions[3] = replace(questions[3], question="a long one?")
    questions[4] = replace(questions[4], question="an endless one?")
    bench = of(tmp_path / "b", questions)
    model = Counting()
    look, answer = model.look, model.answer

    def greedy_look(videos, frames):  # type: ignore[no-untyped-def]
        if any(video.path.stem == "v0" for video in videos):
            bytearray(1 << 60)
        return look(videos, frames)

    def greedy_answer(asked, settings):  # type: ignore[no-untyped-def]
        words = " ".join(one.question for one in asked)
        if "endless" in words or ("long" in words and len(asked) > 1):
            np.empty(1 << 55, np.uint8)
        return answer(asked, settings)

    model.look, model.answer = greedy_look, greedy_answer  # type: ignore[method-assign,assignment]
    (outcome,) = run_benchmark(bench, model, WANTED[:1], tmp_path / "runs")
    run = load_run(outcome.folder, bench)
    assert outcome.errors == {"out of memory": 3}
    assert set(run.errors) == {"q0", "q1", "q4"}
    assert run.errors["q0"] == "out of memory"
    assert run.errors["q4"].startswith("out of memory: no room for 36")
    assert {run.predictions[name].choice for name in ("q2", "q3", "q5", "q6", "q7")} == {1}
    again = Counting()
    (outcome,) = run_benchmark(bench, again, WANTED[:1], tmp_path / "runs", retry_failed=True)
    assert outcome.errors == {}
    assert {name for name, _ in again.asked} == {"q0", "q1", "q4", "q5"}


def test_a_bug_stops_the_run_and_what_was_answered_stays(tmp_path: Path) -> None:
    questions = [question(0), replace(question(2), question="a bug?")]
    bench = of(tmp_path / "b", questions)
    with pytest.raises(ZeroDivisionError):
        run_benchmark(bench, Counting(), WANTED[:1], tmp_path / "runs")
    with pytest.raises(InputError, match="not finished"):
        load_run(tmp_path / "runs/pointer-keep4", bench)
    folder = RunFolder(tmp_path / "runs/pointer-keep4", WANTED[0])
    assert [p.id for p in folder.predictions(2)] == ["q0"]


def test_no_videos_at_all_is_one_error_not_thousands(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "b", 4)
    with pytest.raises(InputError, match=r"no folder of videos.*--videos"):
        run_benchmark(bench, Counting(), WANTED, tmp_path / "runs")
    bench.video_folder.mkdir()
    with pytest.raises(InputError, match="holds none of the 2 videos, such as 'v0'"):
        run_benchmark(bench, Counting(), WANTED, tmp_path / "runs")
    assert run_benchmark(bench, Counting(), WANTED[2:], tmp_path / "runs")[0].errors == {}


def test_a_long_list_of_questions_on_one_video_is_cut_into_parts(tmp_path: Path) -> None:
    bench = of(tmp_path / "b", [question(n, video="v0") for n in range(2 * PART + 3)])
    (visit,) = plan(bench)
    assert [(number, len(part)) for number, part in visit.parts] == [(0, PART), (1, PART), (2, 3)]
    model = Counting()
    run_benchmark(bench, model, WANTED, tmp_path / "runs")
    assert sorted(model.looks.values()) == [1, 1]  # seen once, and blind once


def test_several_videos_at_once_give_the_same_files(tmp_path: Path) -> None:
    bench = with_videos(benchmark(tmp_path / "b", 40))
    run_benchmark(bench, Counting(), WANTED, tmp_path / "one")
    model = Counting(at_once=4, pause=0.005)
    run_benchmark(bench, model, WANTED, tmp_path / "four")
    for settings in WANTED:
        one, four = (tmp_path / name / str(settings) / "predictions.jsonl" for name in ("one", "four"))
        assert one.read_bytes() == four.read_bytes()
    assert set(model.asked.values()) == {1}


def test_a_model_that_can_go_no_further_stops_all_threads(tmp_path: Path) -> None:
    bench = with_videos(benchmark(tmp_path / "b", 40))
    model = Counting(at_once=4)
    answer = model.answer

    def failing(questions, settings):  # type: ignore[no-untyped-def]
        if sum(model.asked.values()) >= 6:
            raise RunStoppedError("the key is refused")
        return answer(questions, settings)

    model.answer = failing  # type: ignore[method-assign]
    with pytest.raises(RunStoppedError, match="the key is refused"):
        run_benchmark(bench, model, WANTED, tmp_path / "runs")
    assert sum(model.asked.values()) < 40
    assert model.closed


def test_killed_and_started_again_every_question_once(tmp_path: Path) -> None:
    bench = with_videos(benchmark(tmp_path / "b", 60))
    log, out = tmp_path / "log", tmp_path / "runs"
    command = [sys.executable, "-m", "tests.bench.run.answerers", str(bench.path), str(out), str(log)]
    for lines in (30, 75):
        with subprocess.Popen(command, cwd=ROOT) as process:
            deadline = time.monotonic() + 60
            while not log.exists() or log.read_text().count("\n") < lines:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            assert process.wait(30) == -signal.SIGKILL
    assert not list(out.rglob("predictions.jsonl"))
    assert subprocess.run(command, cwd=ROOT, check=True).returncode == 0
    for settings in WANTED:
        run = load_run(out / str(settings), bench)
        assert list(run.predictions) == [q.id for q in bench.questions]
        assert {p.choice for p in run.predictions.values()} == {(settings.keep or 0) // 4}
    asked = Counter(log.read_text().splitlines())
    assert len(asked) == 180
    # A kill may fall between an answer and its file: one part (two questions here) a kill.
    assert sum(asked.values()) - 180 <= 4


class NotANumber(FirstOption):
    """A model whose scores overflowed: NaN for some questions."""

    name = "nan"

    def answer(
        self, video: Path | None, question: str, options: tuple[str, ...] | None = None, clip: Span | None = None
    ) -> Answer:
        evidence = (Evidence(1.0, float("nan") if "overflow" in question else 0.5, "pointer"),)
        return replace(super().answer(video, question, options, clip), evidence=evidence)


def test_what_no_model_can_be_asked_is_a_row_and_the_run_goes_on(tmp_path: Path) -> None:
    """Half a character (legal in JSON) in a question, an option, an id or a video's name; a name that is too long."""
    questions = [question(n, video="v0") for n in range(6)]
    questions[1] = replace(questions[1], question="Where is the \ud83d mug?")
    questions[2] = replace(questions[2], options=("a", "b", "c", "\udce9"))
    questions[3] = replace(questions[3], id="q\ud83d", video="v\ud83d")
    questions[4] = replace(questions[4], video="v" * 300)
    bench = save_benchmark(tmp_path / "b", "own", questions, {})
    bench.video_folder.mkdir()
    (bench.video_folder / "v0.mp4").write_bytes(b"v0")
    (outcome,) = run_benchmark(bench, PlainModel(FirstOption(), "f"), [RunSettings()], tmp_path / "runs")
    assert outcome.errors == {"not allowed": 2, "no such video": 2}
    run = load_run(outcome.folder, bench)
    assert [name for name, p in run.predictions.items() if p.choice == 0] == ["q0", "q5"]
    assert "half a character" in run.errors["q1"]
    assert "no such video" in run.errors["q\ud83d"]


def test_scores_that_are_no_numbers_are_an_error_row_that_json_can_hold(tmp_path: Path) -> None:
    questions = [question(n) for n in range(4)]
    questions[1] = replace(questions[1], question="What makes an overflow?")
    bench = of(tmp_path / "b", questions)
    (outcome,) = run_benchmark(bench, PlainModel(NotANumber(), "f"), [RunSettings()], tmp_path / "runs")
    run = load_run(outcome.folder, bench)
    assert list(run.errors) == ["q1"]
    assert "no numbers (NaN)" in run.errors["q1"]
    assert run.predictions["q0"].scores == (0.5,)
