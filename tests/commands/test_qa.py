"""``mmego qa``: its verbs, their help and what they say to wrong usage."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from mmego import cli
from mmego.commands.qa import VERBS
from tests.qa.narrated import write_source

THERE = [verb for verb in VERBS if importlib.util.find_spec(f"mmego.commands.qa_{verb}") is not None]


def run(*words: object) -> int:
    """The command in this process; tyro leaves by SystemExit where it prints help or finds wrong usage."""
    try:
        return cli.main([str(word) for word in words])
    except SystemExit as end:
        return int(end.code or 0)


def test_help_lists_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "--help") == 0
    said = capsys.readouterr().out
    assert all(f"\n  {verb:<10}" in said for verb in VERBS)


@pytest.mark.parametrize("words", [[], ["mkae"]])
def test_a_wrong_verb_is_answered_with_the_right_ones(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", *words) == 2
    error = capsys.readouterr().err
    assert error.startswith("mmego qa: ")
    assert "choose from inspect, make, filter, prompt, export, review" in error


@pytest.mark.parametrize("verb", THERE)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", verb, "--help") == 0
    assert f"mmego qa {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["make", "filter"])
def test_the_verbs_load_neither_torch_nor_datatrove_before_they_work(verb: str) -> None:
    program = (
        "import sys\nfrom mmego.cli import main\n"
        f"try:\n    main(['qa', '{verb}', '--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        "sys.exit(str(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'datatrove', 'ray', 'openai'})))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give at least one SOURCE"),
        (["SOURCE", "--model", "some"], "--model has no effect without --generator llm"),
        (["SOURCE", "--tasks", "0"], "--tasks must be at least 1, got 0"),
        (["SOURCE", "--limit-videos", "-3"], "--limit-videos must be at least 1, got -3"),
    ],
)
def test_wrong_usage_of_make(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "make", *words, "-o", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
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
