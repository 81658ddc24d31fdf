"""Pictures of a data set for its card, one PNG each. Counts in, files out (`reporting.plots` has the style)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmego.qa.export.filter_steps import FilterStep, read_filter_steps
from mmego.qa.export.survey import POSITIONS, Survey, span_bin_names
from mmego.records.length_classes import LENGTH_CLASSES
from mmego.reporting.counts import commonest
from mmego.reporting.plots import (
    BLUE,
    GREY,
    MOST_BARS,
    ORANGE,
    add_legend_below,
    draw_bars,
    new_figure,
    plot_saver,
    short_label,
    use_thousands,
)


def draw_card_plots(survey: Survey, stats: Mapping[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Draw every picture that has counts into a new `folder`. Return (file name, caption) of each."""
    made: list[tuple[str, str]] = []
    with plot_saver(folder, made) as save:
        steps = read_filter_steps(stats)
        if steps:
            save("filters.png", "Turns left after each filter", _filters(steps))
        save("length_classes.png", "Conversations by length of their clip", _length_classes(survey, stats))
        save("question_types.png", "How questions begin", draw_question_types(survey))
        save("verbs_and_things.png", "What is asked about", _verbs_and_things(survey))
        save("key_spans.png", "Where the answers are", draw_key_spans(survey))
    return made


def _filters(steps: Sequence[FilterStep]) -> Any:
    """Draw the turns left after each filter, with the dropped ones in grey behind."""
    figure, axis = new_figure(8, 0.32 * len(steps) + 1.2)
    first = max(1, steps[0].seen)
    places = range(len(steps))
    axis.barh(places, [step.seen for step in steps], color=GREY, alpha=0.45, label="dropped here")
    axis.barh(places, [step.left for step in steps], color=BLUE, label="left")
    for place, step in enumerate(steps):
        dropped = f"-{step.dropped:,}" if step.dropped else "0"
        text = f" {step.left / first:.1%}  ({dropped})"
        axis.text(step.seen, place, text, va="center", fontsize=8)
    axis.set_yticks(places, [short_label(step.name.replace("_", " ")) for step in steps])
    axis.set_xlim(0, first * 1.3)
    axis.invert_yaxis()
    axis.set_xlabel("turns; in brackets: dropped by this filter")
    use_thousands(axis.xaxis)
    add_legend_below(figure, axis)
    return figure


def _length_classes(survey: Survey, stats: Mapping[str, Any]) -> Any:
    figure, axis = new_figure(7, 3.2)
    before = stats.get("length_classes", {}).get("before") or {}
    places = range(len(LENGTH_CLASSES))
    width = 0.4 if before else 0.7
    shift = width / 2 if before else 0.0
    if before:
        counts = [before.get(name, 0) for name in LENGTH_CLASSES]
        drawn = axis.bar([p - shift for p in places], counts, width, color=ORANGE, label="before balancing")
        axis.bar_label(drawn, fmt="{:,.0f}", fontsize=7)
    kept = [survey.length_classes[name] for name in LENGTH_CLASSES]
    drawn = axis.bar([p + shift for p in places], kept, width, color=BLUE, label="in this data set")
    axis.bar_label(drawn, fmt="{:,.0f}", fontsize=7)
    axis.set_xticks(places, [name.replace("-", "\u2013") for name in LENGTH_CLASSES])
    axis.set_xlabel("length of the clip, minutes")
    axis.set_ylabel("conversations")
    axis.grid(axis="y", alpha=0.3)
    use_thousands(axis.yaxis)
    if before:
        add_legend_below(figure, axis)
    return figure


def draw_question_types(survey: Survey, unit: str = "turns") -> Any:
    """Draw bars of how questions begin. `unit` names what is counted."""
    common = commonest(survey.openings, MOST_BARS)
    rest = survey.turns - sum(count for _, count in common)
    rows = [(f"{name} \u2026", count) for name, count in common] + ([("all others", rest)] if rest else [])
    figure, axis = new_figure(7, 0.27 * len(rows) + 0.9)
    draw_bars(axis, rows, survey.turns, unit)
    return figure


def _verbs_and_things(survey: Survey) -> Any:
    verbs, things = commonest(survey.verbs, MOST_BARS), commonest(survey.things, MOST_BARS)
    figure, (left, right) = new_figure(9, 0.27 * max(len(verbs), len(things), 4) + 1.1, 2)
    draw_bars(left, verbs, survey.turns, "turns whose question has it")
    left.set_title("verbs")
    draw_bars(right, things, survey.turns, "turns that name it")
    right.set_title("things")
    return figure


def draw_key_spans(survey: Survey) -> Any:
    """Draw where in the clip the key spans are, and how long they are."""
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
