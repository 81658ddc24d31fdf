from __future__ import annotations

import pytest

from mmego.commands.qa import prompt
from mmego.errors import InputError
from mmego.llm.prompts import prompt_names, read_prompt


def test_without_a_name_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert prompt.run([]) == 0
    assert capsys.readouterr().out.split() == prompt_names()


def test_one_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert prompt.run(["ask"]) == 0
    assert capsys.readouterr().out == read_prompt("ask@1").text


def test_an_unknown_one_is_an_error() -> None:
    with pytest.raises(InputError, match="no prompt 'nothing'"):
        prompt.run(["nothing"])


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        prompt.run(["--help"])
    assert end.value.code in (0, None)
    assert "mmego qa prompt" in capsys.readouterr().out
