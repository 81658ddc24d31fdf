"""The flags of ``mmego qa make``: their help, and flags that exclude each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mmego.commands.common import parse
from mmego.commands.qa.make_flags import HELP_TOPICS, MakeOptions
from tests.commands.run_command import run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give at least one SOURCE"),
        (["SOURCE", "--model", "some"], "--model has no effect without --generator llm"),
        (["SOURCE", "--window", "20"], "--window has no effect without --generator llm"),
        (["SOURCE", "--max-tokens", "99"], "--max-tokens has no effect without --generator llm"),
        (["SOURCE", "--judge.sentences", "9"], "--judge.sentences has no effect without --judge.model"),
        (["SOURCE", "--generator", "llm", "--turns", "3"], "--turns has no effect with --generator llm"),
        (["SOURCE", "--price-out", "1"], "--price-out has no effect without --generator llm or --judge.model"),
        (["SOURCE", "--cluster.time", "1:00:00"], "--cluster.time has no effect without --executor slurm or ray"),
        (["SOURCE", "--corpus.seed", "1"], "--corpus.seed"),
        (["SOURCE", "--corpus.steps", "duplicate"], "--corpus.steps"),
        (["SOURCE", "--tasks", "0"], "--tasks must be at least 1, got 0"),
        (["SOURCE", "--limit-videos", "-3"], "--limit-videos must be at least 1, got -3"),
    ],
)
def test_wrong_usage_of_make(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", "make", *words, "-o", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1 or "--corpus" in said  # those are tyro's to refuse
    assert not (tmp_path / "out").exists()


def flags_in(text: str) -> set[str]:
    return set(re.findall(r"^  (?:-o OUT, )?(--[a-z][\w.-]*)", text, re.M))


def test_help_of_make_is_short_and_leads_to_every_flag_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = {}
    for topic in ("", *HELP_TOPICS, "all"):
        assert run("qa", "make", "--help", *([topic] if topic else [])) == 0
        said[topic] = capsys.readouterr().out
    assert said[""].count("\n") < 50
    assert all(f"mmego qa make --help {topic}" in said[""] for topic in (*HELP_TOPICS, "all"))
    with pytest.raises(SystemExit):
        parse(MakeOptions, "qa make", ["--help"])
    every = set(re.findall(r"(?<![\w.-])--[a-z][\w.-]*\w(?= |$)", capsys.readouterr().out.replace("│", " "), re.M))
    assert len(every) > 60
    listed = [flag for topic in ("", *HELP_TOPICS) for flag in flags_in(said[topic])]
    assert sorted(listed) == sorted(set(listed)) == sorted(flags_in(said["all"]))
    assert set(listed) == every - {"--help"}
    assert "--judge.base-url" in flags_in(said["judge"])
    assert {"--model", "--window", "--price-in"} <= flags_in(said["llm"])
    assert "show this help" not in said["filters"] + said["judge"]
