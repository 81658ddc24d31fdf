from __future__ import annotations

import re

import pytest

from mmego.errors import InputError
from mmego.llm.prompts import prompt_names, read_prompt
from mmego.qa.writing.pairs import KINDS, parse_pairs

NAMES = [
    *("ask@1", "ask_plain@1", "blind@1", "choose@1", "distract@1", "distract_plain@1"),
    *("overview@1", "overview_plain@1", "repair@1", "repair_plain@1", "told@1"),
]


def test_all_prompts_are_there_and_are_found_with_and_without_version() -> None:
    assert prompt_names() == NAMES
    assert read_prompt("ask").name == "ask@1"
    assert read_prompt("ask@1") is read_prompt("ask@1")


@pytest.mark.parametrize("name", ["", "ask@2", "as", "../ask"])
def test_an_unknown_prompt_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match="choose from ask@1, ask_plain@1"):
        read_prompt(name)


def test_fields_are_filled_in_once_and_none_is_left() -> None:
    fields = {"kinds": ", ".join(KINDS), "scope": "S", "sentences": "1. [00:01] C pays $5 and $kinds"}
    system, user = read_prompt("ask").messages(**fields)
    assert user["content"] == "S\n\n1. [00:01] C pays $5 and $kinds"
    assert "$" not in system["content"]
    with pytest.raises(KeyError, match="sentences"):
        read_prompt("told").messages(question="?")


@pytest.mark.parametrize("name", ["ask", "ask_plain", "overview", "overview_plain"])
def test_every_rule_of_the_method_is_in_the_prompts(name: str) -> None:
    text = " ".join(read_prompt(name).text.split())
    rules = (
        r"[Aa]t most five|common sense|numbers of all the sentences|\"C\" \(or \"I\"\)|different from|only one answer"
    )
    for rule in (*rules.split("|"), r"first person", r"NONE|empty list", r"other people"):
        assert re.search(rule, text), rule


def test_the_form_that_the_prompts_show_is_the_form_that_is_read() -> None:
    shown = read_prompt("ask_plain").section("system", kinds="object").split("nothing else:\n")[1]
    (pair,) = parse_pairs(
        shown.replace("sentence numbers, with commas", "1, 2").replace("one of object", "object")
    ).pairs
    assert (pair.question, pair.answer, pair.kind, pair.sentences) == ("the question", "the answer", "object", (1, 2))
