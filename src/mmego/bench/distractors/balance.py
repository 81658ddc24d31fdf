"""Balance over a set of questions: how often the answer is the longest, the shortest or the most frequent choice.

A model could guess from each of these without the video. The writer asks what to aim at next, so that over all
questions of one answer form each comes up a quarter of the time, as far as the candidates allow.
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
    """The length that the answer should have among its choices, and whether the wrong ones should be frequent words."""

    length: Length
    common: bool


@dataclass(slots=True)
class ChoiceBalance:
    """The counts so far; a tie counts by its share."""

    questions: int = 0
    longest: float = 0.0
    shortest: float = 0.0
    commonest: float = 0.0

    def aim(self) -> Aim:
        """Return the aim that is furthest behind."""
        fair = FAIR * self.questions
        behind = max((fair - self.longest, "longest"), (fair - self.shortest, "shortest"))
        length: Length = "between"
        if behind[0] >= 0:
            length = "longest" if behind[1] == "longest" else "shortest"
        return Aim(length, self.commonest > fair)

    def add(self, answer: str, wrong: Sequence[str], times_narrated: Callable[[str], int]) -> None:
        """Count a question. `times_narrated` gives how often a choice is narrated in the answer's role."""
        self.questions += 1
        lengths, counts = [len(choice) for choice in wrong], [times_narrated(choice) for choice in wrong]
        self.longest += _share(len(answer), lengths)
        self.shortest += _share(-len(answer), [-length for length in lengths])
        self.commonest += _share(times_narrated(answer), counts)


def random_aim(rng: random.Random) -> Aim:
    """Return an aim that does not depend on other questions, for where their order is not known."""
    length: Length = rng.choice(("longest", "between", "between", "shortest"))
    return Aim(length, rng.random() < 1 - FAIR)


def _share(mine: int, others: Sequence[int]) -> float:
    """Return 1 if `mine` is the largest; equal ones share it."""
    return 1 / (1 + sum(other == mine for other in others)) if mine >= max(others) else 0.0
