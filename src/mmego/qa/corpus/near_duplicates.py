"""Near duplicates: turns with the same question and answer on the same moment, in nearly the same words.

The search is exact (no sketches). Candidates share one of their rarest words, and each is compared by Jaccard
similarity. Two sets with a similarity of at least t share a word among the first ``n - ceil(t * n) + 1`` of each, in
any fixed order of words (prefix filtering: Chaudhuri et al. 2006, Bayardo et al. 2007). So none is missed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComparedTurn:
    """The compared parts of one turn.

    `question` and `answer` are hashes of content words, `start` and `end` the seconds that the key spans cover.
    """

    question: frozenset[int]
    answer: frozenset[int]
    start: float
    end: float


def jaccard(one: frozenset[int], two: frozenset[int]) -> float:
    """Return the number of shared words over that of all words, 0 to 1; 1 for two empty sets."""
    return len(one & two) / len(one | two) if one or two else 1.0


def same_answer(one: frozenset[int], two: frozenset[int]) -> bool:
    """Return True if one answer is part of the other ("the mug", "the red mug"). An empty one equals only itself."""
    return one == two or (bool(one and two) and (one <= two or two <= one))


def same_moment(one: ComparedTurn, two: ComparedTurn, share: float = 0.5) -> bool:
    """Return True if the spans overlap in at least `share` of the shorter one."""
    overlap = min(one.end, two.end) - max(one.start, two.start)
    return overlap >= 0 and overlap >= share * min(one.end - one.start, two.end - two.start)


def find_near_duplicates(turns: Sequence[ComparedTurn], threshold: float) -> list[int | None]:
    """Return for each turn the index of the earlier kept turn that it repeats, None for a turn to keep.

    Args:
        turns: in order of preference: the first of several similar turns is kept. Pass only turns of one video and one
            sense ("first" is not "last") together.
        threshold: least similarity of the questions' words, above 0 and at most 1.
    """
    seen_in = Counter(word for turn in turns for word in turn.question)
    index: dict[int, list[int]] = {}
    empty: list[int] = []
    found: list[int | None] = []
    for i, turn in enumerate(turns):
        words = sorted(turn.question, key=lambda word: (seen_in[word], word))
        # The slack keeps 0.7 * 10 (7.000000000000001) from asking for eight words.
        prefix = words[: len(words) - math.ceil(threshold * len(words) - 1e-9) + 1]
        candidates = {j for word in prefix for j in index.get(word, ())} if words else set(empty)
        double = next((j for j in sorted(candidates) if _alike(turns[j], turn, threshold)), None)
        found.append(double)
        if double is None:
            for word in prefix:
                index.setdefault(word, []).append(i)
            if not words:
                empty.append(i)
    return found


def _alike(one: ComparedTurn, two: ComparedTurn, threshold: float) -> bool:
    return (
        same_moment(one, two)
        and same_answer(one.answer, two.answer)
        and jaccard(one.question, two.question) >= threshold
    )
