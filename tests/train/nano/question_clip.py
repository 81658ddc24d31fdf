"""A clip of thirty seconds with two questions, for tests of the pointer and answer stages."""

from __future__ import annotations

import numpy as np

from mmego.records import Narration, Span, Turn
from mmego.train.nano.questions import Clip, ClipQuestion


def clip_question(question: str, answer: str, *spans: tuple[float, float]) -> ClipQuestion:
    """Make a question whose key spans are (start, end) in seconds."""
    return ClipQuestion.about(Turn(question, answer, tuple(Span(*s) for s in spans)), np.arange(30) + 0.5)


NARRATIONS = (
    Narration("v", Span(5.5, 5.5), "C puts a red mug on the desk"),
    Narration("v", Span(16.0, 16.0), "C picks up a blue book from the sofa"),
    Narration("v", Span(25.0, 25.0), "man X walks into the kitchen", "X"),
)

CLIP = Clip(
    0,
    "v",
    2,
    30,
    NARRATIONS,
    (
        clip_question("where did i put the red mug", "on the desk", (4.0, 7.0)),
        clip_question("what did i pick up after the mug", "the blue book", (4.0, 7.0), (15.0, 18.0)),
    ),
    (4, 5, 6, 15, 16, 17, 25),
)
