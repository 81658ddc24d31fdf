"""The bag-of-words classifier learns what words tell, and only that."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from mmego.bench.run.bag_of_words import BUCKETS, Fitting, features, fit
from mmego.errors import InputError
from mmego.records import MCQ
from tests.bench.small import question


def asked(number: int, rng: random.Random, telling: bool) -> MCQ:
    """Four made-up places; the right one has the word "usually" in it, or nothing tells it."""
    options = [f"in the {rng.choice(['box', 'bag', 'jar', 'tin'])} {rng.randrange(50)}" for _ in range(4)]
    answer = rng.randrange(4)
    if telling:
        options[answer] = options[answer].replace("in the", "usually")
    return replace(question(number), options=tuple(options), answer=answer)


def accuracy(questions: list[MCQ], train: list[MCQ]) -> float:
    model = fit(train)
    guesses = [int(np.argmax(model.probabilities(q.question, q.options))) for q in questions]
    return sum(g == q.answer for g, q in zip(guesses, questions, strict=True)) / len(questions)


def test_it_finds_a_telling_word_and_nothing_in_chance() -> None:
    rng = random.Random(0)
    telling = [asked(n, rng, True) for n in range(300)]
    assert accuracy(telling[100:], telling[:100]) > 0.95
    plain = [asked(n, rng, False) for n in range(700)]
    assert 0.15 < accuracy(plain[300:], plain[:300]) < 0.35  # 0.25 expected, three deviations are 0.065


def test_the_loss_is_at_its_lowest_where_the_slope_is_zero() -> None:
    """The weights against the same optimum found by plain gradient descent in dense arithmetic."""
    rng = random.Random(1)
    train = [asked(n, rng, True) for n in range(20)]
    fitted = fit(train, Fitting(steps=800, rate=0.02, decay=0.01)).weights
    used = np.unique(np.concatenate([x for q in train for x in features(q.question, q.options)]))
    slope = 2 * 0.01 * fitted[used]
    for q in train:
        dense = np.zeros((4, len(used)))
        for place, x in enumerate(features(q.question, q.options)):
            dense[place, np.searchsorted(used, x)] = 1 / np.sqrt(len(x))
        scores = np.exp(dense @ fitted[used])
        slope += dense.T @ (scores / scores.sum() - np.eye(4)[q.answer]) / len(train)
    assert np.abs(slope).max() < 1e-3
    assert not fitted[np.setdiff1d(np.arange(BUCKETS), used)].any()


def test_same_training_same_weights_and_probabilities_sum_to_one() -> None:
    train = [asked(n, random.Random(n), True) for n in range(10)]
    assert (fit(train).weights == fit(train).weights).all()
    assert sum(fit(train).probabilities("?", ["", "a b", "A, B!"])) == pytest.approx(1.0)
    with pytest.raises(InputError, match="needs training questions"):
        fit([])
