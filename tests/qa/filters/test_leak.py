"""Words that betray the source, and those that only look like it."""

from __future__ import annotations

import pytest

from mmego.qa.filters.leak import find_leak


@pytest.mark.parametrize(
    "text",
    [
        "What does the narrator say?",
        "It is narrated that I cut.",
        "As described, I cut it.",
        "See lines 3-5",
        "in sentence number 12",
        "The text provided says so",
        "What did the person X do?",
        "What did man y do?",
        "What did C do?",
        "C",
        "Is it C's mug?",
        "Did X and I talk?",
        "I gave it to Y.",
        "I talked to person A",
        "#unsure",
        "Where did # C go?",
        "What happened in the egocentric video?",
        "What is the cameraman doing?",
        "At [01:05] I cut it.",
        "On the table (3, 7)",
        "It does not explicitly mention it",
        "Which timestamp is it?",
    ],
)
def test_leaks(text: str) -> None:
    assert find_leak(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I took vitamin C and a vitamin B tablet.",
        "What was plan B?",
        "I wore a T-shirt and a V neck, then a T shirt.",
        "Did I take an X-ray?",
        "I pressed the X button and key F.",
        "Which one did I, the cook, take?",
        "I did.",
        "A mug.",
        "In line with the plan, I watched TV.",
        'The letter "K" and the letter K.',
        "The C-clamp, the C clamp and the 5 V battery",
        "I boiled it at 90 C.",
        "What did I write in the text message?",
        "I read a description of the house.",
        "Which steps did I climb?",
        "What did I see through my glasses?",
        "Did I sit in row B or section D?",
        "I logged the wood with a camera beside me",
        "Where was I at 7 a.m. on the U.S. trip?",
        "What was the child's O-ring for?",
        "Did a person a minute walk past?",
    ],
)
def test_no_leaks(text: str) -> None:
    assert find_leak(text) is None
