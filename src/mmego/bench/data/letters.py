"""Which letter is right: dealt evenly over a whole benchmark, whatever its questions are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mmego.records import MCQ

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def deal(counts: Iterable[int], seed: int) -> Iterator[int]:
    """Yield the place of the right choice for each question, given the number of its choices.

    Of every n questions in a row with n choices, each letter is right once, in an order that the seed draws: at any
    point the letters' counts differ by at most one.
    """
    rng = random.Random(f"{seed} letters")
    decks: dict[int, list[int]] = {}
    for count in counts:
        deck = decks.setdefault(count, [])
        if not deck:
            deck.extend(rng.sample(range(count), count))
        yield deck.pop()


def deal_letters(questions: Sequence[MCQ], seed: int) -> list[MCQ]:
    """Return the same questions in the same order, with right choices at new letters and wrong ones shuffled.

    For a benchmark that takes some of many questions, which may have made the letters uneven.
    """
    dealt = []
    for question, place in zip(questions, deal((len(q.options) for q in questions), seed), strict=True):
        wrong = [choice for i, choice in enumerate(question.options) if i != question.answer]
        random.Random(f"{seed} {question.id} order").shuffle(wrong)
        right = question.options[question.answer]
        dealt.append(replace(question, options=(*wrong[:place], right, *wrong[place:]), answer=place))
    return dealt


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How often each letter is right."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        """The number of questions."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        shares = (f"{letter} {n:,} ({n / max(self.total, 1):.1%})" for letter, n in self.counts.items())
        return ", ".join(shares)


def letter_balance(questions: Iterable[MCQ]) -> LetterCounts:
    """Count the right letters over questions, with every letter that any of them has."""
    right: Counter[int] = Counter()
    most = 0
    for question in questions:
        right[question.answer] += 1
        most = max(most, len(question.options))
    return LetterCounts({LETTERS[i] if i < len(LETTERS) else str(i + 1): right[i] for i in range(most)})
