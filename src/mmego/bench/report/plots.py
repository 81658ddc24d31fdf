"""Plots of a benchmark's scores: the numbers of its tables, drawn. As SVG for the page, as PNG beside the Markdown."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmego.bench.scoring.intervals import Mask
from mmego.bench.scoring.scores import Estimate, Scores
from mmego.bench.scoring.series import Series, main_name, series_of, spare_note
from mmego.errors import require_extra

# Okabe and Ito's colours: distinct with every common kind of colour blindness.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a8a8a", "#b8a900")
MOST_RUNS = len(COLOURS)
MOST_ROWS = 24
# Drawn in this colour and written as `currentColor`, which follows the page's light or dark mode.
_INK = "#010203"
_STYLE: dict[Any, Any] = {
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "mmego",
    **dict.fromkeys(("text.color", "xtick.color", "ytick.color", "axes.labelcolor", "axes.edgecolor"), _INK),
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn picture: `name` of its file, `caption` below it, and its bytes in both formats."""

    name: str
    caption: str
    svg: str
    png: bytes


def draw_plots(scores: Scores) -> list[Plot]:
    """Return every plot that has numbers, in the order of a report."""
    require_extra("matplotlib", "data")
    import matplotlib

    made: list[Plot] = []
    with matplotlib.rc_context(_STYLE):
        for name, setting, label in (("frames", "keep", "frames kept"), ("alpha", "alpha", "alpha")):
            series = series_of(scores, "keep" if setting == "keep" else "alpha")
            if series:
                caption = f"{main_name(scores)} by {label}; bars: {_level(scores)} intervals"
                caption += spare_note(scores, series).rstrip(".").replace(" Not", "; not", 1)
                made.append(_plot(name, caption, _curves(scores, series[:MOST_RUNS], label, setting == "keep")))
        if scores.blind:
            made.append(_plot("blind", "Accuracy with and without the video", _blind(scores)))
        for name, parts, label in (
            ("classes", scores.classes, "length of the clip, minutes"),
            ("categories", scores.categories, "category"),
        ):
            there = {part: mask for part, mask in parts.items() if mask.any()}
            if there:
                first = f"; the first {MOST_RUNS} runs" if len(scores.runs) > MOST_RUNS else ""
                caption = f"Accuracy by {label.partition(',')[0]}; bars: {_level(scores)} intervals over videos{first}"
                made.append(_plot(name, caption, _parts(scores, there, label)))
        if any(run.errors for run in scores.runs):
            made.append(_plot("errors", "Failed questions by reason", _errors(scores)))
    return made


def _level(scores: Scores) -> str:
    return f"{100 * scores.level:g} %"


def _plot(name: str, caption: str, figure: Any) -> Plot:
    svg, png = io.StringIO(), io.BytesIO()
    figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    figure.savefig(png, format="png", dpi=120, metadata={"Software": None})
    # From the element on: SVG inside a page has no XML declaration.
    text = svg.getvalue()
    return Plot(name, caption, text[text.index("<svg") :].replace(_INK, "currentColor"), png.getvalue())


