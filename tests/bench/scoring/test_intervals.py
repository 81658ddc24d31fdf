"""Intervals and tests against closed forms, tables of Student's t and the binomial, and simulation."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from mmego.bench.scoring.intervals import (
    Bootstrap,
    bootstrap_interval,
    holm,
    interval,
    mcnemar,
    p_value,
    student_quantile,
)
from mmego.errors import InputError


def test_the_first_draw_is_the_figure_itself_and_the_rest_spread_as_they_should() -> None:
    values = [float(i % 3 == 0) for i in range(300)]
    draws = Bootstrap(list(range(300)), seed=1, rounds=4000).means(values)
    assert draws[0] == pytest.approx(1 / 3)
    assert len(draws) == 4001
    # Every question a video of its own: the spread is that of a share, sqrt(p (1 - p) / n).
    assert draws[1:].std() == pytest.approx(math.sqrt(2 / 9 / 300), rel=0.05)


def test_a_mask_leaves_out_questions_and_a_round_without_any_is_nan() -> None:
    bootstrap = Bootstrap(["a", "a", "b", "c"], seed=0, rounds=200)
    draws = bootstrap.means([1, 0, 1, 1], np.array([True, True, False, False]))
    assert draws[0] == 0.5
    assert set(draws[np.isfinite(draws)]) == {0.5}
    assert np.isnan(draws).any()  # video a is not in every round
    assert bootstrap.videos() == 3
    assert bootstrap.videos(np.array([True, True, True, False])) == 2
    assert np.isnan(bootstrap.means([1, 0, 1, 1], np.zeros(4, np.bool_))).all()


def test_same_seed_same_draws() -> None:
    videos = [f"v{i // 2}" for i in range(20)]
    one, two = (Bootstrap(videos, seed=3).means([float(i % 2) for i in range(20)]) for _ in range(2))
    assert np.array_equal(one, two)


def test_odd_input() -> None:
    with pytest.raises(InputError, match="questions and rounds"):
        Bootstrap([])
    with pytest.raises(InputError, match="1 values for 2 questions"):
        Bootstrap(["a", "b"]).means([1.0])
    # One video says nothing of other videos; a figure missing in most rounds neither.
    assert all(map(math.isnan, interval(np.full(100, 0.5), videos=1)))
    mostly_missing = np.array([0.5] * 60 + [np.nan] * 40)
    assert all(map(math.isnan, interval(mostly_missing, videos=9)))
    assert math.isnan(p_value(mostly_missing, videos=9))


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980), (100_000, 1.960)],
)
def test_students_quantiles_are_those_of_the_printed_table(freedom: int, quantile: float) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(quantile, rel=0.01)
    assert student_quantile(0.025, freedom) == pytest.approx(-quantile, rel=0.01)
    assert student_quantile(0.5, freedom) == pytest.approx(0.0, abs=1e-12)


def coverage(videos: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """How often the interval, and the plain percentiles, hold the truth for videos that are easy or hard as a whole."""
    rng = random.Random(0)
    hits = plain = 0
    for trial in range(trials):
        values, names = [], []
        for video in range(videos):
            ease = rng.betavariate(2, 2)
            values += [float(rng.random() < ease) for _ in range(8)]
            names += [video] * 8
        draws = Bootstrap(names, trial, rounds=400).means(values)
        low, high = interval(draws, videos, level)
        hits += low <= 0.5 <= high
        low, high = np.quantile(draws[1:], [(1 - level) / 2, (1 + level) / 2])
        plain += low <= 0.5 <= high
    return hits / trials, plain / trials


def test_intervals_cover_the_truth_with_many_and_with_few_videos() -> None:
    many, _ = coverage(60, 400)
    few, plain = coverage(6, 600)
    # 400 trials of a 95 % interval: 0.95 +- 0.02 (two standard deviations).
    assert 0.92 <= many <= 0.98
    assert 0.92 <= few <= 0.985
    dozen, _ = coverage(12, 400)
    assert 0.90 <= dozen <= 0.975
    assert plain < few - 0.03  # without widening, six videos are told with too much confidence
    ninety, _ = coverage(40, 300, level=0.9)
    assert 0.86 <= ninety <= 0.94


def test_intervals_of_avg_cover_the_truth() -> None:
    rng = random.Random(1)
    hits = 0
    for trial in range(300):
        values, names, group = [], [], []
        for video in range(45):
            kind = 0 if video < 20 else 1 if video < 38 else 2  # the last group has seven videos
            ease = min(1.0, max(0.0, rng.gauss((0.8, 0.6, 0.4)[kind], 0.2)))
            for _ in range(6):
                values.append(float(rng.random() < ease))
                names.append(video)
                group.append(kind)
        bootstrap = Bootstrap(names, trial, rounds=400)
        parts = [bootstrap.means(values, np.array(group) == kind) for kind in range(3)]
        low, high = interval(np.mean(parts, axis=0), videos=7)
        # The mean of a normal cut to [0, 1] at 0.8 with spread 0.2 is 0.783; that of 0.6 and 0.4 moves by 0.0015.
        hits += low <= (0.7834 + 0.5985 + 0.4015) / 3 <= high
    assert 0.93 <= hits / 300 <= 0.995


def test_p_values_of_no_difference_are_even() -> None:
    rng = random.Random(2)
    found = []
    for trial in range(300):
        differences = []
        for _ in range(12):
            shift = rng.gauss(0, 0.3)
            differences += [shift + rng.gauss(0, 1) for _ in range(4)]
        bootstrap = Bootstrap([i // 4 for i in range(48)], trial, rounds=400)
        found.append(p_value(bootstrap.means(differences), 12))
    for level in (0.05, 0.2, 0.5):
        share = sum(p <= level for p in found) / len(found)
        assert abs(share - level) < 3 * math.sqrt(level * (1 - level) / 300)


def test_a_p_value_agrees_with_its_interval_and_is_never_zero() -> None:
    bootstrap = Bootstrap(list(range(30)), seed=0, rounds=1000)
    for shift in (0.0, 0.1, 0.2, 0.3, 0.5):
        draws = bootstrap.means([shift + math.sin(7 * i) for i in range(30)])
        p = p_value(draws, 30)
        low, high = interval(draws, 30)
        assert (p < 0.05) == (low > 0 or high < 0)
    assert 0 < p_value(bootstrap.means([1.0] * 30), 30) < 0.005
    assert p_value(bootstrap.means([0.0] * 30), 30) == 1.0


@pytest.mark.parametrize(
    # Twice the binomial's tail at one half: 2 * (1 + 10 + 45) / 1024; 2 * 1 / 32; both sides even; nothing to tell.
    ("first", "second", "p"),
    [(8, 2, 112 / 1024), (5, 0, 1 / 16), (6, 6, 1.0), (0, 0, 1.0), (4000, 3000, 0.0)],
)
def test_mcnemar_by_hand(first: int, second: int, p: float) -> None:
    one = [True] * first + [False] * second + [True] * 9 + [False] * 4
    two = [False] * first + [True] * second + [True] * 9 + [False] * 4
    assert mcnemar(one, two) == (first, second, pytest.approx(p, abs=1e-12))
    with pytest.raises(InputError, match="same questions"):
        mcnemar([True], [])


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    corrected = holm([0.5, math.nan, 0.9])
    assert corrected[0] == 1.0
    assert math.isnan(corrected[1])
    assert holm([]) == []


def test_bootstrap_covers_the_truth_when_videos_differ() -> None:
    rng = random.Random(0)
    hits = naive_hits = 0
    for trial in range(200):
        values, videos = [], []
        for video in range(40):
            # A video is easy or hard as a whole: its ten questions are not ten independent ones.
            ease = rng.choice((0.3, 0.9))
            values += [float(rng.random() < ease) for _ in range(10)]
            videos += [video] * 10
        low, high = bootstrap_interval(values, videos, seed=trial, rounds=400)
        hits += low <= 0.6 <= high
        low, high = bootstrap_interval(values, list(range(400)), seed=trial, rounds=400)
        naive_hits += low <= 0.6 <= high
    assert 0.89 <= hits / 200 <= 0.99
    assert naive_hits / 200 < 0.8


def test_bootstrap_is_seeded_and_holds_the_mean() -> None:
    values, videos = [1.0, 0.0, 1.0, 1.0, 0.0], ["a", "a", "b", "c", "c"]
    assert bootstrap_interval(values, videos, seed=1) == bootstrap_interval(values, videos, seed=1)
    low, high = bootstrap_interval(values, videos, seed=1)
    assert low <= 0.6 <= high
    assert bootstrap_interval([1.0, 1.0], ["a", "b"], seed=0) == (1.0, 1.0)
    assert all(map(math.isnan, bootstrap_interval([], [], seed=0)))
    assert all(map(math.isnan, bootstrap_interval([1.0, 0.0], ["a", "a"], seed=0)))  # one video tells nothing
    narrow = bootstrap_interval(values * 30, list(range(150)), seed=0, level=0.5)
    wide = bootstrap_interval(values * 30, list(range(150)), seed=0, level=0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
