"""``mmego qa make``: what is refused before anything is read, workers and seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mmego.commands.qa.make import run_of
from mmego.commands.qa.make_flags import MakeOptions
from mmego.qa.writing.judge import JudgeOptions
from tests.commands.run_command import run
from tests.qa.narrated import write_source


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--filter.max-answer-words", "-1"], "max_answer_words should be 0 or more, got -1"),
        (["--filter.min-answer-words", "-2"], "min_answer_words should be 0 or more, got -2"),
        (["--filter.max-question-words", "2"], "min_question_words should be at most max_question_words, got 3 and 2"),
        (["--generator", "llm"], "model must be named"),
        (["--clips-per-class", "0"], "at least 1"),
        (["--filters", "lenght"], "no filter 'lenght'"),
        (["--cluster.sbatch", "account"], "NAME=VALUE"),
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_made(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_source(tmp_path / "source", [1])
    assert run("qa", "make", source, "-o", tmp_path / "out", *words) in (1, 2)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_source_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "make", tmp_path / "none", "-o", tmp_path / "out") == 1
    assert str(tmp_path / "none") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_out_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = write_source(tmp_path / "source", [1]), tmp_path / "out"
    out.write_text("mine")
    for path in (out, out / "deeper"):
        assert run("qa", "make", source, "-o", path) == 1
        error = capsys.readouterr().err
        assert error == f"mmego: {path}: a data set is a folder, but there is a file of that name\n"
    assert out.read_text() == "mine"


@pytest.mark.parametrize("words", [["--generator", "llm", "--model", "m"], ["--judge.model", "m"]])
def test_a_missing_key_is_found_before_anything_is_read(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    # Not even the source, which is not there.
    make = ("qa", "make", tmp_path / "none", "-o", tmp_path / "out", *words)
    assert run(*make) == 1
    assert "set the environment variable OPENAI_API_KEY" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    # The nodes of a cluster may hold a key that this machine does not.
    assert run(*make, "--executor", "slurm") == 1
    assert str(tmp_path / "none") in capsys.readouterr().err


def test_one_worker_where_a_model_is_waited_for(tmp_path: Path) -> None:
    def workers(**given: Any) -> int | None:
        return run_of(MakeOptions((tmp_path,), tmp_path / "out", **given)).workers

    judge = JudgeOptions(model="m")
    assert workers() is None
    assert workers(judge=judge) == workers(generator="llm") == 1
    assert workers(judge=judge, workers=3) == 3
    assert workers(judge=judge, executor="ray") is None


def write_table(path: Path, sentence: str) -> Path:
    rows = "".join(f"v,{5 * i},{5 * i + 4},{sentence} {i}\n" for i in range(20))
    path.write_text(f"video,start,end,text\n{rows}")
    return path


def test_nothing_to_cut_says_what_to_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, videos = write_table(tmp_path / "own.csv", "open fridge"), tmp_path / "videos.csv"
    videos.write_text("video,duration\nwalk-1,100\n")
    assert run("qa", "make", table, "-o", tmp_path / "out", "--videos", videos) == 1
    error = capsys.readouterr().err
    assert "no clip can be cut from 0 videos" in error
    assert "the narrations are about v: has the list these names?" in error
