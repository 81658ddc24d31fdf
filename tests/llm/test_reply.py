"""A reply: its text without reasoning, and why it has no answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.llm.completions import THINKING, completion, reply


@pytest.mark.parametrize(
    ("content", "thought"),
    [
        ("B", False),
        ([{"type": "text", "text": "B"}], False),
        ([THINKING, {"type": "text", "text": "B"}], True),
        ([{"type": "reasoning", "text": "A?"}, {"type": "output_text", "text": "B"}], True),
        ([{"type": "redacted_thinking", "data": "x"}, "B"], True),
        ({"type": "text", "text": "B"}, False),
        ("<think>A?</think>\n\nB", True),
        ([{"type": "text", "text": "<think>A?</th"}, {"type": "text", "text": "ink>B"}], True),
    ],
)
def test_the_text_of_a_message_is_read_without_its_thought(content: Any, thought: bool) -> None:
    found = reply(completion(content))
    assert (found.text, found.thought, found.no_answer()) == ("B", thought, None)
    assert (found.prompt_tokens, found.completion_tokens) == (3, 2)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking", "reasoning_details"])
@pytest.mark.parametrize("content", [None, "", "<think>A", [THINKING]])
def test_only_a_thought_is_no_answer(content: Any, field: str) -> None:
    found = reply(completion(content, **{field: "So the answer is B"})).no_answer()
    assert found is not None
    assert (found.reason, found.detail) == ("no_answer", "only a thought came, without an answer")
    cut = reply(completion(content, "length", **{field: "So the answer is B"})).no_answer()
    assert cut is not None
    assert (cut.reason, cut.detail) == ("truncated", "only a thought before --max-tokens")
