"""Which letter is right: dealt evenly over a whole benchmark, whatever its questions are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mmego.records import MCQ

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def deal(counts: Iterable[int], seed: int) -> Iterator[int]:
    """The place of the right option for each question, given the number of its options.

    Of every run of n questions with n options each letter is right once, in an order that the seed draws: at any
    point the letters' counts differ by one at most.
    """
    rng = random.Random(f"{seed} letters")
    decks: dict[int, list[int]] = {}
    for count in counts:
        deck = decks.setdefault(count, [])
        if not deck:
            deck.extend(rng.sample(range(count), count))
        yield deck.pop()


def deal_letters(questions: Sequence[MCQ], seed: int) -> list[MCQ]:
    """The same questions in the same order with their right options moved to letters dealt anew; wrong ones shuffled.

    For a benchmark whose questions were chosen from more: the choice may have tipped the balance.
    """
    dealt = []
    for question, place in zip(questions, deal((len(q.options) for q in questions), seed), strict=True):
        wrong = [option for i, option in enumerate(question.options) if i != question.answer]
        random.Random(f"{seed} {question.id} order").shuffle(wrong)
        right = question.options[question.answer]
        dealt.append(replace(question, options=(*wrong[:place], right, *wrong[place:]), answer=place))
    return dealt


@dataclass(frozen=True, slots=True)
class Balance:
    """How often each letter is right. `largest_share` is what one gets by always naming the commonest."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Questions."""
        return sum(self.counts.values())

    @property
    def largest_share(self) -> float:
        """0 to 1; 0 of nothing."""
        return max(self.counts.values(), default=0) / max(self.total, 1)

    def __str__(self) -> str:
        shares = (f"{letter} {n:,} ({n / max(self.total, 1):.1%})" for letter, n in self.counts.items())
        return ", ".join(shares)


def letter_balance(questions: Iterable[MCQ]) -> Balance:
    """The balance over questions, with every letter that any of them has."""
    right: Counter[int] = Counter()
    most = 0
    for question in questions:
        right[question.answer] += 1
        most = max(most, len(question.options))
    return Balance({LETTERS[i] if i < len(LETTERS) else str(i + 1): right[i] for i in range(most)})
