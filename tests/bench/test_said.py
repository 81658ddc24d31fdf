"""What a chat model said, read strictly; the lists of replies were written by hand (see benchmarks/replies.py)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.said import MOST_CHARACTERS, read_letter
from tests.bench.small import OPTIONS  # on the table, in the drawer, on the sofa, in the fridge


@pytest.mark.parametrize(
    "text",
    [
        *("B", "b", " B\n", "(B)", "(b)", "B.", "B)", "B:", "**B**", "[B]", "\\boxed{B}", '"B"'),
        *("B. in the drawer", "B) In the drawer.", "(B) in the drawer", "B: in the drawer", "B.\nin the drawer"),
        *("The answer is B", "The answer is B.", "Answer: B", "answer: (B)", "The correct answer is **B**."),
        *("The correct option is B. It is in the drawer.", "I think the answer is B.", "Option B"),
        *("B. The mug was put into the drawer.", "<think>A or C? D!</think>\n\nB", "The best choice is option B"),
        *("B. A man puts it there.", "in the drawer", "A mug is in the drawer", "It isn't A, the answer is B"),
    ],
)
def test_one_letter_is_read(text: str) -> None:
    assert read_letter(text, OPTIONS) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "I do not know", "I cannot see the video.", "E", "Z.", "5", "BC", "be"),
        *("B or C", "B, C", "A and B", "The answer is B or C", "B. in the drawer, or C", "(A) or (B)"),
        *("B. on the sofa", "not B", "The answer is not B", "B is wrong", "It isn't B"),
        *("the answer is a mug", "I", "The answer is E", "Neither A nor B"),
    ],
)
def test_none_or_more_than_one_is_not_guessed(text: str) -> None:
    assert read_letter(text, OPTIONS) is None


def test_an_options_own_capital_is_not_another_letter() -> None:
    options = ("vitamin A", "vitamin C", "vitamin D", "none", "all")
    assert read_letter("B. vitamin C", options) == 1
    assert read_letter("The answer is E", options) == 4
    assert read_letter("D. vitamin C", options) is None
    assert read_letter("B. red", ("blue", "red", "red", "green")) == 1


def replies(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("name", "least"), [("replies_before.jsonl", 250), ("replies_after.jsonl", 60), ("replies_later.jsonl", 45)]
)
def test_of_the_lists_none_is_read_wrong_and_few_are_not_read(name: str, least: int) -> None:
    rows = replies(name)
    assert len(rows) >= least
    read = [(row, read_letter(row["reply"], row["choices"])) for row in rows]
    assert [(row["reply"], choice) for row, choice in read if choice not in (None, row["right"])] == []
    unread = [row["reply"] for row, choice in read if choice is None and row["right"] is not None]
    assert len(unread) <= 0.05 * sum(row["right"] is not None for row in rows), unread


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("B", 1),
        ("B. in the drawer, as one sees when the", 1),
        ("<answer>B</answer> The", 1),
        ("I see a table. Perhaps the answer is B, let me check the other", None),
        ("The mug is in the drawer", None),
        ("<think>The answer is B", None),
    ],
)
def test_of_a_reply_that_was_cut_off_only_its_beginning_is_read(text: str, choice: int | None) -> None:
    assert read_letter(text, OPTIONS, cut_off=True) == choice


def test_a_change_of_mind_is_not_the_first_letter() -> None:
    assert read_letter("B. Hmm, on the last frame the fridge (D) is open, wait for it", OPTIONS) is None
    assert read_letter("B - hmm, actually the last frame shows the fridge. D.", OPTIONS) == 3


def test_numbers_are_the_options_own_where_those_count() -> None:
    assert read_letter("2", ("0", "1", "2", "3")) == 2
    assert read_letter("2", OPTIONS) == 1
    assert read_letter("The answer is 2", ("two", "three", "four", "one")) is None


@pytest.mark.parametrize(
    "piece", ["B or ", "A and ", "answer: ", "not A, ", "<answer>", "\\boxed{", "on the table ", "ﷺ", " "]
)
def test_a_runaway_reply_costs_no_more_than_its_two_ends(piece: str) -> None:
    def seconds(length: int) -> float:
        text = "x " + piece * (length // len(piece))
        started = time.process_time()
        read_letter(text, OPTIONS)
        return time.process_time() - started

    short = min(seconds(2 * MOST_CHARACTERS) for _ in range(3))
    # Sixteen times the length: the reasoning and the ends are looked for in all of it, the rest in as much as before.
    assert min(seconds(32 * MOST_CHARACTERS) for _ in range(3)) <= 4 * short + 0.1


def test_of_a_long_reply_both_ends_are_read() -> None:
    long = "The frames show a kitchen. " * (MOST_CHARACTERS // 5)
    assert read_letter(f"B. in the drawer\n{long}", OPTIONS) == 1
    assert read_letter(f"{long}\nAnswer: C", OPTIONS) == 2
