"""``mmego qa``: its verbs, their help and what they say to wrong usage."""

from __future__ import annotations

import pytest

from mmego.commands.qa import VERBS
from tests.commands.run_command import loaded_by_help, run


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


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("qa", verb, "--help") == 0
    assert f"mmego qa {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["make", "filter"])
def test_the_verbs_load_neither_torch_nor_datatrove_before_they_work(verb: str) -> None:
    assert loaded_by_help("qa", verb, {"torch", "datatrove", "ray", "openai"})[1] == []
