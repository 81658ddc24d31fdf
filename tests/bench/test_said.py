"""What a chat model said, read strictly."""

from __future__ import annotations

import pytest

from mmego.bench.said import read_letter
from tests.bench.small import OPTIONS  # on the table, in the drawer, on the sofa, in the fridge


@pytest.mark.parametrize(
    "text",
    [
        *("B", "b", " B\n", "(B)", "(b)", "B.", "B)", "B:", "**B**", "[B]", "\\boxed{B}", '"B"'),
        *("B. in the drawer", "B) In the drawer.", "(B) in the drawer", "B: in the drawer", "B.\nin the drawer"),
        *("The answer is B", "The answer is B.", "Answer: B", "answer: (B)", "The correct answer is **B**."),
        *("The correct option is B. It is in the drawer.", "I think the answer is B.", "Option B"),
        *("B. The mug was put into the drawer.", "<think>A or C? D!</think>\n\nB", "The best choice is option B"),
        "B. A man puts it there.",
    ],
)
def test_one_letter_is_read(text: str) -> None:
    assert read_letter(text, OPTIONS) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "in the drawer", "I do not know", "I cannot see the video.", "E", "Z.", "5", "BC", "be"),
        *("B or C", "B, C", "A and B", "The answer is B or C", "B. in the drawer, or C", "(A) or (B)"),
        *("B. on the sofa", "not B", "The answer is not B", "B is wrong", "It isn't B, the answer is C"),
        *("A mug is in the drawer", "the answer is a mug", "I", "The answer is E", "Neither A nor B"),
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
