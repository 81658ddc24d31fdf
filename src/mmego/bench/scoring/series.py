"""One model under one changing setting: frames kept and alpha (Table 5, Figure 7 of arXiv 2410.07177). Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from mmego.bench.data.runs import RunSettings
from mmego.bench.scoring.intervals import Draws, Mask
from mmego.bench.scoring.metrics import relative_drop
from mmego.bench.scoring.scores import Estimate, Scores
from mmego.bench.scoring.table import Cell, ScoreTable

Setting = Literal["keep", "alpha"]


@dataclass(frozen=True, slots=True)
class Series:
    """Runs that differ in one setting alone: `values` rising, the run of each, and its main estimate.

    `spare` are further runs with one of these values.
    """

    label: str
    values: tuple[float, ...]
    runs: tuple[int, ...]
    estimates: tuple[Estimate, ...]
    spare: tuple[int, ...] = ()


def series_of(scores: Scores, setting: Setting) -> list[Series]:
    """Return a series for every model and settings that have runs with two or more values of `setting`.

    A run without a given value has the model's default. Of two runs with one value, the series takes the one with fewer
    failures, or else the first; the other is among `spare`.
    """
    found: dict[tuple[object, ...], dict[float, list[int]]] = {}
    for i in scores.seeing:
        run = scores.runs[i]
        value = run.value(setting)
        if value is not None:
            same = tuple((name, run.value(name)) for name in _OTHERS[setting])
            key = (run.model, run.fingerprint, run.settings.select or "default", *same)
            found.setdefault(key, {}).setdefault(value, []).append(i)
    made = []
    for (model, _, select, *_), runs in found.items():
        if len(runs) > 1:
            values = tuple(sorted(runs))
            ordered = [sorted(runs[value], key=lambda i: int(scores.failed[i].sum())) for value in values]
            places = tuple(same[0] for same in ordered)
            estimates = tuple(main_estimate(scores, i) for i in places)
            spare = tuple(i for same in ordered for i in same[1:])
            settings = [scores.runs[i].settings for same in ordered for i in same]
            label = f"{model} {'-'.join([str(select), *_common_settings(settings, setting)])}"
            made.append(Series(label, values, places, estimates, spare))
    return made


_OTHERS: dict[Setting, tuple[Literal["keep", "alpha", "frames"], ...]] = {
    "keep": ("alpha", "frames"),
    "alpha": ("keep", "frames"),
}


def _common_settings(settings: Sequence[RunSettings], setting: Setting) -> list[str]:
    """Return the settings that stay the same along a series, if a run of it has them: ``alpha0.1``."""
    values = {name: [getattr(one, name) for one in settings] for name in _OTHERS[setting]}
    given = ((name, next((value for value in column if value is not None), None)) for name, column in values.items())
    return [f"{name}{value:g}" for name, value in given if value is not None]


def spare_note(scores: Scores, series: Sequence[Series]) -> str:
    """Return a note with the runs that a series has no place for; "" if there are none."""
    spare = [scores.labels[i] for one in series for i in one.spare]
    if not spare:
        return ""
    return f" Not shown, for another run has the same settings and no more failures: {', '.join(dict.fromkeys(spare))}."


def main_name(scores: Scores) -> str:
    """Return the name of what series show: MDA if there is a panel, else accuracy; Avg if all groups are there."""
    what = "MDA" if scores.panel else "accuracy"
    return f"{what} (pooled)" if scores.missing_groups else f"{what} (Avg)"


def main_draws(scores: Scores, run: int) -> Draws:
    """Return the draws of what `main_name` names."""
    if scores.missing_groups:
        everything = scores.everything
        return scores.mda_draws(run, everything) if scores.panel else scores.accuracy_draws(run, everything)
    return scores.mda_average_draws(run) if scores.panel else scores.average_draws(run)


def main_estimate(scores: Scores, run: int) -> Estimate:
    """Return the estimate of what `main_name` names."""
    if scores.missing_groups:
        return scores.mda(run, scores.everything) if scores.panel else scores.accuracy(run, scores.everything)
    return scores.mda_average(run) if scores.panel else scores.average(run)


def frames_table(scores: Scores) -> ScoreTable:
    """Return the paper's Table 5: the estimate for each number of frames kept, and the drop from most to fewest."""
    table = _table(scores, "keep", lambda value: f"{value:g}", "frames", "Frames kept", descending=True)
    drops = [relative_drop_estimate(scores, one) for one in series_of(scores, "keep")]
    rows = tuple((*row, drop) for row, drop in zip(table.rows, drops, strict=True))
    note = f"{table.note} Drop: what is lost from the most to the fewest frames of the row, as a share of the former."
    return ScoreTable(table.key, table.title, (*table.columns, "relative drop"), rows, note)


def alpha_table(scores: Scores) -> ScoreTable:
    """Return the paper's Figure 7 as a table: the estimate for each alpha."""
    return _table(scores, "alpha", lambda value: f"alpha {value:g}", "alpha", "Alpha, the weight of exploration")


def relative_drop_estimate(scores: Scores, series: Series) -> Estimate:
    """Return (value at the most frames - at the fewest) / at the most, with the interval of the paired rounds."""
    most, fewest = (main_draws(scores, series.runs[place]) for place in (-1, 0))
    drop = relative_drop(most, fewest)
    if scores.missing_groups:
        mask: Mask = scores.everything
        videos = scores.bootstrap.videos(mask)
    else:
        mask = scores.in_groups
        videos = scores.fewest_videos(scores.panel or [None])
    return scores.estimate(drop, mask, videos=videos, signed=True)


def _table(
    scores: Scores, setting: Setting, name: Callable[[float], str], key: str, title: str, descending: bool = False
) -> ScoreTable:
    series = series_of(scores, setting)
    values = sorted({value for one in series for value in one.values}, reverse=descending)
    rows: list[tuple[Cell, ...]] = []
    for one in series:
        estimates = dict(zip(one.values, one.estimates, strict=True))
        rows.append((one.label, *(estimates.get(value) for value in values)))
    note = f"{main_name(scores)}, percent.{spare_note(scores, series)}"
    return ScoreTable(key, title, ("model", *map(name, values)), tuple(rows), note)
