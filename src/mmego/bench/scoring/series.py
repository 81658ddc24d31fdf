"""One model under one changing setting: frames kept and alpha (Table 5, Figure 7 of arXiv 2410.07177). Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from mmego.bench.data.runs import RunSettings
from mmego.bench.scoring.intervals import Draws, Mask
from mmego.bench.scoring.metrics import relative_drop
from mmego.bench.scoring.scores import Figure, Scores
from mmego.bench.scoring.table import Cell, Table

Setting = Literal["keep", "alpha"]


@dataclass(frozen=True, slots=True)
class Series:
    """Runs that differ in one setting alone: `values` rising, the run of each, and its main figure.

    `spare` are further runs with one of these values."""

    label: str
    values: tuple[float, ...]
    runs: tuple[int, ...]
    figures: tuple[Figure, ...]
    spare: tuple[int, ...] = ()


def series_of(scores: Scores, setting: Setting) -> list[Series]:
    """Every model and setting of which there are runs with two or more values of `setting`.

    A run that was not told a value has the model's default. Of two runs with one value that with fewer failures is
    taken, or else the first; the other is among `spare`.
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
            figures = tuple(main_figure(scores, i) for i in places)
            spare = tuple(i for same in ordered for i in same[1:])
            settings = [scores.runs[i].settings for same in ordered for i in same]
            label = f"{model} {'-'.join([str(select), *_told(settings, setting)])}"
            made.append(Series(label, values, places, figures, spare))
    return made


_OTHERS: dict[Setting, tuple[Literal["keep", "alpha", "frames"], ...]] = {
    "keep": ("alpha", "frames"),
    "alpha": ("keep", "frames"),
}


def _told(settings: Sequence[RunSettings], setting: Setting) -> list[str]:
    """What stays the same along a series, where a run of it was told so: ``alpha0.1``."""
    values = {name: [getattr(one, name) for one in settings] for name in _OTHERS[setting]}
    told = ((name, next((value for value in column if value is not None), None)) for name, column in values.items())
    return [f"{name}{value:g}" for name, value in told if value is not None]


def spare_note(scores: Scores, series: Sequence[Series]) -> str:
    """Names the runs that a series has no place for; "" if there are none."""
    spare = [scores.labels[i] for one in series for i in one.spare]
    if not spare:
        return ""
    return f" Not shown, for another run has the same settings and no more failures: {', '.join(dict.fromkeys(spare))}."


def main_name(scores: Scores) -> str:
    """What series are drawn of: MDA where there is a panel, accuracy otherwise; Avg where all groups are there."""
    what = "MDA" if scores.panel else "accuracy"
    return f"{what} (pooled)" if scores.missing_groups else f"{what} (Avg)"


def main_draws(scores: Scores, run: int) -> Draws:
    """The draws of the figure that `main_name` names."""
    if scores.missing_groups:
        everything = scores.everything
        return scores.mda_draws(run, everything) if scores.panel else scores.accuracy_draws(run, everything)
    return scores.mda_average_draws(run) if scores.panel else scores.average_draws(run)


def main_figure(scores: Scores, run: int) -> Figure:
    """The figure that `main_name` names."""
    if scores.missing_groups:
        return scores.mda(run, scores.everything) if scores.panel else scores.accuracy(run, scores.everything)
    return scores.mda_average(run) if scores.panel else scores.average(run)


def frames_table(scores: Scores) -> Table:
    """The paper's Table 5: the figure at each number of frames kept, and what is lost from the most to the fewest."""
    table = _table(scores, "keep", lambda value: f"{value:g}", "frames", "Frames kept", descending=True)
    drops = [relative_drop_figure(scores, one) for one in series_of(scores, "keep")]
    rows = tuple((*row, drop) for row, drop in zip(table.rows, drops, strict=True))
    note = f"{table.note} Drop: what is lost from the most to the fewest frames of the row, as a share of the former."
    return Table(table.key, table.title, (*table.columns, "relative drop"), rows, note)


def alpha_table(scores: Scores) -> Table:
    """The paper's Figure 7 as a table: the figure at each alpha."""
    return _table(scores, "alpha", lambda value: f"alpha {value:g}", "alpha", "Alpha, the weight of exploration")


def relative_drop_figure(scores: Scores, series: Series) -> Figure:
    """(figure at the most frames - at the fewest) / at the most, with the interval of the paired rounds."""
    most, fewest = (main_draws(scores, series.runs[place]) for place in (-1, 0))
    drop = relative_drop(most, fewest)
    if scores.missing_groups:
        mask: Mask = scores.everything
        videos = scores.draw.videos(mask)
    else:
        mask = scores.in_groups
        videos = scores.fewest_videos(scores.panel or [None])
    return scores.figure(drop, mask, videos=videos, signed=True)


def _table(
    scores: Scores, setting: Setting, name: Callable[[float], str], key: str, title: str, descending: bool = False
) -> Table:
    series = series_of(scores, setting)
    values = sorted({value for one in series for value in one.values}, reverse=descending)
    rows: list[tuple[Cell, ...]] = []
    for one in series:
        figures = dict(zip(one.values, one.figures, strict=True))
        rows.append((one.label, *(figures.get(value) for value in values)))
    note = f"{main_name(scores)}, percent.{spare_note(scores, series)}"
    return Table(key, title, ("model", *map(name, values)), tuple(rows), note)
