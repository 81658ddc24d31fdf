"""Near duplicates against a second, plain implementation, on random texts."""

from __future__ import annotations

import random

import pytest

from mmego.qa.corpus.near_duplicates import ComparedTurn, find_near_duplicates, jaccard, same_answer, same_moment


def plain_similarity(one: list[int], two: list[int]) -> float:
    """Jaccard by counting in loops."""
    shared = 0
    words: list[int] = []
    for word in [*one, *two]:
        if word not in words:
            words.append(word)
            if word in one and word in two:
                shared += 1
    return shared / len(words) if words else 1.0


def plain_near_duplicates(turns: list[ComparedTurn], threshold: float) -> list[int | None]:
    """Every turn against every kept one before it."""
    found: list[int | None] = []
    for i, turn in enumerate(turns):
        double = None
        for j in range(i):
            other = turns[j]
            if double is not None or found[j] is not None:
                continue
            if plain_similarity(sorted(turn.question), sorted(other.question)) < threshold:
                continue
            told = all(word in other.answer for word in turn.answer) or all(
                word in turn.answer for word in other.answer
            )
            if not (told and bool(turn.answer) == bool(other.answer)):
                continue
            first, last = max(turn.start, other.start), min(turn.end, other.end)
            if last >= first and last - first >= 0.5 * min(turn.end - turn.start, other.end - other.start):
                double = j
        found.append(double)
    return found


def random_turns(rng: random.Random, number: int) -> list[ComparedTurn]:
    turns: list[ComparedTurn] = []
    for _ in range(number):
        if turns and rng.random() < 0.5:
            # An earlier question with a word or two changed.
            words = set(rng.choice(turns).question)
            for _ in range(rng.randrange(3)):
                words ^= {rng.randrange(30)}
        else:
            words = {rng.randrange(30) for _ in range(rng.randrange(12))}
        start = rng.uniform(0, 20)
        answer = frozenset(rng.randrange(4) for _ in range(rng.randrange(3)))
        turns.append(ComparedTurn(frozenset(words), answer, start, start + rng.uniform(0, 10)))
    return turns


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_plain_loop(seed: int, threshold: float) -> None:
    turns = random_turns(random.Random(seed), 120)
    found = find_near_duplicates(turns, threshold)
    assert found == plain_near_duplicates(turns, threshold)
    assert any(double is not None for double in found)
    assert any(double is None for double in found)


@pytest.mark.parametrize("seed", range(50))
def test_jaccard_agrees_with_counting(seed: int) -> None:
    rng = random.Random(seed)
    one, two = ([rng.randrange(9) for _ in range(rng.randrange(8))] for _ in range(2))
    assert jaccard(frozenset(one), frozenset(two)) == plain_similarity(one, two)


def test_what_is_the_same_answer() -> None:
    assert same_answer(frozenset({1}), frozenset({1, 2}))
    assert not same_answer(frozenset({1, 3}), frozenset({1, 2}))
    assert same_answer(frozenset(), frozenset())
    assert not same_answer(frozenset(), frozenset({1}))


def test_what_is_the_same_moment() -> None:
    def at(start: float, end: float) -> ComparedTurn:
        return ComparedTurn(frozenset(), frozenset(), start, end)

    assert same_moment(at(0, 10), at(5, 30))
    assert not same_moment(at(0, 10), at(6, 30))
    assert same_moment(at(3, 3), at(0, 10))
    assert not same_moment(at(0, 1), at(2, 3))


def test_nothing_in_nothing_out() -> None:
    assert find_near_duplicates([], 0.8) == []
