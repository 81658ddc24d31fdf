"""What a chat model said, read strictly; the lists of replies were written by hand (see benchmarks/replies.py)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.run.choice_parser import MOST_CHARACTERS, read_choice
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
    assert read_choice(text, OPTIONS) == 1


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
    assert read_choice(text, OPTIONS) is None


def test_an_options_own_capital_is_not_another_letter() -> None:
    options = ("vitamin A", "vitamin C", "vitamin D", "none", "all")
    assert read_choice("B. vitamin C", options) == 1
    assert read_choice("The answer is E", options) == 4
    assert read_choice("D. vitamin C", options) is None
    assert read_choice("B. red", ("blue", "red", "red", "green")) == 1


TEN = (*OPTIONS, "under the bed", "red cup", "behind the door", "opens the window", "Because it is late", "seven")
MARKS = [
    *(
        "{}. {}",
        "({}) {}",
        "{}: {}",
        "**{}**. {}",
        "{}) {}",
        "{} - {}",
        "{}\n{}",
        "[{}] {}",
        "**{}** {}",
        "{}.{}",
        "{} – {}",
    ),
    *(
        "{}: **{}**",
        "{}) {}.",
        "`{}` {}",
        "\\text{{{}}} {}",
        "Option {}: {}",
        "Answer: {}. {}",
        "The answer is ({}) {}",
    ),
    *("{}; {}", "{}, {}", '"{}" {}', "'{}': {}", "{}-{}", "{}\n\n{}", "<answer>{}. {}</answer>", "\\boxed{{{}. {}}}"),
    *("{{{}}} {}", "{} = {}", "{}→{}", "<{}> {}", "Answer: {}\n{}", "Option {} {}", "{} | {}", "The answer is {} {}"),
    *("- {}. {}", "> {}. {}", "*{}*: {}", "{}。{}", "（{}）{}"),
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("letter", "ABCDEFGHIJ")
def test_a_marked_letter_is_no_article_and_its_words_are_its_own(letter: str, mark: str) -> None:
    index = "ABCDEFGHIJ".index(letter)
    read = [read_choice(mark.format(letter, words), TEN) for words in TEN]
    assert read == [index if place == index else None for place in range(len(TEN))]


def test_a_word_without_a_mark_stays_a_word() -> None:
    assert read_choice("A mug on the sofa", OPTIONS) == 2
    assert read_choice("A red cup", TEN) == 5
    assert read_choice("an A-frame", ("a tent", "an A-frame", "a hut")) == 1
    assert read_choice("A on the sofa", OPTIONS) is None
    assert read_choice("B red cup", TEN) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "(B)(C)",
            "[B][C]",
            "B;C",
            "A\nB",
            "B\nC",
            "A. B. C.",
            "B?\nC",
            "B\nC\nD",
            "The answer is (B)(C)",
            "(B) (C) it is",
        ),
        *("<answer>B</answer><answer>C</answer>", "<answer>B</answer> or <answer>C</answer>", "\\boxed{B}\n\\boxed{C}"),
        *("Answer: B\nAnswer: C", '{"answer": "B", "choice": "C"}', "B. C. Both are seen."),
    ],
)
def test_letters_side_by_side_are_two(text: str) -> None:
    assert read_choice(text, OPTIONS) is None


def test_the_same_letter_twice_is_one_and_words_between_two_are_a_correction() -> None:
    assert read_choice("B\nB", OPTIONS) == 1
    assert read_choice("<answer>B</answer>\n<answer>B. in the drawer</answer>", OPTIONS) == 1
    assert read_choice("<answer>B</answer> Wait, no: <answer>C</answer>", OPTIONS) == 2


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("I cannot determine it from the video. If I had to guess, B.", 1),
        ("It is either B or D, but most likely B.", 1),
        ("C would be wrong because the sofa is empty. B it is.", 1),
        ("The answer cannot be A, B, or D", 2),
        ("I'd exclude A, B and C.", 3),
        ("A, B and D are wrong.", 2),
        ("It would be wrong to choose B.", None),
        ("Probably A, I am not sure. Or C.", None),
        ("Most likely B or D.", None),
        ("A, B and D cannot be ruled out.", None),
        ("I can't rule out A, B or D.", None),
        ("If it is not A, B or D, I do not know.", None),
        ("Neither A nor B.", None),
        ("It is not A, B, C or D.", None),
    ],
)
def test_guesses_and_what_is_left_are_read(text: str, choice: int | None) -> None:
    assert read_choice(text, OPTIONS) == choice


def replies(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("replies_before.jsonl", 250),
        ("replies_after.jsonl", 60),
        ("replies_later.jsonl", 45),
        ("replies_sides.jsonl", 40),
    ],
)
def test_of_the_lists_none_is_read_wrong_and_few_are_not_read(name: str, least: int) -> None:
    rows = replies(name)
    assert len(rows) >= least
    read = [(row, read_choice(row["reply"], row["choices"])) for row in rows]
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
    assert read_choice(text, OPTIONS, cut_off=True) == choice


def test_a_change_of_mind_is_not_the_first_letter() -> None:
    assert read_choice("B. Hmm, on the last frame the fridge (D) is open, wait for it", OPTIONS) is None
    assert read_choice("B - hmm, actually the last frame shows the fridge. D.", OPTIONS) == 3


def test_numbers_are_the_options_own_where_those_count() -> None:
    assert read_choice("2", ("0", "1", "2", "3")) == 2
    assert read_choice("2", OPTIONS) == 1
    assert read_choice("The answer is 2", ("two", "three", "four", "one")) is None


@pytest.mark.parametrize(
    "piece",
    [
        "B or ",
        "A and ",
        "answer: ",
        "not A, ",
        "<answer>",
        "\\boxed{",
        "on the table ",
        "ﷺ",
        " ",
        "probably B. ",
        "Answer: B\n",
    ],
)
def test_a_runaway_reply_costs_no_more_than_its_two_ends(piece: str) -> None:
    def seconds(length: int) -> float:
        text = "x " + piece * (length // len(piece))
        started = time.process_time()
        read_choice(text, OPTIONS)
        return time.process_time() - started

    short = min(seconds(2 * MOST_CHARACTERS) for _ in range(3))
    # Sixteen times the length: the reasoning and the ends are looked for in all of it, the rest in as much as before.
    assert min(seconds(32 * MOST_CHARACTERS) for _ in range(3)) <= 4 * short + 0.1


def test_of_a_long_reply_both_ends_are_read() -> None:
    long = "The frames show a kitchen. " * (MOST_CHARACTERS // 5)
    assert read_choice(f"B. in the drawer\n{long}", OPTIONS) == 1
    assert read_choice(f"{long}\nAnswer: C", OPTIONS) == 2
