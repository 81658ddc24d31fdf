"""Narrations made from raw lines."""

from __future__ import annotations

from mmego.narrations.clean import clean_sentence
from mmego.records import Narration, Span


def tell(*lines: str, every: float = 10.0, video: str = "v") -> list[Narration]:
    """Return one narration for each raw line, `every` seconds apart. A line with "!" has the time of the last one."""
    narrations: list[Narration] = []
    time = 0.0
    for line in lines:
        time += 0.0 if line.startswith("!") else every
        sentence = clean_sentence(line.removeprefix("!"))
        assert sentence.dropped is None, line
        narrations.append(Narration(video, Span(time, time), sentence.text, sentence.actor))
    return narrations


HOUSE = (
    "#C C walks into the kitchen",
    "#C C picks up a red mug from the kitchen counter",
    "#C C opens the fridge",
    "#C C picks up a green bottle from the fridge",
    "#C C puts the green bottle on the kitchen table",
    "#O man X picks up a blue book from the desk",
    "#C C switches on the desk lamp",
    "#C C puts the red mug on the coffee table",
    "#C C picks up a blue mug from the sofa",
    "#O man X puts the blue book on the sofa",
    "#C C opens the drawer of the dresser",
    "#C C puts the blue mug in the drawer of the dresser",
    "#C C closes the drawer of the dresser",
    "#C C picks up the red mug from the coffee table",
    "#C C puts the red mug on the bed",
    "#C C switches off the floor lamp",
)
"""A part of a simulated day with two places for the red mug, a fridge left open and another person."""
