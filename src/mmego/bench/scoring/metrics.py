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
    """Return the arithmetic mean; NaN of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else math.nan


def average_of_groups(by_group: Mapping[str, float], groups: Sequence[str] = ("short", "medium", "long")) -> float:
    """Return the paper's "Avg": the UNWEIGHTED mean over `groups`. Raise InputError if one is missing."""
    missing = [group for group in groups if group not in by_group]
    if missing:
        raise InputError(f"no accuracy for {', '.join(missing)}; there is {', '.join(by_group) or 'nothing'}")
    return mean(by_group[group] for group in groups)


def chance(choice_counts: Sequence[int]) -> float:
    """Return the expected accuracy of guessing evenly among each question's choices."""
    return mean(1.0 / count for count in choice_counts)


def spans_hit(key_spans: Sequence[Span], times: Sequence[float]) -> float:
    """Return the share of a question's key spans that contain one or more of `times` (seconds); NaN without spans."""
    return mean(float(any(span.holds(time) for time in times)) for span in key_spans)


def share_inside(key_spans: Sequence[Span], times: Sequence[float]) -> float:
    """Return the share of `times` (seconds) that lie in one of a question's key spans; 0 of none."""
    return sum(any(span.holds(time) for span in key_spans) for time in times) / max(1, len(times))


def uniform_frames(times: Sequence[float], keep: int) -> list[float]:
    """Return the middles of `keep` equal parts of the frames at `times`, or all if there are fewer.

    The reference for a selection: evenly spaced frames.
    """
    count = min(keep, len(times))
    return [times[int((i + 0.5) * len(times) / count)] for i in range(count)]


def random_hit(key_spans: Sequence[Span], times: Sequence[float], keep: int) -> float:
    """Return the exact expectation of `spans_hit` for `keep` random frames of those at `times`.

    The reference for a selection: chance.
    """
    total, drawn = len(times), min(keep, len(times))
    inside = [sum(span.holds(time) for time in times) for span in key_spans]
    return mean(1.0 - math.comb(total - held, drawn) / math.comb(total, drawn) for held in inside)


def debiased_accuracy(correct: Mapping[str, bool], blind: Collection[str]) -> float:
    """Return the accuracy on the questions outside `blind`; NaN if none is left.

    Args:
        correct: whether the model was right, by question id.
        blind: ids of the questions that some model answers right without any visual input.
    """
    return mean(float(right) for question, right in correct.items() if question not in blind)


def mda(correct: Mapping[str, bool], blind_sets: Mapping[str, Collection[str]]) -> float:
    """Return the mean de-biased accuracy (arXiv 2410.07177, EgoMemoria) of one model.

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
    """Return the loss from the most to the fewest frames kept, as a share of the former (the paper's Table 5).

    Number by number; NaN where the former is 0.
    """
    drop: Numbers = np.divide(most - fewest, most, out=np.full(len(most), np.nan), where=most > 0)
    return drop
