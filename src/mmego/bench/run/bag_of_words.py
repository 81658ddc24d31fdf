"""A bag-of-words classifier over question and choices: how much the words alone reveal the right answer.

A conditional logit. Each choice of a question gets a score w.x, the probabilities are the softmax over the choices of
THAT question, and w is fitted by gradient descent on the cross-entropy of the right ones. x are hashed, binary
features: the choice's words and word pairs, each question word with each choice word, the rank of the choice's length,
its place, and how many of its words the other choices share.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.records import MCQ

BUCKETS = 1 << 16
"""Length of w: features are hashed into it."""
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_QUESTION_WORDS = 40
_MOST_WORDS = 60  # a choice of HD-EPIC may be a whole recipe step; its first words suffice

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fitting:
    """How w is fitted; the defaults were set before any result was seen."""

    steps: int = 150
    rate: float = 0.05
    decay: float = 1e-3
    """Weight of the squared length of w in the loss, which is the mean cross-entropy of a question."""


@dataclass(frozen=True, slots=True)
class BagOfWords:
    """Fitted weights."""

    weights: Floats

    def probabilities(self, question: str, choices: Sequence[str]) -> list[float]:
        """Return the softmax over the choices."""
        scores = np.array([self.weights[x].sum() / np.sqrt(len(x)) for x in features(question, choices)])
        raised = np.exp(scores - scores.max())
        return [float(p) for p in raised / raised.sum()]


def fit(questions: Sequence[MCQ], fitting: Fitting | None = None) -> BagOfWords:
    """Fit to questions with known answers: training questions only, never those that are scored afterwards."""
    if not questions:
        raise InputError("the bag-of-words classifier needs training questions, got none")
    fitting = fitting or Fitting()
    rows: list[Indices] = []
    owner: list[int] = []
    right: list[int] = []
    for number, question in enumerate(questions):
        right.append(len(rows) + question.answer)
        rows += features(question.question, question.options)
        owner += [number] * len(question.options)
    return BagOfWords(_descend(rows, np.array(owner), np.array(right), fitting))


def _descend(rows: list[Indices], owner: Indices, right: Indices, fitting: Fitting) -> Floats:
    """Run Adam on all questions at once: the loss is convex, and small enough to need no random batches."""
    sizes = np.array([len(row) for row in rows])
    columns, line = np.concatenate(rows), np.repeat(np.arange(len(rows)), sizes)
    value = 1.0 / np.sqrt(sizes)
    truth = np.zeros(len(rows))
    truth[right] = 1.0
    weights, mean, square = np.zeros(BUCKETS), np.zeros(BUCKETS), np.zeros(BUCKETS)
    for step in range(1, fitting.steps + 1):
        scores = value * np.bincount(line, weights[columns], minlength=len(rows))
        highest = np.full(len(right), -np.inf)
        np.maximum.at(highest, owner, scores)
        raised = np.exp(scores - highest[owner])
        error = raised / np.bincount(owner, raised)[owner] - truth
        slope = np.bincount(columns, (value * error)[line], minlength=BUCKETS) / len(right)
        slope += 2 * fitting.decay * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        weights -= fitting.rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def features(question: str, choices: Sequence[str]) -> list[Indices]:
    """Return the hashed features of each choice, each at most once."""
    asked = list(dict.fromkeys(words(question)))[:_QUESTION_WORDS]
    choice_words = [words(choice)[:_MOST_WORDS] for choice in choices]
    sets = [set(one) for one in choice_words]
    lengths = [len(choice) for choice in choices]
    found = []
    for place, own_words in enumerate(choice_words):
        others = set().union(*(one for n, one in enumerate(sets) if n != place))
        shared = len(sets[place] & others) / len(sets[place]) if own_words else 0.0
        rank = sum(length < lengths[place] for length in lengths)
        names = [f"place {place}", f"rank {rank} of {len(choices)}", f"shared {round(4 * shared)}"]
        names.append(f"words {min(len(own_words), 20) // 2}")
        names += [f"in question {round(4 * _part(sets[place], asked))}"]
        names += [f"1 {word}" for word in own_words]
        names += [f"2 {one} {two}" for one, two in itertools.pairwise(own_words)]
        names += [f"x {one} {two}" for one in asked for two in sets[place]]
        found.append(np.unique(np.array([zlib.crc32(name.encode()) % BUCKETS for name in names], dtype=np.int64)))
    return found


def _part(own_words: set[str], asked: Sequence[str]) -> float:
    return len(own_words & set(asked)) / len(own_words) if own_words else 0.0


def words(text: str) -> list[str]:
    """Return lower-case words and numbers."""
    return _WORD.findall(text.lower())
