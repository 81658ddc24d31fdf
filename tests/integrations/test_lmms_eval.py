"""The plugin's own parts, without lmms-eval: prompts taken apart, its one line where it is not installed."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

from mmego.errors import MissingExtraError
from mmego.integrations.lmms_eval import letter, manifests, split_options

QUESTION = "Where did I put the mug?"
ASK = "Answer with the option's letter from the given choices directly."


@pytest.mark.parametrize("style", ["{}. {}", "({}) {}", "{}) {}", "{}: {}"])
def test_lettered_lines_are_options_in_every_style_that_tasks_use(style: str) -> None:
    lines = [style.format(name, text) for name, text in zip("ABC", ("on the bed", "in A. drawer", "no"), strict=True)]
    assert split_options("\n".join([QUESTION, *lines, ASK])) == (QUESTION, ("on the bed", "in A. drawer", "no"))


def test_what_stands_before_the_options_is_the_question_with_its_lines() -> None:
    context = f"Watch the video.\n{QUESTION}\nOptions:\nA. one\nB. two\n"
    assert split_options(context) == (f"Watch the video.\n{QUESTION}\nOptions:", ("one", "two"))


def test_a_list_inside_the_question_is_no_option() -> None:
    context = "Steps:\nA. boil\nB. stir\nWhich came first?\nA. the first\nB. the second\nC. neither"
    assert split_options(context)[1] == ("the first", "the second", "neither")


@pytest.mark.parametrize("context", [QUESTION, f"{QUESTION}\nA. only one", f"{QUESTION}\nB. two\nC. three", ""])
def test_without_two_options_from_a_on_it_is_an_open_question(context: str) -> None:
    assert split_options(context) == (context.strip(), ())


def test_letters() -> None:
    assert [letter(n) for n in range(5)] == list("ABCDE")


def test_without_lmms_eval_the_pip_line_is_named() -> None:
    if importlib.util.find_spec("lmms_eval") is not None:
        pytest.skip("lmms-eval is installed here")
    with pytest.raises(MissingExtraError, match=r"pip install 'mmego\[eval\]'"):
        manifests()


def test_the_entry_point_names_the_function() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    named = project["entry-points"]["lmms_eval.models"]["mmego"]
    module, _, function = named.partition(":")
    assert getattr(importlib.import_module(module), function) is manifests
