"""Every figure of a benchmark's runs with its interval. Pure: a benchmark and finished runs in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mmego.bench.data.folder import Benchmark
from mmego.bench.data.runs import Run
from mmego.bench.scoring.intervals import LEVEL, ROUNDS, Bootstrap, Draws, Mask, interval
from mmego.bench.scoring.metrics import chance
from mmego.errors import InputError
from mmego.records.length_classes import LENGTH_CLASSES, length_group

GROUPS = ("short", "medium", "long")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share (0 to 1) with its interval and what it rests on; NaN where there is none.

    Of the `questions` it covers, `failed` have no answer and count as wrong. `signed` marks a difference.
    """

    value: float
    low: float
    high: float
    questions: int
    failed: int = 0
    signed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return all fields but `signed`; null for NaN."""
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        shown: dict[str, Any] = {name: None if math.isnan(number) else number for name, number in numbers.items()}
        return {**shown, "questions": self.questions, "failed": self.failed}

    def __str__(self) -> str:
        """Return percent with the paper's two digits: ``65.45 [63.1, 67.8]``, with ``(2 failed)`` if any did."""
        if math.isnan(self.value):
            return "-"
        plus = "+" if self.signed else ""
        text = f"{100 * self.value:{plus}.2f}"
        if not math.isnan(self.low):
            text += f" [{100 * self.low:{plus}.1f}, {100 * self.high:{plus}.1f}]"
        return f"{text} ({self.failed} failed)" if self.failed else text


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


class Scores:
    """All runs on one benchmark, resampled together; methods take a run by its place in `runs`."""

    def __init__(
        self,
        benchmark: Benchmark,
        runs: Sequence[Run],
        panel: Sequence[str] | None = None,
        seed: int = 0,
        rounds: int = ROUNDS,
        level: float = LEVEL,
    ) -> None:
        """Prepare the bootstrap and the groups of questions.

        Args:
            benchmark: whose questions the runs answered.
            runs: blind and seeing ones, in the order of the tables.
            panel: the models whose blind runs make the panel of MDA; None for every blind run.
            seed, rounds, level: of the bootstrap.

        Raises:
            InputError: no run, one twice, two blind runs of one model, or a panel model without a blind run.
        """
        if not runs:
            raise InputError("there is no run to score")
        if not 0 < level < 1:
            raise InputError(f"a level lies between 0 and 1, got {level}")
        self.benchmark, self.runs, self.level = benchmark, tuple(runs), level
        self.labels = _labels(runs)
        questions = benchmark.questions
        self.bootstrap = Bootstrap([q.video for q in questions], seed, rounds)
        self.correct = [np.array(list(run.correct(benchmark).values()), np.float64) for run in runs]
        self.failed = [np.array([p.choice is None for p in run.predictions.values()]) for run in runs]
        self.seeing = [i for i, run in enumerate(runs) if not run.settings.blind]
        self.blind = [i for i, run in enumerate(runs) if run.settings.blind]
        self.panel = _panel(runs, self.blind, panel)
        self.everything: Mask = np.ones(len(questions), np.bool_)
        self.classes = _masks([q.length_class for q in questions], LENGTH_CLASSES)
        self.groups = _masks([length_group(q.length_class) if q.length_class else "" for q in questions], GROUPS)
        self.categories = _masks([q.category for q in questions], sorted({q.category for q in questions}))
        self.chance = chance([len(q.options) for q in questions])

    # ---- one estimate each -------------------------------------------------------------------------------------

    def accuracy(self, run: int, mask: Mask, without: int | None = None) -> Estimate:
        """Return the accuracy over the questions in `mask`, without those the blind run `without` answers right."""
        left = self.left(mask, without)
        return self.estimate(self.accuracy_draws(run, mask, without), left, self.failed[run])

    def average(self, run: int, without: int | None = None) -> Estimate:
        """Return the paper's "Avg" of `accuracy`: the unweighted mean over short, medium and long."""
        left = self.left(self.in_groups, without)
        draws = self.average_draws(run, without)
        return self.estimate(draws, left, self.failed[run], self.fewest_videos([without]))

    def mda(self, run: int, mask: Mask) -> Estimate:
        """Return the mean of `accuracy` over the panel's blind sets; `NOTHING` without a panel."""
        if not self.panel:
            return NOTHING
        videos = min(self.bootstrap.videos(self.left(mask, m)) for m in self.panel)
        return self.estimate(self.mda_draws(run, mask), mask, self.failed[run], videos)

    def mda_average(self, run: int) -> Estimate:
        """Return the paper's "Avg" of MDA; `NOTHING` without a panel."""
        if not self.panel:
            return NOTHING
        videos = self.fewest_videos(self.panel)
        return self.estimate(self.mda_average_draws(run), self.in_groups, self.failed[run], videos)

    def estimate(
        self, draws: Draws, mask: Mask, failed: Mask | None = None, videos: int | None = None, signed: bool = False
    ) -> Estimate:
        """Return the estimate of `draws` over the questions in `mask`.

        `videos` is as in `interval`; by default the number of videos in `mask`.
        """
        low, high = interval(draws, self.bootstrap.videos(mask) if videos is None else videos, self.level)
        count = 0 if failed is None else int(failed[mask].sum())
        return Estimate(float(draws[0]), low, high, int(mask.sum()), count, signed)

    # ---- the same as draws, to be compounded -----------------------------------------------------------------

    def accuracy_draws(self, run: int, mask: Mask, without: int | None = None) -> Draws:
        """Return the draws of `accuracy`."""
        return self.bootstrap.means(self.correct[run], self.left(mask, without))

    def average_draws(self, run: int, without: int | None = None) -> Draws:
        """Return the draws of `average`; NaN where a group has no question."""
        return _mean([self.accuracy_draws(run, self.groups[group], without) for group in GROUPS])

    def mda_draws(self, run: int, mask: Mask) -> Draws:
        """Return the draws of `mda`."""
        return _mean([self.accuracy_draws(run, mask, m) for m in self.panel])

    def mda_average_draws(self, run: int) -> Draws:
        """Return the draws of `mda_average`."""
        return _mean([self.average_draws(run, m) for m in self.panel])

    # ---- which questions -------------------------------------------------------------------------------------

    def left(self, mask: Mask, without: int | None) -> Mask:
        """Return `mask` without what the blind run `without` answers right."""
        return mask if without is None else mask & (self.correct[without] == 0)

    @property
    def in_groups(self) -> Mask:
        """The questions that have a length class."""
        return self.groups["short"] | self.groups["medium"] | self.groups["long"]

    @property
    def missing_groups(self) -> list[str]:
        """The groups without a question: with one of these, "Avg" does not exist."""
        return [group for group in GROUPS if not self.groups[group].any()]

    def fewest_videos(self, without: Sequence[int | None]) -> int:
        """Return the videos that are left in the smallest group: the interval of "Avg" rests on them."""
        return min(self.bootstrap.videos(self.left(self.groups[group], m)) for group in GROUPS for m in without)

    def find(self, name: str) -> int:
        """Return the run with this label, folder or folder name; raise InputError if there is none, or several."""
        found = [
            i
            for i, (run, label) in enumerate(zip(self.runs, self.labels, strict=True))
            if name in (label, run.label, str(run.folder), run.folder.name)
        ]
        if len(found) != 1:
            raise InputError(f"{name!r} names {len(found)} runs; choose one of {', '.join(map(repr, self.labels))}")
        return found[0]


