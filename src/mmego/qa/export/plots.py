"""Pictures of a data set for its card, one PNG each. Counts in, files out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmego.errors import require_extra
from mmego.qa.export.funnel import Step, funnel
from mmego.qa.export.statistics import POSITIONS, Survey, span_bin_names
from mmego.records.length_classes import LENGTH_CLASSES
from mmego.reporting.counts import commonest

# Blue and orange are told apart with every common kind of colour blindness, and in grey.
BLUE, ORANGE, GREY = "#0072b2", "#e69f00", "#9a9a9a"
MOST_BARS = 15
STYLE: dict[Any, Any] = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
# No time and no version of matplotlib in the file: same counts, same bytes.
METADATA = {"Software": None}


def draw(survey: Survey, stats: Mapping[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Draw every picture there are counts for into `folder`, which is made; returns (file name, caption) of each."""
    made: list[tuple[str, str]] = []
    with pictures(folder, made) as save:
        steps = funnel(stats)
        if steps:
            save("filters.png", "Turns left after each filter", _filters(steps))
        save("length_classes.png", "Conversations by length of their clip", _length_classes(survey, stats))
        save("question_types.png", "How questions begin", question_types(survey))
        save("verbs_and_things.png", "What is asked about", _verbs_and_things(survey))
        save("key_spans.png", "Where the answers are", key_spans(survey))
    return made


@contextmanager
def pictures(folder: Path, made: list[tuple[str, str]]) -> Iterator[Callable[[str, str, Any], None]]:
    """Set the style; gives what saves a picture (file name, caption, figure) in `folder` and notes it in `made`."""
    require_extra("matplotlib", "data")
    import matplotlib

    folder.mkdir(parents=True, exist_ok=True)

    def save(name: str, caption: str, figure: Any) -> None:
        figure.savefig(folder / name, dpi=110, metadata=METADATA)
        made.append((name, caption))

    with matplotlib.rc_context(STYLE):
        yield save


def new_figure(width: float, height: float, columns: int = 1) -> tuple[Any, Any]:
    """A figure that no window and no global state knows of, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns)


def _filters(steps: Sequence[Step]) -> Any:
    """Turns left after each filter; what the filter took away is drawn in grey behind."""
    figure, axis = new_figure(8, 0.32 * len(steps) + 1.2)
    first = max(1, steps[0].seen)
    places = range(len(steps))
    axis.barh(places, [step.seen for step in steps], color=GREY, alpha=0.45, label="dropped here")
    axis.barh(places, [step.left for step in steps], color=BLUE, label="left")
    for place, step in enumerate(steps):
        dropped = f"-{step.dropped:,}" if step.dropped else "0"
        text = f" {step.left / first:.1%}  ({dropped})"
        axis.text(step.seen, place, text, va="center", fontsize=8)
    axis.set_yticks(places, [_short(step.name.replace("_", " ")) for step in steps])
    axis.set_xlim(0, first * 1.3)
    axis.invert_yaxis()
    axis.set_xlabel("turns; in brackets: dropped by this filter")
    thousands(axis.xaxis)
    legend_below(figure, axis)
    return figure


def _length_classes(survey: Survey, stats: Mapping[str, Any]) -> Any:
    figure, axis = new_figure(7, 3.2)
    before = stats.get("length_classes", {}).get("before") or {}
    places = range(len(LENGTH_CLASSES))
    width = 0.4 if before else 0.7
    shift = width / 2 if before else 0.0
    if before:
        counts = [before.get(name, 0) for name in LENGTH_CLASSES]
        bars = axis.bar([p - shift for p in places], counts, width, color=ORANGE, label="before balancing")
        axis.bar_label(bars, fmt="{:,.0f}", fontsize=7)
    kept = [survey.length_classes[name] for name in LENGTH_CLASSES]
    bars = axis.bar([p + shift for p in places], kept, width, color=BLUE, label="in this data set")
    axis.bar_label(bars, fmt="{:,.0f}", fontsize=7)
    axis.set_xticks(places, [name.replace("-", "\u2013") for name in LENGTH_CLASSES])
    axis.set_xlabel("length of the clip, minutes")
    axis.set_ylabel("conversations")
    axis.grid(axis="y", alpha=0.3)
    thousands(axis.yaxis)
    if before:
        legend_below(figure, axis)
    return figure


def question_types(survey: Survey, unit: str = "turns") -> Any:
    """Bars of how questions begin; `unit` is what is counted."""
    common = commonest(survey.openings, MOST_BARS)
    rest = survey.turns - sum(count for _, count in common)
    rows = [(f"{name} \u2026", count) for name, count in common] + ([("all others", rest)] if rest else [])
    figure, axis = new_figure(7, 0.27 * len(rows) + 0.9)
    bars(axis, rows, survey.turns, unit)
    return figure


def _verbs_and_things(survey: Survey) -> Any:
    verbs, things = commonest(survey.verbs, MOST_BARS), commonest(survey.things, MOST_BARS)
    figure, (left, right) = new_figure(9, 0.27 * max(len(verbs), len(things), 4) + 1.1, 2)
    bars(left, verbs, survey.turns, "turns whose question has it")
    left.set_title("verbs")
    bars(right, things, survey.turns, "turns that name it")
    right.set_title("things")
    return figure


def key_spans(survey: Survey) -> Any:
    """Where in the clip the key spans lie, and how long they are."""
    figure, (left, right) = new_figure(9, 3.2, 2)
    total = max(1, survey.spans)
    edges = [(index + 0.5) / POSITIONS for index in range(POSITIONS)]
    heights = [survey.positions[index] / total for index in range(POSITIONS)]
    left.bar(edges, heights, 0.9 / POSITIONS, color=BLUE)
    left.axhline(1 / POSITIONS, color=ORANGE, linewidth=1.5, linestyle="--", label="even")
    left.set_xlabel("middle of the key span in the clip (0 start, 1 end)")
    left.set_ylabel("share of key spans")
    left.set_xlim(0, 1)
    left.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    names = span_bin_names()
    right.bar(range(len(names)), [survey.span_lengths[i] / total for i in range(len(names))], 0.8, color=BLUE)
    right.set_xticks(range(len(names)), [name.replace("-", "\u2013").replace(">=", "\u2265") for name in names])
    right.set_xlabel("length of the key span, seconds")
    for axis in (left, right):
        axis.grid(axis="y", alpha=0.3)
        axis.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure


def bars(axis: Any, rows: Sequence[tuple[str, int]], total: int, label: str) -> None:
    """Horizontal bars, the first row on top, each with its share of `total`."""
    places = range(len(rows))
    axis.barh(places, [count for _, count in rows], color=BLUE)
    for place, (_, count) in enumerate(rows):
        axis.text(count, place, f" {count / max(1, total):.1%}", va="center", fontsize=8)
    axis.set_yticks(places, [_short(name) for name, _ in rows])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(0, 1.15 * max([count for _, count in rows], default=1))
    axis.set_xlabel(label)
    axis.locator_params(axis="x", nbins=5)
    thousands(axis.xaxis)


def _short(text: str, most: int = 28) -> str:
    # A dollar sign would begin a formula.
    return (text if len(text) <= most else text[: most - 1] + "\u2026").replace("$", r"\$")


def thousands(axis: Any) -> None:
    """Whole numbers with commas along an axis."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def legend_below(figure: Any, axis: Any) -> None:
    """A legend that covers nothing."""
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
