"""Metrics against numbers worked out by hand, the paper's Table 3 (arXiv 2410.07177), and simulation."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from mmego.bench.scoring.metrics import (
    average_of_groups,
    chance,
    debiased_accuracy,
    mda,
    random_hit,
    relative_drop,
    share_inside,
    spans_hit,
    uniform_frames,
)
from mmego.errors import InputError
from mmego.records import Span

# arXiv 2410.07177, Table 3: Short, Medium, Long, Avg.
TABLE = {
    "LLaVA-OV original": (70.24, 64.94, 61.19, 65.45),
    "LLaVA-OV MDA": (53.20, 47.01, 41.76, 47.32),
    "Ego SFT MDA": (59.56, 56.71, 51.64, 55.97),
    "MM-Ego original": (79.96, 79.64, 79.09, 79.56),
    "MM-Ego MDA": (63.16, 62.04, 58.62, 61.27),
    "GPT-4o MDA": (64.31, 59.47, 57.65, 60.48),
}


@pytest.mark.parametrize("row", TABLE)
def test_the_papers_avg_is_the_unweighted_mean(row: str) -> None:
    short, medium, long, average = TABLE[row]
    found = average_of_groups({"short": short, "medium": medium, "long": long})
    # The groups are rounded to 0.01 before we average them, the paper's Avg after.
    assert found == pytest.approx(average, abs=0.0101)
    weighted = (998 * short + 3699 * medium + 2329 * long) / 7026
    if row != "MM-Ego original":
        assert abs(weighted - average) > 0.1


def test_the_papers_mda_is_the_mean_over_the_panels_blind_sets() -> None:
    # The paper gives the three Avgs that remain of LLaVA-OV; build a benchmark of 10,000 with just those accuracies.
    remaining = {"LLaVA-OV": 50.30, "Ego-SFT": 50.08, "MM-Ego": 41.58}
    correct = {f"q{i}": i < 6545 for i in range(10_000)}
    blind_sets = {}
    for model, percent in remaining.items():
        # Take right answers away until what is left has this accuracy: (6545 - n) / (10000 - n) = a.
        taken = round((6545 - 100 * percent) / (1 - percent / 100))
        blind_sets[model] = {f"q{i}" for i in range(taken)}
        assert 100 * debiased_accuracy(correct, blind_sets[model]) == pytest.approx(percent, abs=0.01)
    assert 100 * mda(correct, blind_sets) == pytest.approx(47.32, abs=0.01)


def test_missing_group() -> None:
    with pytest.raises(InputError, match="long"):
        average_of_groups({"short": 1.0, "medium": 1.0})


def test_mda_by_hand() -> None:
    correct = {"a": True, "b": True, "c": False, "d": True}
    assert debiased_accuracy(correct, {"a", "elsewhere"}) == pytest.approx(2 / 3)
    assert mda(correct, {"m": {"a"}, "n": {"a", "b", "d"}, "o": set()}) == pytest.approx((2 / 3 + 0.0 + 0.75) / 3)
    assert math.isnan(mda(correct, {"m": set(correct)}))
    with pytest.raises(InputError, match="at least one"):
        mda(correct, {})


def test_chance() -> None:
    assert chance([4, 4, 2]) == pytest.approx(1 / 3)


SPANS = [(Span(0, 2), Span(10, 12)), (Span(5, 6),), ()]


def test_recall_and_precision_by_hand() -> None:
    assert spans_hit(SPANS[0], [1.0, 2.0, 11.9]) == 1.0
    assert math.isnan(spans_hit((), [1.0]))
    assert share_inside(SPANS[0], [1.0, 3.0]) == 0.5
    assert share_inside(SPANS[1], []) == 0.0


def test_even_frames_by_hand() -> None:
    frames = [t + 0.5 for t in range(20)]
    assert uniform_frames(frames, 4) == [2.5, 7.5, 12.5, 17.5]
    assert [spans_hit(spans, uniform_frames(frames, 4)) for spans in SPANS[:2]] == [0.0, 0.0]
    assert [spans_hit(spans, uniform_frames(frames, 10)) for spans in SPANS[:2]] == [1.0, 1.0]
    assert uniform_frames(frames, 100) == frames
    assert uniform_frames([], 4) == []


def test_the_hit_of_random_frames_is_what_drawing_gives() -> None:
    frames = [t + 0.5 for t in range(20)]
    expected = 1 - 18 * 17 * 16 * 15 / (20 * 19 * 18 * 17)
    assert random_hit(SPANS[0], frames, 4) == pytest.approx(expected)
    assert random_hit(SPANS[1], frames, 4) == pytest.approx(4 / 20)
    rng = random.Random(0)
    drawn = [spans_hit(SPANS[0], rng.sample(frames, 4)) for _ in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(expected, abs=0.015)
    assert random_hit(SPANS[0], frames, 20) == 1.0


KEPT = {
    "LLaVA-OV": ((47.32, 46.39, 44.99, 43.95), 7.12),
    "Ego SFT": ((55.97, 55.86, 54.42, 51.95), 7.18),
    "MM-Ego": ((61.27, 60.93, 58.55, 58.46), 4.59),
}


@pytest.mark.parametrize("name", KEPT)
def test_relative_drops_of_the_papers_table_5(name: str) -> None:
    estimates, drop = KEPT[name]
    found = relative_drop(np.array([estimates[0], 0.0]), np.array([estimates[-1], 0.0]))
    assert round(100 * found[0], 2) == drop
    assert math.isnan(found[1])
