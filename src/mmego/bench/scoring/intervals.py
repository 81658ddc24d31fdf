"""How certain a value is: bootstrap over videos, tests between two models. Pure: numbers in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError

Draws = npt.NDArray[np.float64]
"""One figure on the benchmark as it is (index 0) and on each resampled benchmark. Sums, means and differences of
figures are those of their draws, so a compound figure (Avg, MDA, a relative drop) gets its interval the same way.
"""
Mask = npt.NDArray[np.bool_]
LEVEL = 0.95
ROUNDS = 2000
_LEAST_DEFINED = 0.9
_NORMAL = NormalDist()


class Bootstrap:
    """The same resampled benchmarks for every figure: whole videos are drawn, with all of their questions.

    Questions on one video share its difficulty, so they are not independent; videos are. Figures of two models drawn
    here are paired: each round has the same videos for both.
    """

    def __init__(self, videos: Sequence[Hashable], seed: int = 0, rounds: int = ROUNDS) -> None:
        """Draw the rounds.

        Args:
            videos: the video of each question.
            seed: of the resampling.
            rounds: resampled benchmarks.

        Raises:
            InputError: no question, or no round.
        """
        if not videos or rounds < 1:
            raise InputError(f"a bootstrap needs questions and rounds, got {len(videos)} and {rounds}")
        position = {video: i for i, video in enumerate(dict.fromkeys(videos))}
        self._member = np.array([position[video] for video in videos])
        self._count = count = len(position)
        drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=rounds)
        self._weights = np.concatenate([np.ones((1, count)), drawn])

    def means(self, values: Sequence[float] | npt.NDArray[np.float64], mask: Mask | None = None) -> Draws:
        """Return the mean of `values` (one a question) over the questions in `mask`; NaN in a round without any."""
        values = np.asarray(values, dtype=np.float64)
        if len(values) != len(self._member):
            raise InputError(f"{len(values)} values for {len(self._member)} questions")
        held = np.ones(len(values), np.bool_) if mask is None else mask
        member = self._member[held]
        sums = np.bincount(member, weights=values[held], minlength=self._count)
        sizes = np.bincount(member, minlength=self._count).astype(np.float64)
        total = self._weights @ sizes
        found: Draws = np.divide(self._weights @ sums, total, out=np.full(len(total), np.nan), where=total > 0)
        return found

    def videos(self, mask: Mask | None = None) -> int:
        """Return how many videos have a question in `mask`."""
        return self._count if mask is None else len(np.unique(self._member[mask]))


def interval(draws: Draws, videos: int, level: float = LEVEL) -> tuple[float, float]:
    """Return an interval for the figure of `draws`: percentiles of the rounds, widened for few videos.

    Plain percentiles are too narrow by sqrt((n - 1) / n) and ignore the t distribution, which matters with 2 to 30
    videos. This takes the percentiles that make the interval right for a mean of n normal values (Hesterberg's
    "expanded percentile interval"). With many videos both are the same.

    Args:
        draws: of one figure.
        videos: how many videos it rests on; of a mean over groups, those of the smallest group.
        level: the share of intervals that should cover the truth.

    Returns:
        (low, high); (NaN, NaN) for fewer than two videos, or when more than a tenth of the rounds have no figure.
    """
    found = draws[1:][np.isfinite(draws[1:])]
    if videos < 2 or math.isnan(draws[0]) or len(found) < _LEAST_DEFINED * (len(draws) - 1):
        return math.nan, math.nan
    tail = _expanded((1 - level) / 2, videos)
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)


def bootstrap_interval(
    values: Sequence[float], videos: Sequence[Hashable], seed: int = 0, level: float = LEVEL, rounds: int = ROUNDS
) -> tuple[float, float]:
    """Return the `interval` of a plain mean; (NaN, NaN) of nothing, and of one video.

    Args:
        values: 1.0 for right, 0.0 for wrong.
        videos: the video of each value.
        seed: of the rounds.
        level: as in `interval`.
        rounds: resampled benchmarks.
    """
    if not videos:
        return math.nan, math.nan
    draw = Bootstrap(videos, seed, rounds)
    return interval(draw.means(values), draw.videos(), level)


def p_value(draws: Draws, videos: int) -> float:
    """Return how often chance alone gives a difference this far from zero, two-sided; NaN where there is no interval.

    It is one minus the level at which `interval` begins to contain zero; `draws` are those of a difference. It is never
    0: with R rounds the least is about 2 / R.
    """
    found = draws[1:][np.isfinite(draws[1:])]
    if videos < 2 or math.isnan(draws[0]) or len(found) < _LEAST_DEFINED * (len(draws) - 1):
        return math.nan
    tail = (min(int((found <= 0).sum()), int((found >= 0).sum())) + 1) / (len(found) + 1)
    low, high = 1e-9, 0.5
    for _ in range(60):  # `_expanded` rises with its tail
        middle = (low + high) / 2
        low, high = (middle, high) if _expanded(middle, videos) < tail else (low, middle)
    return min(1.0, 2 * high)


def mcnemar(one: Sequence[bool], two: Sequence[bool]) -> tuple[int, int, float]:
    """Run McNemar's exact test between two models on the same questions.

    It takes questions as independent, which those on one video are not: a second opinion, often too sure.

    Returns:
        How many only the first answers right, how many only the second, and the two-sided p (1.0 if they never
        differ).
    """
    if len(one) != len(two):
        raise InputError(f"two models on the same questions: got {len(one)} and {len(two)} answers")
    first = sum(bool(a) and not b for a, b in zip(one, two, strict=True))
    second = sum(bool(b) and not a for a, b in zip(one, two, strict=True))
    total = first + second
    # Whole numbers throughout: 2 ** -7000 does not fit a float.
    tail = ways = 1
    for i in range(min(first, second)):
        ways = ways * (total - i) // (i + 1)
        tail += ways
    return first, second, min(1.0, 2 * tail / 2**total)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p values corrected for the number of comparisons (Holm); NaN stays and does not count."""
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    corrected = [math.nan] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[i]))
        corrected[i] = largest
    return corrected


def student_quantile(p: float, freedom: int) -> float:
    """Return the `p` quantile of Student's t: exact for 1 and 2 degrees of freedom, a series (to 1 %) from 3 on."""
    if freedom == 1:
        return math.tan(math.pi * (p - 0.5))
    if freedom == 2:
        return (2 * p - 1) / math.sqrt(2 * p * (1 - p))
    z, n = _NORMAL.inv_cdf(p), freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def _expanded(tail: float, videos: int) -> float:
    """Return the percentile to take for a share of `tail` outside on one side."""
    return _NORMAL.cdf(math.sqrt(videos / (videos - 1)) * student_quantile(tail, videos - 1))
