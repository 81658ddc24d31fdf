"""Pictures: drawn from any counts, the same bytes for the same counts, nothing cut off."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmego.qa.export import plots
from mmego.qa.export.plots import MOST_BARS, draw_card_plots
from mmego.qa.export.survey import Survey
from mmego.records import QA, Source, Span, Turn
from tests.qa.small_set import conversations, stats

pytest.importorskip("matplotlib")
NAMES = ["filters.png", "length_classes.png", "question_types.png", "verbs_and_things.png", "key_spans.png"]


def edge_is_white(path: Path) -> bool:
    """Return True if no ink touches the border: nothing was cut off."""
    pixels = np.asarray(Image.open(path).convert("L"))
    return all((side > 250).all() for side in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))


def test_all_pictures_are_drawn_whole_and_the_same_again(tmp_path: Path) -> None:
    samples = conversations()
    made = draw_card_plots(Survey.of(samples), stats(samples), tmp_path / "a")
    assert [name for name, _ in made] == NAMES
    draw_card_plots(Survey.of(samples), stats(samples), tmp_path / "b")
    for name in NAMES:
        assert edge_is_white(tmp_path / "a" / name), name
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_odd_counts(tmp_path: Path) -> None:
    long = "supercalifragilisticexpialidocious" * 3
    turns = tuple(Turn(f"{long}{i} costs $5_{{ in $?", f"the {long}", ()) for i in range(40))
    survey = Survey.of([QA("i", "v", Span(0.0, 0.0), turns, Source("own", "rules"))])
    big = {"name": "a_very_long_name_of_a_filter_that_somebody_wrote", "seen": 7_000_000, "dropped": 7_000_000}
    made = draw_card_plots(survey, {"filters": [big, {"name": "b", "seen": 0, "dropped": 0}]}, tmp_path)
    assert [name for name, _ in made] == NAMES
    assert all(edge_is_white(tmp_path / name) for name in NAMES)


def test_an_empty_data_set_and_no_statistics(tmp_path: Path) -> None:
    assert [name for name, _ in draw_card_plots(Survey(), {}, tmp_path)] == NAMES[1:]


def test_labels_do_not_overlap_and_bars_are_few() -> None:
    turns = tuple(Turn(f"word{i} did I?", "the mug", ()) for i in range(40))
    survey = Survey.of([QA("i", "v", Span(0.0, 9.0), turns, Source("own", "rules"))])
    figure = plots.draw_question_types(survey)
    figure.draw_without_rendering()
    (axis,) = figure.axes
    labels = axis.get_yticklabels()
    assert len(labels) == MOST_BARS + 1
    assert labels[-1].get_text() == "all others"
    for upper, lower in itertools.pairwise([label.get_window_extent() for label in labels]):
        assert upper.y0 >= lower.y1 - 1
