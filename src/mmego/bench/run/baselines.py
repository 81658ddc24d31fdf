"""Baselines that never see the video: they choose by the text of a question alone, without any neural network."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmego.bench.data.folder import Benchmark
from mmego.bench.run.bag_of_words import BagOfWords, fit
from mmego.errors import InputError
from mmego.records import MCQ, Answer, Span


class TextOnly(ABC):
    """An `Answerer` that ignores the video; `name` is what reports call it."""

    name: str

    def answer(
        self,
        video: Path | None,
        question: str,
        options: tuple[str, ...] | None = None,
        clip: Span | None = None,
    ) -> Answer:
        """Choose an answer; raise InputError for a question without choices."""
        if not options:
            raise InputError(f"the baseline {self.name!r} chooses among options; {question!r} has none")
        choice = self.choose(question, options)
        return Answer(question, options[choice], choice, (), 0, self.name, "uniform")

    @abstractmethod
    def choose(self, question: str, choices: tuple[str, ...]) -> int:
        """Return the 0-based choice."""


@dataclass(slots=True)
class Majority(TextOnly):
    """The most frequent right letter of the training questions (the first of equals), or A without any.

    If a question has no such letter, the most frequent of those it has.
    """

    counts: Counter[int] = field(default_factory=Counter)
    name: str = "majority"

    def choose(self, question: str, choices: tuple[str, ...]) -> int:
        """Return the most frequent letter that this question has."""
        return max(range(len(choices)), key=lambda place: (self.counts[place], -place))


@dataclass(slots=True)
class ByLength(TextOnly):
    """The longest choice in characters, or the shortest; the first of equals."""

    longest: bool
    name: str

    def choose(self, question: str, choices: tuple[str, ...]) -> int:
        """Return the place of the longest (shortest) choice."""
        lengths = [len(choice) for choice in choices]
        return lengths.index(max(lengths) if self.longest else min(lengths))


@dataclass(slots=True)
class Random(TextOnly):
    """A choice drawn by the seed, the question and its choices: the same question always gets the same answer."""

    seed: int = 0
    name: str = "random"

    def choose(self, question: str, choices: tuple[str, ...]) -> int:
        """Return any place."""
        return random.Random(f"{self.seed} {question} {choices}").randrange(len(choices))


@dataclass(slots=True)
class Words(TextOnly):
    """The bag-of-words classifier of `mmego.bench.run.bag_of_words`."""

    model: BagOfWords
    name: str = "bow"

    def choose(self, question: str, choices: tuple[str, ...]) -> int:
        """Return the most probable choice; the first of equals."""
        probabilities = self.model.probabilities(question, choices)
        return probabilities.index(max(probabilities))


def _bow(train: Sequence[MCQ] | None, seed: int) -> TextOnly:
    if not train:
        raise InputError("the baseline 'bow' learns from questions: give a benchmark to train on (--train BENCH)")
    return Words(fit(train))


BASELINES: dict[str, Callable[[Sequence[MCQ] | None, int], TextOnly]] = {
    "majority": lambda train, seed: Majority(Counter(q.answer for q in train or ())),
    "longest": lambda train, seed: ByLength(True, "longest"),
    "shortest": lambda train, seed: ByLength(False, "shortest"),
    "random": lambda train, seed: Random(seed),
    "bow": _bow,
}


def open_baseline(name: str, train: Benchmark | None, seed: int = 0) -> TextOnly:
    """Return a baseline ready to answer, as an `Answerer`.

    Args:
        name: one of `BASELINES`.
        train: questions to learn from (majority, bow); never those that it is scored on.
        seed: of ``random``.

    Raises:
        InputError: no such baseline, or ``bow`` without training questions.
    """
    return make_baseline(name, None if train is None else train.questions, seed)


def make_baseline(name: str, train: Sequence[MCQ] | None, seed: int = 0) -> TextOnly:
    """Do the same as `open_baseline` for questions that are not in a folder."""
    if name not in BASELINES:
        raise InputError(f"there is no baseline {name!r}; there are {', '.join(BASELINES)}")
    return BASELINES[name](train, seed)


def cross_validated(
    name: str, questions: Sequence[MCQ], group_of: Callable[[str], str], seed: int = 0
) -> dict[str, int]:
    """Return choices by question id, each from a baseline trained without any video of the question's groups.

    Args:
        name: one of `BASELINES`.
        questions: all of them; each is answered once.
        group_of: the group of a video, for example the person who filmed it.
        seed: of the baseline.

    Raises:
        InputError: a question for which no training question is left.
    """
    choices: dict[str, int] = {}
    for test, train in folds(questions, group_of):
        if not train:
            raise InputError(f"{test[0].id}: every question shares a group with it: nothing is left to train on")
        model = make_baseline(name, train, seed)
        choices.update({q.id: model.choose(q.question, q.options) for q in test})
    return {q.id: choices[q.id] for q in questions}


def folds(questions: Sequence[MCQ], group_of: Callable[[str], str]) -> Iterator[tuple[list[MCQ], list[MCQ]]]:
    """Yield test and training questions, one pair for each set of groups of the questions; no group is in both."""
    groups = {q.id: frozenset(group_of(v) for v in {q.video, *(one.video for one in q.inputs)}) for q in questions}
    for held in dict.fromkeys(groups.values()):
        yield [q for q in questions if groups[q.id] == held], [q for q in questions if not groups[q.id] & held]
