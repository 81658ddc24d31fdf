"""Baselines that never look, and that cross-validation never trains on a tested video."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.run import baselines
from mmego.bench.run.baselines import BASELINES, cross_validated, folds, open_baseline
from mmego.errors import InputError
from mmego.records import MCQ, Answerer, VideoInput
from tests.bench.small import benchmark, question

OPTIONS = ("aa", "bbbb", "cccc", "d")


def test_each_is_an_answerer_with_its_name(tmp_path: Path) -> None:
    train = benchmark(tmp_path)
    for name in BASELINES:
        model: Answerer = open_baseline(name, train)
        answer = model.answer(None, "Where did I put the mug?", OPTIONS)
        assert (model.name, answer.model) == (name, name)
        assert answer.choice is not None
        assert (answer.answer, answer.frames, answer.evidence) == (OPTIONS[answer.choice], 0, ())
        with pytest.raises(InputError, match="chooses among options"):
            model.answer(None, "Where?")


def test_lengths_and_their_ties() -> None:
    assert open_baseline("longest", None).answer(None, "?", OPTIONS).choice == 1
    assert open_baseline("shortest", None).answer(None, "?", OPTIONS).choice == 3
    assert open_baseline("shortest", None).answer(None, "?", ("a", "b")).choice == 0


def test_majority_follows_the_training_letters(tmp_path: Path) -> None:
    assert open_baseline("majority", None).answer(None, "?", OPTIONS).choice == 0
    model = baselines.Majority(Counter([2, 2, 1, 3, 3, 3]))
    assert model.choose("?", OPTIONS) == 3
    assert model.choose("?", OPTIONS[:3]) == 2
    assert baselines.Majority(Counter([2, 1])).choose("?", OPTIONS) == 1


def test_random_is_even_and_the_same_again() -> None:
    model, other = open_baseline("random", None), open_baseline("random", None, seed=1)
    drawn = [model.choose(f"question {n}", OPTIONS) for n in range(2000)]
    assert drawn == [model.choose(f"question {n}", OPTIONS) for n in range(2000)]
    assert drawn != [other.choose(f"question {n}", OPTIONS) for n in range(2000)]
    assert all(420 < count < 580 for count in Counter(drawn).values())  # 500 expected, four deviations are 77


def test_what_cannot_be_opened() -> None:
    with pytest.raises(InputError, match="no baseline 'bert'; there are majority"):
        open_baseline("bert", None)
    with pytest.raises(InputError, match="'bow' learns from questions"):
        open_baseline("bow", None)


def on(number: int, *videos: str) -> MCQ:
    inputs = tuple(VideoInput(f"video {n}", v) for n, v in enumerate(videos, 1)) if len(videos) > 1 else ()
    return replace(question(number, number % 4, video=videos[0]), inputs=inputs)


def test_no_fold_trains_on_a_group_that_it_tests() -> None:
    questions = [on(0, "P1-a"), on(1, "P1-b"), on(2, "P2-a"), on(3, "P2-a", "P3-a"), on(4, "P3-b"), on(5, "P1-c")]

    def person(video: str) -> str:
        return video[:2]

    tested = []
    for test, train in folds(questions, person):
        groups = [{person(v) for v in (q.video, *(one.video for one in q.inputs))} for q in test]
        for q in train:
            assert all(not {person(v) for v in (q.video, *(one.video for one in q.inputs))} & g for g in groups)
        tested += [q.id for q in test]
    assert sorted(tested) == [q.id for q in questions]
    choices = cross_validated("majority", questions, person)
    assert list(choices) == [q.id for q in questions]
    # q2's others are q0 (A), q1 (B), q4 (A), q5 (B): A, the first of equals. q0's are C, D, A: A.
    assert (choices["q2"], choices["q0"]) == (0, 0)
    with pytest.raises(InputError, match="nothing is left to train on"):
        cross_validated("majority", questions[:2], person)
