"""The first table of a report: at most five rows with the main results."""

from __future__ import annotations

from collections.abc import Sequence

from mmego.bench.scoring.scores import GROUPS, NOTHING, Estimate, Scores
from mmego.bench.scoring.table import Cell, ScoreTable

MOST_ROWS = 5
MOST_MODELS = 3
NOTE = (
    "{accuracy}; {level} % intervals by bootstrap over videos. The last columns are differences in accuracy (points): "
    "to the run of the same model on as many evenly spaced frames, and to its blind run. {best}All tables are below."
)
BEST = "Of several settings of a model this is the best one here, which flatters it a little. "


def summary_table(scores: Scores, chosen: Sequence[int] | None = None) -> ScoreTable:
    """Return the best run of each model that sees, and beside the first its even frames and its blind run.

    `chosen`: these runs instead, in this order; at most five are taken.
    """
    picked = list(_pick(scores) if chosen is None else chosen)[:MOST_ROWS]
    whole = not scores.missing_groups
    accuracy = "Avg" if whole else "accuracy"
    columns = ("run", "MDA", accuracy, *map(str.capitalize, GROUPS), "against even frames", "against blind")
    rows = tuple(_row(scores, i) for i in picked)
    what = (
        "Percent; MDA and Avg are means of Short, Medium and Long, which are accuracies" if whole else "Percent, pooled"
    )
    several = chosen is None and any(len(_settings(scores, i)) > 1 for i in picked)
    note = NOTE.format(accuracy=what, level=f"{100 * scores.level:g}", best=BEST if several else "")
    return ScoreTable("summary", "Summary", columns, rows, note)


def _row(scores: Scores, run: int) -> tuple[Cell, ...]:
    groups = [scores.accuracy(run, scores.groups[group]) for group in GROUPS]
    blind = run in scores.blind
    mda = NOTHING if blind else scores.mda(run, scores.everything) if scores.missing_groups else scores.mda_average(run)
    others = (None, None) if blind else (even_run(scores, run), blind_run(scores, run))
    gaps = [NOTHING if other in (None, run) else difference(scores, run, other) for other in others]
    return (scores.labels[run], mda, _accuracy(scores, run), *groups, *gaps)


def difference(scores: Scores, run: int, other: int) -> Estimate:
    """Return how much more `run` answers right than `other`: in Avg, or pooled where a group has no question."""
    if scores.missing_groups:
        draws = scores.accuracy_draws(run, scores.everything) - scores.accuracy_draws(other, scores.everything)
        return scores.estimate(draws, scores.everything, signed=True)
    draws = scores.average_draws(run) - scores.average_draws(other)
    return scores.estimate(draws, scores.in_groups, None, scores.fewest_videos([None]), signed=True)


def even_run(scores: Scores, run: int) -> int | None:
    """Return the run of the same model on as many evenly spaced frames; None if there is none, or it is `run`."""
    keep = scores.runs[run].value("keep")
    found = [i for i in _settings(scores, run) if _even(scores, i) and scores.runs[i].value("keep") == keep]
    # Out of how many frames evenly spaced ones are taken hardly matters: prefer the same number, else take any.
    frames = scores.runs[run].value("frames")
    found.sort(key=lambda i: scores.runs[i].value("frames") != frames)
    return None if run in found or not found else found[0]


def blind_run(scores: Scores, run: int) -> int | None:
    """Return the blind run of the same model."""
    return next((i for i in scores.blind if _model(scores, i) == _model(scores, run)), None)


def _pick(scores: Scores) -> list[int]:
    """Return the best runs of the first few models (those that choose frames first), then the runs to compare with."""
    best: dict[tuple[str, str], int] = {}
    for i in sorted(scores.seeing, key=lambda i: (_even(scores, i), -_accuracy(scores, i).value)):
        best.setdefault(_model(scores, i), i)
    picked = sorted(best.values(), key=lambda i: -_accuracy(scores, i).value)[:MOST_MODELS]
    beside = [find(scores, picked[0]) for find in (even_run, blind_run)] if picked else []
    picked += [i for i in beside if i is not None and i not in picked]
    return picked or list(scores.blind)


def _accuracy(scores: Scores, run: int) -> Estimate:
    return scores.accuracy(run, scores.everything) if scores.missing_groups else scores.average(run)


def _settings(scores: Scores, run: int) -> list[int]:
    """Return the runs of the same model that see."""
    return [i for i in scores.seeing if _model(scores, i) == _model(scores, run)]


def _model(scores: Scores, run: int) -> tuple[str, str]:
    return scores.runs[run].model, scores.runs[run].fingerprint


def _even(scores: Scores, run: int) -> bool:
    return scores.runs[run].settings.select == "uniform"
