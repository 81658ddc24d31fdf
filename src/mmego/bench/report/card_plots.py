"""Plots of a benchmark for its card, one PNG each. Questions in, files out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmego.bench.data.letters import letter_balance
from mmego.qa.export.plots import draw_key_spans, draw_question_types
from mmego.qa.export.survey import Survey
from mmego.records import MCQ
from mmego.records.length_classes import LENGTH_CLASSES
from mmego.reporting.counts import commonest
from mmego.reporting.plots import BLUE, MOST_BARS, ORANGE, draw_bars, new_figure, plot_saver, use_thousands


def draw(questions: Sequence[MCQ], survey: Survey, folder: Path) -> list[tuple[str, str]]:
    """Draw every plot that has data into `folder`, which is made; return (file name, caption) of each."""
    made: list[tuple[str, str]] = []
    with plot_saver(folder, made) as save:
        if any(q.length_class for q in questions):
            save("length_classes.png", "Questions and videos by length of the clip", _length_classes(questions))
        save("categories.png", "Questions by category", _categories(questions))
        save("letters.png", "Which letter is right", _letters(questions))
        save("question_types.png", "How questions begin", draw_question_types(survey, "questions"))
        save("lengths.png", "Words in questions and options", _words(questions))
        if survey.spans:
            save("key_spans.png", "Where the answers are", draw_key_spans(survey))
    return made


def _length_classes(questions: Sequence[MCQ]) -> Any:
    figure, (left, right) = new_figure(9, 3.2, 2)
    places = range(len(LENGTH_CLASSES))
    asked = Counter(q.length_class for q in questions)
    videos = Counter(name for name, _ in {(q.length_class, q.video) for q in questions})
    for axis, counts, label, colour in ((left, asked, "questions", BLUE), (right, videos, "videos", ORANGE)):
        drawn = axis.bar(places, [counts[name] for name in LENGTH_CLASSES], 0.7, color=colour)
        axis.bar_label(drawn, fmt="{:,.0f}", fontsize=7)
        axis.set_xticks(places, [name.replace("-", "\u2013") for name in LENGTH_CLASSES])
        axis.set_xlabel("length of the clip, minutes")
        axis.set_ylabel(label)
        axis.grid(axis="y", alpha=0.3)
        use_thousands(axis.yaxis)
    return figure


def _categories(questions: Sequence[MCQ]) -> Any:
    counts = Counter(q.category for q in questions)
    rows = [(name.replace("_", " "), count) for name, count in commonest(counts, MOST_BARS)]
    rest = len(questions) - sum(count for _, count in rows)
    rows += [("all others", rest)] if rest else []
    figure, axis = new_figure(7, 0.27 * len(rows) + 0.9)
    draw_bars(axis, rows, len(questions), "questions")
    return figure


def _letters(questions: Sequence[MCQ]) -> Any:
    counts = letter_balance(questions).counts
    figure, axis = new_figure(4.5, 3.0)
    drawn = axis.bar(list(counts), list(counts.values()), 0.6, color=BLUE)
    axis.bar_label(drawn, fmt="{:,.0f}", fontsize=8)
    even = sum(1 / len(q.options) for q in questions)
    if len({len(q.options) for q in questions}) == 1:
        axis.axhline(even, color=ORANGE, linewidth=1.5, linestyle="--", label="even")
        axis.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    axis.set_xlabel("right option")
    axis.set_ylabel("questions")
    use_thousands(axis.yaxis)
    return figure


def _words(questions: Sequence[MCQ]) -> Any:
    """Draw the lengths of questions, and of right choices beside wrong ones, which should not differ."""
    figure, (left, right) = new_figure(9, 3.2, 2)
    asked = Counter(len(q.question.split()) for q in questions)
    _shares(left, [("", asked, BLUE)])
    left.set_xlabel("words in the question")
    left.set_ylabel("share of questions")
    right_words = Counter(len(q.options[q.answer].split()) for q in questions)
    wrong = Counter(len(o.split()) for q in questions for i, o in enumerate(q.options) if i != q.answer)
    _shares(right, [("right", right_words, BLUE), ("wrong", wrong, ORANGE)])
    right.set_xlabel("words in the option")
    right.set_ylabel("share of options")
    right.legend(frameon=False)
    return figure


def _shares(axis: Any, columns: Sequence[tuple[str, Counter[int], str]]) -> None:
    """Draw bars of shares side by side over whole numbers."""
    width = 0.8 / len(columns)
    for place, (label, counts, colour) in enumerate(columns):
        shift = (place - (len(columns) - 1) / 2) * width
        heights = [count / max(1, counts.total()) for count in counts.values()]
        axis.bar([value + shift for value in counts], heights, width, color=colour, label=label)
    axis.grid(axis="y", alpha=0.3)
    # No step of 2.5 %: its labels would be rounded to "2 %, 5 %, 8 %".
    axis.yaxis.get_major_locator().set_params(steps=[1, 2, 5, 10])
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axis.xaxis.get_major_locator().set_params(integer=True)