def _figure(width: float, height: float) -> tuple[Any, Any]:
    """Return a figure that no window and no global state knows of, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _curves(scores: Scores, series: Sequence[Series], label: str, doubling: bool) -> Any:
    """Draw one line a series, over frames kept (a doubling axis) or alpha."""
    figure, axis = _figure(7, 3.6)
    values = sorted({value for one in series for value in one.values})
    for colour, one in zip(COLOURS, series, strict=False):
        _points(axis, one.values, one.estimates, colour, one.label, line=True)
    if doubling and values[0] > 0:
        axis.set_xscale("log", base=2)
        axis.minorticks_off()
    axis.set_xticks(values, [f"{value:g}" for value in values])
    axis.set_xlabel(label)
    axis.set_ylabel(f"{main_name(scores)}, %")
    axis.grid(alpha=0.25)
    _legend(figure, axis, fewest=1)
    return figure


def _points(axis: Any, x: Sequence[float], estimates: Sequence[Estimate], colour: str, label: str, line: bool) -> None:
    """Draw estimates in percent with their intervals."""
    y = [100 * one.value for one in estimates]
    # With very few videos, a percentile interval may not contain the value itself.
    below = [max(0.0, 100 * (one.value - one.low)) if one.low == one.low else 0.0 for one in estimates]
    above = [max(0.0, 100 * (one.high - one.value)) if one.high == one.high else 0.0 for one in estimates]
    style = "o-" if line else "o"
    axis.errorbar(x, y, [below, above], fmt=style, color=colour, capsize=3, markersize=5, linewidth=1.6, label=label)


def _blind(scores: Scores) -> Any:
    """Draw a row for each blind run and, below it, the runs of the same model that saw the video."""
    rows: list[tuple[str, Estimate, str]] = []
    for i in scores.blind:
        run = scores.runs[i]
        rows.append((scores.labels[i], scores.accuracy(i, scores.everything), COLOURS[6]))
        for j in scores.seeing:
            if (scores.runs[j].model, scores.runs[j].fingerprint) == (run.model, run.fingerprint):
                rows.append((scores.labels[j], scores.accuracy(j, scores.everything), COLOURS[0]))
    rows = rows[:MOST_ROWS]
    figure, axis = _figure(7.5, 0.34 * len(rows) + 1.1)
    for place, (_, one, colour) in enumerate(rows):
        axis.barh(place, 100 * one.value, 0.66, color=colour, alpha=0.85)
        if one.low == one.low:
            axis.plot([100 * one.low, 100 * one.high], [place, place], color=_INK, linewidth=1.3)
        edge = max(100 * one.value, 100 * one.high if one.high == one.high else 0.0)
        axis.text(edge + 1, place, f"{100 * one.value:.1f}", va="center", fontsize=8.5)
    _chance(axis, scores, vertical=True)
    axis.set_yticks(range(len(rows)), [_short(label) for label, _, _ in rows])
    axis.invert_yaxis()
    axis.set_xlim(0, 105)
    axis.set_xlabel("accuracy, % (grey: blind; dashed: guessing)")
    return figure


def _parts(scores: Scores, parts: Mapping[str, Mask], label: str) -> Any:
    """Draw the accuracy of each run on each part, side by side: parts across, or down if their names are long."""
    names = list(parts)[:MOST_ROWS]
    shown = range(min(len(scores.runs), MOST_RUNS))
    down = max(map(len, names)) > 7
    figure, axis = _figure(7.5, max(3.2, (0.11 * len(shown) + 0.22) * len(names) + 1.2)) if down else _figure(8.5, 3.8)
    for i in shown:
        estimates = [scores.accuracy(i, parts[name]) for name in names]
        shift = (i - (len(shown) - 1) / 2) * 0.72 / max(1, len(shown))
        places = [place + shift for place in range(len(names))]
        if down:
            _sideways(axis, places, estimates, COLOURS[i], _short(scores.labels[i]))
        else:
            _points(axis, places, estimates, COLOURS[i], _short(scores.labels[i]), line=False)
    _chance(axis, scores, vertical=down)
    if down:
        axis.set_yticks(range(len(names)), [_short(name) for name in names])
        axis.invert_yaxis()
        axis.set_xlabel("accuracy, % (dashed: guessing)")
        axis.set_xlim(0, 101)
    else:
        axis.set_xticks(range(len(names)), [name.replace("-", "\u2013") for name in names])
        axis.set_xlabel(f"{label} (dashed: guessing)")
        axis.set_ylabel("accuracy, %")
        axis.set_ylim(0, 101)
    axis.grid(axis="x" if down else "y", alpha=0.25)
    _legend(figure, axis)
    return figure


def _sideways(axis: Any, places: Sequence[float], estimates: Sequence[Estimate], colour: str, label: str) -> None:
    for place, one in zip(places, estimates, strict=True):
        if one.low == one.low:
            axis.plot([100 * one.low, 100 * one.high], [place, place], color=colour, linewidth=1.4)
    axis.plot([100 * one.value for one in estimates], places, "o", color=colour, markersize=4.5, label=label)


def _errors(scores: Scores) -> Any:
    counts = Counter(
        (label, text.partition(": ")[0])
        for label, run in zip(scores.labels, scores.runs, strict=True)
        for text in run.errors.values()
    )
    rows = counts.most_common(MOST_ROWS)
    figure, axis = _figure(7.5, 0.3 * len(rows) + 1.0)
    axis.barh(range(len(rows)), [count for _, count in rows], color=COLOURS[5])
    for place, (_, count) in enumerate(rows):
        axis.annotate(f"{count:,}", (count, place), (4, 0), textcoords="offset points", va="center", fontsize=8.5)
    axis.set_yticks(range(len(rows)), [_short(f"{label}: {reason}", 60) for (label, reason), _ in rows])
    axis.invert_yaxis()
    axis.set_xlim(0, 1.12 * rows[0][1])
    axis.set_xlabel("questions without an answer")
    return figure


def _chance(axis: Any, scores: Scores, vertical: bool) -> None:
    draw = axis.axvline if vertical else axis.axhline
    draw(100 * scores.chance, color=_INK, linewidth=1, linestyle="--", alpha=0.6)


def _legend(figure: Any, axis: Any, fewest: int = 2) -> None:
    handles, labels = axis.get_legend_handles_labels()
    if len(labels) >= fewest:
        figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)


def _short(text: str, most: int = 44) -> str:
    # A dollar sign would begin a formula.
    return (text if len(text) <= most else text[: most - 1] + "\u2026").replace("$", r"\$")
