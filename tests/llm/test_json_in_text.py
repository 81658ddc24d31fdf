"""JSON in an answer, and how long a hostile one is read."""

from __future__ import annotations

import time

import pytest

from mmego.bench.distractors.llm import parse_choices
from mmego.language.answer_matching import answers_agree
from mmego.llm.json_in_text import find_json
from mmego.llm.response_body import read_body
from mmego.qa.writing.pairs import parse_pairs

READERS = {
    "pairs": parse_pairs,
    "options": parse_choices,
    "judge": lambda text: answers_agree(text, "the red mug"),
    "body": lambda text: read_body(text.encode()),
}
# From case 23 and from reading every pattern: what could be split in many ways, or begun in many places.
HOSTILE = {
    "Q and spaces": lambda n: "Q" + " " * n + "x",
    "W and spaces": lambda n: "W" + " " * n + "x",
    "stars": lambda n: "*" * n + "x",
    "spaces": lambda n: " " * n,
    "quoted": lambda n: "> " * (n // 2) + "Q",
    "digits": lambda n: "1" * n + "Q:",
    "sentences": lambda n: "Q: a?\nA: b\nS: " + "1 " * (n // 2),
    "one number": lambda n: "Q: a?\nA: b\nS: " + "9" * n,
    "lines of a question": lambda n: "Q: a\n" + "b\n" * (n // 2),
    "braces": lambda n: "{" * n,
    "half objects": lambda n: '{"' * (n // 2),
    "objects in objects": lambda n: '{"a":' * (n // 5),
    "brackets": lambda n: "[" * n,
    "brackets and numbers": lambda n: "[" * 900 + "1," * (n // 2),
    "brackets and a string": lambda n: "[" * 900 + '"' + "x" * n,
    "no numbers": lambda n: "[0x]" * (n // 4),
    "empty lists": lambda n: "[]" * (n // 2),
    "backslashes": lambda n: '["' + "\\" * n,
    "sorry": lambda n: "I'm " + " " * n,
    "events": lambda n: "data: {}\n" * (n // 9),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_length_and_no_faster(reader: str, name: str) -> None:
    def seconds(length: int) -> float:
        text = HOSTILE[name](length)
        started = time.process_time()
        READERS[reader](text)
        return time.process_time() - started

    # Four times the length: sixteen times the time if anything were quadratic.
    assert min(seconds(80_000) for _ in range(3)) <= 9 * min(seconds(20_000) for _ in range(3)) + 0.05


def test_the_outermost_that_are_whole() -> None:
    assert list(find_json('{"a": [1, {"b": 2}]} and [3] [can] {x} {"c": 4}')) == [{"a": [1, {"b": 2}]}, [3], {"c": 4}]
    assert list(find_json('{"pairs": [{"a": 1}, {"b": [2]}, {"c')) == [{"a": 1}, {"b": [2]}]
    assert list(find_json("[" * 5000)) == []
    assert list(find_json("[" + "9" * 5000 + "] [1]")) == [[1]]


def test_many_clock_times_before_the_pairs_do_not_hide_them() -> None:
    thought = "[03:05] the mug is put down, I may ask for it. " * 300
    assert list(find_json(thought + '{"pairs": []}')) == [{"pairs": []}]
