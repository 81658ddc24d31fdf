"""A reply without its reasoning, whichever way a server leaves that in."""

from __future__ import annotations

import time

import pytest

from mmego.llm.reasoning import without_reasoning

HARMONY = "<|channel|>analysis<|message|>A? No.<|end|><|start|>assistant<|channel|>final<|message|>B<|return|>"


@pytest.mark.parametrize(
    "reply",
    [
        *("<think>A? No.</think>B", "<think>\nA?\n</think>\n\nB", "<THINK>A?</THINK>B", "<think >A?</ think>B"),
        *("[THINK]A?[/THINK]B", "<thinking>A?</thinking>\nB", "<reasoning>A?</reasoning>B", "<thought>A?</thought>B"),
        *("A? No.\n</think>\n\nB", "A?[/THINK]B", "<seed:think>A?</seed:think>B", "◁think▷A?◁/think▷B"),
        *("<|begin_of_thought|>A?<|end_of_thought|>B", "<|START_THINKING|>A?<|END_THINKING|>B"),
        *(HARMONY, "analysisThe user asks. A? No.assistantfinalB", "<unused94>thought\nA?<unused95>B"),
        *("&lt;think&gt;A?&lt;/think&gt;B", '<think type="deep">A?</think>B', "<|channel>thought\nA?<channel|>B"),
        # Several, nested, one word for another, and marks that are left over.
        *("<think>A?</think><think>C?</think>B", "<think>A?</think>B<think>C?</think>", "<think>A?</thinking>B"),
        *("<think>A? <think>C?</think> D?</think>B", "<think>A? <think>C?</think>B", "A?</think>C?</think>B"),
        "<think>I must close with '</think>' at the end. A?</think>B",
    ],
)
def test_what_is_left_is_the_answer(reply: str) -> None:
    spoken = without_reasoning(reply)
    assert (spoken.text.strip(), spoken.thought) == ("B", True)


@pytest.mark.parametrize(
    "reply", ["<think>Maybe A", "<think></think>", "[THINK]A", "<think>A</think>\n", "analysisMaybe A"]
)
def test_a_thought_without_an_answer_leaves_nothing(reply: str) -> None:
    assert without_reasoning(reply) == ("", True)


@pytest.mark.parametrize(
    "reply",
    [
        *(
            "B",
            "",
            "I think B.",
            "Thinking of it, B",
            "a < b > c",
            "analysis of the frames: B",
            "in the <red> drawer\n",
        ),
        *('The sign says "</think>" in red.', "The tag `<think>` is on the screen.", "[think tank]"),
    ],
)
def test_an_answer_without_a_thought_stays_as_it_is(reply: str) -> None:
    assert without_reasoning(reply) == (reply, False)


def test_what_was_said_before_a_thought_is_kept() -> None:
    assert without_reasoning("Sure.\n<think>A?").text.strip() == "Sure."


@pytest.mark.parametrize("reply", ["B</s>", "B<|im_end|>", "B<end_of_turn>", "<|im_start|>assistantB"])
def test_the_marks_of_a_template_are_no_words(reply: str) -> None:
    assert without_reasoning(reply).text == "B"


@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "<", "<think ", "analysis", "&lt;", "[THINK]", "<|channel|>", " "]
)
def test_the_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        started = time.process_time()
        without_reasoning(piece * (length // len(piece)))
        return time.process_time() - started

    # Four times the length: sixteen times the time if anything were quadratic.
    assert min(seconds(400_000) for _ in range(3)) <= 9 * min(seconds(100_000) for _ in range(3)) + 0.1
