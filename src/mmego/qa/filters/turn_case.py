"""What a filter looks at: one turn with its clip, its verdict and the limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mmego.errors import InputError
from mmego.language.question_parser import ParsedQuestion, read_question
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.qa.filters.clip_index import ClipIndex
from mmego.records import Turn

MOST_CHARACTERS = 2000
"""Of a question or an answer. The filter `schema` drops a longer one; no filter looks at the rest of it."""
YES_NO = re.compile(r"^(yes|no|yeah|nope)\b[\s,.;:!-]*", re.IGNORECASE)
"""The yes or no that an answer begins with."""


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """Limits of the filters of single turns."""

    min_question_words: int = 3
    """Shorter questions are dropped."""
    max_question_words: int = 40
    """Longer questions are dropped."""
    min_answer_words: int = 1
    """Shorter answers are dropped."""
    max_answer_words: int = 40
    """Longer answers are dropped."""
    span_slack: float = 0.05
    """Seconds that a key span may reach beyond its clip (rounding)."""

    def __post_init__(self) -> None:
        for name in ("question_words", "answer_words"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            for bound, value in (("min", low), ("max", high)):
                if value < 0:
                    raise InputError(f"{bound}_{name} should be 0 or more, got {value}")
            if low > high:
                raise InputError(f"min_{name} should be at most max_{name}, got {low} and {high}")
        if not self.span_slack >= 0:
            raise InputError(f"span_slack should be 0 seconds or more, got {self.span_slack}")


@dataclass
class TurnCase:
    """One turn and everything that a filter may look at. What several filters need is computed once."""

    turn: Turn
    sample: ClipQA
    clip_index: Callable[[], ClipIndex]
    verdict: Verdict
    options: FilterOptions
    question: str = field(init=False)
    answer: str = field(init=False)

    def __post_init__(self) -> None:
        # Without the filter `schema` the other filters meet null and numbers in the place of texts.
        self.question = self.turn.question[:MOST_CHARACTERS] if isinstance(self.turn.question, str) else ""
        self.answer = self.turn.answer[:MOST_CHARACTERS] if isinstance(self.turn.answer, str) else ""

    @cached_property
    def cited(self) -> tuple[int, ...]:
        """The indices that point at a sentence, each once."""
        number = len(self.sample.clip.narrations)
        return tuple(dict.fromkeys(i for i in self.turn.narrations if is_index(i, number)))

    @cached_property
    def asked(self) -> ParsedQuestion:
        """What the question asks for."""
        return read_question(self.question)


def is_index(value: Any, number: int) -> bool:
    """Return True for an integer that counts one of `number` things from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < number


def yes_or_no(answer: str) -> str | None:
    """Return ``yes`` or ``no`` for an answer that begins with it ("Yes, I did"), else None."""
    match = YES_NO.match(answer.strip())
    return None if match is None else "yes" if match[1].lower().startswith("y") else "no"