def _mean(parts: Sequence[Draws]) -> Draws:
    mean: npt.NDArray[np.float64] = np.mean(np.stack(parts), axis=0)
    return mean


def _masks(values: Sequence[str], names: Sequence[str]) -> dict[str, Mask]:
    column = np.array(values)
    return {name: column == name for name in names}


def _labels(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the runs' labels; where two are the same, with their folders."""
    folders = [run.folder.resolve() for run in runs]
    twice = next((run.folder for i, run in enumerate(runs) if folders[i] in folders[:i]), None)
    if twice is not None:
        raise InputError(f"the run {twice} is given twice")
    plain = [run.label for run in runs]
    return tuple(
        label if plain.count(label) == 1 else f"{label} ({run.folder})" for label, run in zip(plain, runs, strict=True)
    )


def _panel(runs: Sequence[Run], blind: Sequence[int], wanted: Sequence[str] | None) -> tuple[int, ...]:
    """Return the blind runs of the panel, one a model: two would count that model's bias twice."""
    models = [runs[i].model for i in blind]
    if wanted is not None:
        missing = [model for model in wanted if model not in models]
        if missing:
            there = ", ".join(models) or "no model"
            raise InputError(f"no blind run of {', '.join(map(repr, missing))} is given; there is one of {there}")
        blind = [i for i in blind if runs[i].model in wanted]
    seen: dict[tuple[str, str], int] = {}
    for i in blind:
        run = runs[i]
        other = seen.setdefault((run.model, run.fingerprint), i)
        if other != i:
            raise InputError(f"{runs[other].folder} and {run.folder} are both blind runs of {run.model!r}: give one")
    return tuple(blind)
