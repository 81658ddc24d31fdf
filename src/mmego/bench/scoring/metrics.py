"""Accuracy, key-frame recall and the de-biased accuracy MDA. Pure: numbers in, numbers out (numpy only)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.records import Span

Numbers = npt.NDArray[np.float64]


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; NaN of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else math.nan


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


def share_inside(key_spans: Sequence[Span], times: Sequence[float]) -> float:
    """Share of `times` (seconds) that lie in one of a question's key spans; 0 of none."""
    return sum(any(span.holds(time) for span in key_spans) for time in times) / max(1, len(times))


def uniform_frames(times: Sequence[float], keep: int) -> list[float]:
    """The reference without a choice: the middles of `keep` equal parts of the frames at `times`; all if there are
    fewer."""
    count = min(keep, len(times))
    return [times[int((i + 0.5) * len(times) / count)] for i in range(count)]


def random_hit(key_spans: Sequence[Span], times: Sequence[float], keep: int) -> float:
    """The reference of chance: the exact expectation of `spans_hit` for `keep` of the frames at `times` at random."""
    total, drawn = len(times), min(keep, len(times))
    inside = [sum(span.holds(time) for time in times) for span in key_spans]
    return mean(1.0 - math.comb(total - held, drawn) / math.comb(total, drawn) for held in inside)


def debiased_accuracy(correct: Mapping[str, bool], blind: Collection[str]) -> float:
    """Accuracy on the questions outside `blind`; NaN if that leaves none.

    Args:
        correct: whether the model was right, by question id.
        blind: ids of the questions that some model answers right without any visual input.
    """
    return mean(float(right) for question, right in correct.items() if question not in blind)


def mda(correct: Mapping[str, bool], blind_sets: Mapping[str, Collection[str]]) -> float:
    """Mean de-biased accuracy (arXiv 2410.07177, EgoMemoria) of one model.

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


def relative_drop(most: Numbers, fewest: Numbers) -> Numbers:
    """What is lost from the most to the fewest frames kept, as a share of the former (the paper's Table 5), number by
    number; NaN where the former is 0."""
    drop: Numbers = np.divide(most - fewest, most, out=np.full(len(most), np.nan), where=most > 0)
    return drop
