"""``mmego bench build``: the whole way a user goes, and what is said to wrong usage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mmego.bench.data.folder import load_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.files import read_json, read_jsonl
from tests.bench.small import write_run
from tests.commands.run_command import loaded_by_help, run
from tests.llm.fake_openai import FakeOpenAI, by_weights
from tests.qa.small_set import write_set


@pytest.fixture
def qa(tmp_path: Path) -> Path:
    write_set(tmp_path / "qa")
    return tmp_path / "qa"


def test_build_run_screen(qa: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "bench"
    assert run("bench", "build", qa, "-o", out, "--questions", 8, "--exclude", qa.parent / "trained.txt") == 1
    assert "no such file" in capsys.readouterr().err
    (qa.parent / "trained.txt").write_text("day3\n")
    assert run("bench", "build", qa, "-o", out, "--questions", 8, "--exclude", qa.parent / "trained.txt") == 0
    said = capsys.readouterr().out
    bench = load_benchmark(out)
    assert bench.name == "bench"
    assert "day3" not in bench.videos
    assert f"{len(bench.questions)} questions on {len(bench.videos)} videos" in said
    assert "there are no questions of this length" in said
    assert "in an excluded video" in said
    assert "right letters: A " in said
    assert (out / "README.md").exists()

    blind = [q.answer if n % 3 else None for n, q in enumerate(bench.questions)]
    write_run(tmp_path / "runs" / "blind", bench, blind, RunSettings(blind=True), "guesser")
    assert run("bench", "build", out, "--screen", tmp_path / "runs", "-o", tmp_path / "screened") == 0
    said = capsys.readouterr().out
    left = load_benchmark(tmp_path / "screened")
    assert len(left.questions) == sum(choice is None for choice in blind)
    assert "left out what the one model of the panel answered right without video:" in said
    assert f"{blind.count(None)} without an answer" in said
    # The same again does nothing; a card is there too.
    assert run("bench", "build", out, "--screen", tmp_path / "runs", "-o", tmp_path / "screened") == 0
    assert "is finished, nothing to do" in capsys.readouterr().out
    assert "## Blind screening" in (tmp_path / "screened" / "README.md").read_text()


@pytest.mark.parametrize("there", [True, False])
def test_it_is_said_whether_wrong_options_were_checked_against_the_clip(
    there: bool, qa: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not there:
        shutil.rmtree(qa / "clips")
    assert run("bench", "build", qa, "-o", tmp_path / "out", "--questions", 4) == 0
    count = len(load_benchmark(tmp_path / "out").questions)
    expected = f"was checked for {count if there else 0} of {count} questions" + (
        "." if there else f"; not for {count}: no narrations at hand to check the options against."
    )
    assert expected in capsys.readouterr().out
    assert expected in (tmp_path / "out" / "README.md").read_text()
    checks = read_json(tmp_path / "out" / "benchmark.json")["history"][0]["truth_checks"]
    assert checks == {"made": count if there else 0, "not_made": 0 if there else count}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "m"], "--model has no effect without --writer llm"),
        (["--screen-max", "1"], "--screen-max has no effect without --screen"),
        (["--screen", "RUNS", "--per-video", "3"], "--per-video has no effect with --screen"),
        (["--screen", "RUNS", "--videos-per-class", "3"], "--videos-per-class has no effect with --screen"),
    ],
)
def test_wrong_usage(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("bench", "build", "QA", "-o", tmp_path / "out", *words) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--questions", "1", "2"], "give one number, or one for each of 0.5-1"),
        (["--per-video", "0"], "per_video must be at least 1"),
        (["--split", "dev"], "nothing of the split 'dev'"),
    ],
)
def test_options_that_cannot_work(
    words: list[str], said: str, qa: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("bench", "build", qa, "-o", tmp_path / "out", *words) == 1
    assert said in capsys.readouterr().err
    # A wrong option can be mended in the same folder.
    assert run("bench", "build", qa, "-o", tmp_path / "out") == 0


def test_a_benchmark_is_not_built_from(qa: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("bench", "build", qa, "-o", tmp_path / "out")
    assert run("bench", "build", tmp_path / "out", "-o", tmp_path / "more") == 1
    assert "give --screen RUNS" in capsys.readouterr().err
    assert run("bench", "build", qa, "-o", tmp_path / "more", "--screen", tmp_path) == 1
    assert "is not a benchmark" in capsys.readouterr().err


def test_a_model_writes_options_and_is_paid_once(
    qa: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("bench", "build", qa, "--questions", 4, "--writer", "llm", "--model", "m")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert run(*words, "-o", tmp_path / "out") == 1
    assert "OPENAI_API_KEY" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    with FakeOpenAI(by_weights({"good": 3, "refusal": 1})) as fake:
        words = (*words, "--base-url", fake.url)
        assert run(*words, "-o", tmp_path / "out") == 0
        calls = fake.calls
        bench = load_benchmark(tmp_path / "out")
        said = capsys.readouterr().out
        assert "the model: refused" in said
        errors = list(read_jsonl(tmp_path / "out" / "journal" / "options-errors.jsonl"))
        refused = [row["id"] for row in errors if row["reason"] == "refused"]
        assert refused
        assert not set(refused) & {q.id for q in bench.questions}
        asked = read_json(tmp_path / "out" / "benchmark.json")["history"][0]["dropped"]["the model: refused"]
        assert len(refused) == asked
        # As if it had been killed at the end: nothing is paid for twice, and the bytes are the same.
        before = (tmp_path / "out" / "questions.jsonl").read_bytes()
        (tmp_path / "out" / "benchmark.json").unlink()
        assert run(*words, "-o", tmp_path / "out") == 0
        assert fake.calls == calls
        assert (tmp_path / "out" / "questions.jsonl").read_bytes() == before
    assert "by m with the prompt distract@1" in (tmp_path / "out" / "README.md").read_text()


@pytest.mark.parametrize("verb", ["build", "review"])
def test_help_loads_neither_torch_nor_matplotlib(verb: str) -> None:
    shown, loaded = loaded_by_help("bench", verb, {"torch", "matplotlib", "openai"})
    assert loaded == []
    assert f"mmego bench {verb}" in shown
