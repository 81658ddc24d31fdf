"""Accuracy, key-frame recall and the de-biased accuracy MDA. Pure: numbers in, numbers out (numpy only)."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from mmego.errors import InputError
from mmego.records import Span

K = TypeVar("K", bound=Hashable)


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; NaN of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else math.nan


def accuracy(choices: Sequence[int | None], answers: Sequence[int]) -> float:
    """Share of right choices, 0 to 1; a choice of None (unparsable, failed) is wrong. NaN of nothing."""
    _same_length(choices, answers)
    return mean(float(choice == answer) for choice, answer in zip(choices, answers, strict=True))


def accuracy_by(choices: Sequence[int | None], answers: Sequence[int], groups: Sequence[K]) -> dict[K, float]:
    """Accuracy per group (category, length class...), in order of first appearance."""
    _same_length(choices, answers, groups)
    hits: dict[K, list[float]] = {}
    for choice, answer, group in zip(choices, answers, groups, strict=True):
        hits.setdefault(group, []).append(float(choice == answer))
    return {group: mean(found) for group, found in hits.items()}


def average_of_groups(by_group: Mapping[str, float], groups: Sequence[str] = ("short", "medium", "long")) -> float:
    """The paper's "Avg": the UNWEIGHTED mean over `groups`. Raises InputError if one is missing."""
    missing = [group for group in groups if group not in by_group]
    if missing:
        raise InputError(f"no accuracy for {', '.join(missing)}; there is {', '.join(by_group) or 'nothing'}")
    return mean(by_group[group] for group in groups)


def chance(option_counts: Sequence[int]) -> float:
    """The expected accuracy of guessing evenly among each question's options."""
    return mean(1.0 / count for count in option_counts)


def spans_hit(key_spans: Sequence[Span], times: Sequence[float]) -> float:
    """Share of one question's key spans that hold at least one of `times` (seconds); NaN without key spans."""
    return mean(float(any(span.holds(time) for time in times)) for span in key_spans)


def recall_at_k(key_spans: Sequence[Sequence[Span]], times: Sequence[Sequence[float]]) -> float:
    """Key-frame recall: the mean over questions of `spans_hit` for the k frames kept.

    Questions without key spans do not count.

    Args:
        key_spans: of each question.
        times: of the frames kept for each question, in seconds.
    """
    _same_length(key_spans, times)
    return mean(spans_hit(spans, kept) for spans, kept in zip(key_spans, times, strict=True) if spans)


def precision_at_k(key_spans: Sequence[Sequence[Span]], times: Sequence[Sequence[float]]) -> float:
    """The mean over questions of the share of the frames kept that lie in a key span.

    Questions without key spans, or without a frame, do not count.
    """
    _same_length(key_spans, times)
    return mean(
        mean(float(any(span.holds(time) for span in spans)) for time in kept)
        for spans, kept in zip(key_spans, times, strict=True)
        if spans and kept
    )


def uniform_recall(key_spans: Sequence[Sequence[Span]], frame_times: Sequence[Sequence[float]], keep: int) -> float:
    """The reference: `recall_at_k` of `keep` frames evenly spread over each question's sampled frames.

    The frames are those of METHOD's exploration, linspace(0, N, k) taken as the middles of k equal parts.
    """
    kept = []
    for times in frame_times:
        count = min(keep, len(times))
        kept.append([times[int((i + 0.5) * len(times) / count)] for i in range(count)])
    return recall_at_k(key_spans, kept)


def random_recall(key_spans: Sequence[Sequence[Span]], frame_times: Sequence[Sequence[float]], keep: int) -> float:
    """The reference: the expected `recall_at_k` of `keep` frames drawn at random from the sampled ones, exactly."""
    _same_length(key_spans, frame_times)
    found = []
    for spans, times in zip(key_spans, frame_times, strict=True):
        if not spans:
            continue
        total, drawn = len(times), min(keep, len(times))
        inside = [sum(span.holds(time) for time in times) for span in spans]
        found.append(mean(1.0 - math.comb(total - held, drawn) / math.comb(total, drawn) for held in inside))
    return mean(found)


def bootstrap_interval(
    values: Sequence[float], groups: Sequence[Hashable], seed: int, level: float = 0.95, rounds: int = 2000
) -> tuple[float, float]:
    """A percentile interval for the mean of `values`, by resampling whole groups.

    Questions on one video share its difficulty, so `groups` are the videos, not the questions.

    Args:
        values: one number a question, for example 1.0 for right and 0.0 for wrong.
        groups: the video of each question.
        seed: of the resampling.
        level: the share of intervals that should cover the truth.
        rounds: resamplings.

    Returns:
        (low, high); (NaN, NaN) of nothing.
    """
    _same_length(values, groups)
    if not len(values):
        return math.nan, math.nan
    position = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    member = np.array([position[group] for group in groups])
    sums = np.bincount(member, weights=np.asarray(values, dtype=np.float64))
    sizes = np.bincount(member)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(rounds, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def debiased_accuracy(correct: Mapping[str, bool], blind: Collection[str]) -> float:
    """Accuracy on the questions outside `blind`; NaN if that leaves none.

    Args:
        correct: whether the model was right, by question id.
        blind: ids of the questions that some model answers right without any visual input.
    """
    return mean(float(right) for question, right in correct.items() if question not in blind)


def mda(correct: Mapping[str, bool], blind_sets: Mapping[str, Collection[str]]) -> float:
    """Mean de-biased accuracy (METHOD, section 3) of one model.

    Args:
        correct: whether the model was right, by question id, for every question of the benchmark (or of a group).
        blind_sets: for each model of the panel, the ids it answers right without visual input.

    Returns:
        The mean over the panel of the accuracies on what each blind set leaves; NaN if one leaves nothing.

    Raises:
        InputError: the panel is empty.
    """
    if not blind_sets:
        raise InputError("MDA needs the blind set of at least one model")
    return mean(debiased_accuracy(correct, blind) for blind in blind_sets.values())


def blind_set(correct: Mapping[str, bool]) -> frozenset[str]:
    """The questions that a blind run answered right (METHOD's B_m). One that failed is not among them: it stays."""
    return frozenset(question for question, right in correct.items() if right)


def relative_drop(most: float, fewest: float) -> float:
    """What is lost from the most to the fewest frames kept, as a share of the former (METHOD, Table 5); NaN of 0."""
    return (most - fewest) / most if most else math.nan


def _same_length(*columns: Sequence[object]) -> None:
    if len({len(column) for column in columns}) > 1:
        raise InputError(f"columns of one table differ in length: {', '.join(str(len(c)) for c in columns)}")
