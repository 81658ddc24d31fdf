"""Floods of near duplicates against a second, plain implementation, and through the corpus filters."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest

from mmego.narrations.clean import Drops
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.corpus.passes import filter_corpus
from mmego.qa.corpus.repeated_questions import find_repeated_questions
from mmego.records import QA, Source, Span, Turn
from tests.qa.corpus.test_near_duplicates import plain_similarity

SOURCE = Source("own", "llm")


@dataclass
class Asked:
    sense: int
    words: tuple[int, ...]
    order: int

    @property
    def pair(self) -> int:
        return hash((self.sense, self.words)) % 2**63


def random_turns(rng: random.Random, number: int) -> list[Asked]:
    """Questions of which many are earlier ones with a word more, less or other."""
    turns: list[Asked] = []
    for _ in range(number):
        sense = rng.choice((7, 7, 7, 8, 9))
        words = {rng.randrange(40) for _ in range(rng.randrange(9))}
        if turns and rng.random() < 0.8:
            old = rng.choice(turns)
            sense, words = old.sense, set(old.words)
            for _ in range(rng.choice((0, 0, 1, 1, 2))):
                words ^= {rng.randrange(40)}
        turns.append(Asked(sense, tuple(sorted(words)), rng.randrange(2**40)))
    return turns


def plain_floods(turns: list[Asked], threshold: float, most: int) -> list[bool]:
    """Every question against every other."""
    counts = Counter((turn.pair, turn.sense, turn.words) for turn in turns)
    open_ones = dict(counts)
    gone = [False] * len(turns)
    for pair, sense, words in sorted(counts, key=lambda question: (-counts[question], question[0])):
        if (pair, sense, words) not in open_ones:
            continue
        alike = [
            q for q in open_ones if q[1] == sense and plain_similarity(list(q[2]), list(words)) >= threshold - 1e-9
        ]
        if sum(counts[question] for question in alike) <= most:
            continue
        names = {question[0] for question in alike}
        for question in alike:
            del open_ones[question]
        members = sorted((turn.order, i) for i, turn in enumerate(turns) if turn.pair in names)
        for _, i in members[most:]:
            gone[i] = True
    return gone


def found(turns: list[Asked], threshold: float, most: int) -> list[bool]:
    sizes = np.array([len(t.words) for t in turns], np.uint8)
    return find_repeated_questions(
        np.array([t.sense for t in turns], np.uint64),
        np.array([t.pair for t in turns], np.uint64),
        np.array([t.order for t in turns], np.uint64),
        np.cumsum(sizes, dtype=np.int64) - sizes,
        sizes,
        np.array([word for t in turns for word in t.words], np.uint32),
        threshold,
        most,
    ).tolist()


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 1.0])
@pytest.mark.parametrize(("seed", "most"), [(0, 1), (1, 3), (2, 5), (3, 10), (4, 20)])
def test_agrees_with_the_plain_loop(seed: int, most: int, threshold: float) -> None:
    turns = random_turns(random.Random(seed), 300)
    gone = found(turns, threshold, most)
    assert gone == plain_floods(turns, threshold, most)
    assert any(gone) or most == 20
    # Whatever the order of reading, the same turns go.
    by_order = {turn.order: went for turn, went in zip(turns, gone, strict=True)}
    random.Random(9).shuffle(turns)
    assert found(turns, threshold, most) == [by_order[turn.order] for turn in turns]


def test_nothing_in_nothing_out() -> None:
    assert found([], 0.8, 1) == []
    assert found([Asked(1, (), 1)], 0.8, 1) == [False]
    assert found([Asked(1, (), 1), Asked(1, (), 2)], 0.8, 1) == [False, True]


ROOMS = ("kitchen", "hall", "attic", "cellar", "garage", "office", "bedroom", "bathroom", "garden", "porch")


def corpus(number: int) -> list[QA]:
    """Return the same long question of many videos, each with one different word, and a rarer question."""
    made = []
    for i in range(number):
        room = ROOMS[i % len(ROOMS)]
        question = (
            f"Where did I put the metal tray after I washed the dirty plates with a brush and soap in the {room} sink?"
        )
        turns = [Turn(question, "on the shelf", (Span(0, 4),), (0,), "llm")]
        if i % 5 == 0:
            other = Turn("Where did I put the metal tray before I ate?", "on the shelf", (Span(9, 12),), (0,), "llm")
            turns.append(other)
        made.append(QA(f"c{i}", f"video{i}", Span(0, 45), tuple(turns), SOURCE))
    return made


def kept(options: CorpusOptions, number: int = 60) -> tuple[Counter[str], Drops]:
    drops = Drops()
    out = filter_corpus(lambda: iter(corpus(number)), options, drops)
    return Counter("before" in turn.question for qa in out for turn in qa.turns), drops


def test_a_flood_of_near_duplicates_is_cut_down_to_the_cap_and_counted() -> None:
    counts, drops = kept(CorpusOptions(steps=("repeated",), most_repeats=20))
    # Each question by itself is there six times; together they are sixty.
    assert sorted(counts.values()) == [12, 20]
    assert drops.counts == {"repeated: questions alike with the same answer too often in the corpus": 40}
    (examples,) = drops.examples.values()
    assert len(examples) == 5
    assert "metal tray after" in examples[0]


def test_few_alike_of_different_videos_all_stay() -> None:
    counts, drops = kept(CorpusOptions(steps=("repeated",), most_repeats=60))
    assert (sum(counts.values()), drops.counts) == (72, {})


@pytest.mark.parametrize("options", [{"repeat_likeness": 1.0}, {"repeat_likeness": 0.95}, {"steps": ("duplicate",)}])
def test_it_can_be_switched_off_or_narrowed(options: dict[str, object]) -> None:
    counts, _ = kept(CorpusOptions(**({"steps": ("repeated",), "most_repeats": 20} | options)))  # type: ignore[arg-type]
    assert sum(counts.values()) == 72
