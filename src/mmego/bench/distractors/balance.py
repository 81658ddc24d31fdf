"""Keeps a set of questions from leaning: how often the answer is the longest, the shortest, the commonest option.

Each can be told without any video. The writer is told what to aim at next, so that each comes up a quarter of the time
over all questions of a kind, as far as there is something to choose from.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Length = Literal["longest", "between", "shortest"]
FAIR = 0.25


@dataclass(frozen=True, slots=True)
class Aim:
    """What the answer shall be among its options, and whether the wrong ones shall be commoner than they come."""

    length: Length
    common: bool


@dataclass(slots=True)
class Tilt:
    """The sums so far; ties count by their share."""

    questions: int = 0
    longest: float = 0.0
    shortest: float = 0.0
    commonest: float = 0.0

    def aim(self) -> Aim:
        """What is behind most."""
        fair = FAIR * self.questions
        behind = max((fair - self.longest, "longest"), (fair - self.shortest, "shortest"))
        length: Length = "between"
        if behind[0] >= 0:
            length = "longest" if behind[1] == "longest" else "shortest"
        return Aim(length, self.commonest > fair)

    def add(self, answer: str, wrong: Sequence[str], told: Callable[[str], int]) -> None:
        """Count a question; `told`: how often an option was told in the answer's role."""
        self.questions += 1
        lengths, counts = [len(option) for option in wrong], [told(option) for option in wrong]
        self.longest += _share(len(answer), lengths)
        self.shortest += _share(-len(answer), [-length for length in lengths])
        self.commonest += _share(told(answer), counts)


def drawn_aim(rng: random.Random) -> Aim:
    """An aim without regard to other questions, where their order is not known."""
    length: Length = rng.choice(("longest", "between", "between", "shortest"))
    return Aim(length, rng.random() < 1 - FAIR)


def _share(mine: int, others: Sequence[int]) -> float:
    """1 if mine is largest, shared among equals."""
    return 1 / (1 + sum(other == mine for other in others)) if mine >= max(others) else 0.0
