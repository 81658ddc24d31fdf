"""The score curve as SVG: what is drawn, and where."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from mmego.records import Answer, Evidence, Span
from mmego.records.finding import Finding
from mmego.reporting.score_curve import LABEL, LEFT, PHONE, RIGHT, ROW, STEPS, WIDTH, score_curve, ticks


def finding(scores: list[float], evidence: tuple[Evidence, ...] = ()) -> Finding:
    answer = Answer("Q?", "a", None, evidence, len(scores), "m", "pointer")
    return Finding(answer, tuple(i + 0.5 for i in range(len(scores))), tuple(scores))


def drawn(svg: str, name: str) -> list[ET.Element]:
    return [element for element in ET.fromstring(svg).iter() if name in element.get("class", "").split()]


@pytest.mark.parametrize(("start", "end"), [(0, 3), (0, 20), (0, 151), (90, 3700), (0, 30_000), (0, 200_000)])
def test_ticks_are_round_inside_and_few(start: float, end: float) -> None:
    marks = ticks(start, end)
    assert 3 <= len(marks) <= 13
    assert start <= marks[0]
    assert marks[-1] <= end
    assert {b - a for a, b in pairwise(marks)} <= {float(s) for s in STEPS}
    assert len({b - a for a, b in pairwise(marks)}) == 1


def test_line_has_a_point_per_frame_and_the_best_is_highest() -> None:
    svg = score_curve(finding([0.1, 0.6, 0.2, 0.1]), Span(0, 4))
    (line,) = drawn(svg, "line")
    points = [tuple(map(float, p.split(","))) for p in line.get("points", "").split()]
    assert len(points) == 4
    assert min(points, key=lambda p: p[1]) == points[1]
    inside = WIDTH - LEFT - RIGHT
    assert [x for x, _ in points] == pytest.approx([LEFT + inside * (i + 0.5) / 4 for i in range(4)], abs=0.06)


def test_key_spans_and_gaps_are_bands_cut_to_the_drawing() -> None:
    svg = score_curve(finding([0.25] * 4), Span(0, 4), [Span(1, 2), Span(3.5, 99)], [Span(2, 2)])
    first, second = drawn(svg, "key")
    assert float(first.get("width", "0")) == pytest.approx((WIDTH - LEFT - RIGHT) / 4, abs=0.1)
    assert float(second.get("x", "0")) + float(second.get("width", "0")) == pytest.approx(WIDTH - RIGHT, abs=0.1)
    (gap,) = drawn(svg, "gap")
    assert float(gap.get("width", "0")) == 3.0  # a band of no length can still be seen


def test_dots_say_rank_time_and_origin() -> None:
    kept = (Evidence(1.5, 0.6, "pointer"), Evidence(3.5, 0.1, "explore"))
    svg = score_curve(finding([0.1, 0.6, 0.2, 0.1], kept), Span(0, 4))
    assert len(drawn(svg, "dot")) == 2
    assert len(drawn(svg, "explore")) == 1
    assert "1. 00:01, score 0.600, by pointer" in svg
    assert [e.text for e in drawn(svg, "rank")] == ["1", "2"]


@pytest.mark.parametrize("width", [WIDTH, PHONE])
@pytest.mark.parametrize("kept", [1, 3, 32])
def test_neighbours_keep_their_numbers_apart_and_joined_to_their_dots(kept: int, width: int) -> None:
    evidence = tuple(Evidence(100.5 + i, 0.01, "pointer") for i in range(kept))
    svg = score_curve(finding([0.001] * 1000, evidence), Span(0, 1000), width=width)
    numbers = drawn(svg, "rank")
    assert [e.text for e in numbers] == [str(n) for n in range(1, kept + 1)]
    assert len(drawn(svg, "dot")) == kept
    places = [(float(e.get("x", "0")), float(e.get("y", "0"))) for e in numbers]
    for n, (x, y) in enumerate(places):
        assert LEFT <= x <= width - RIGHT
        assert all(abs(x - other) >= LABEL - 0.2 or abs(y - row) >= ROW for other, row in places[:n])
    for line, (x, _), dot in zip(drawn(svg, "lead"), places, drawn(svg, "dot")[::-1], strict=True):
        points = [tuple(map(float, p.split(","))) for p in line.get("points", "").split()]
        (circle,) = (e for e in dot if e.tag.endswith("circle"))
        assert points[0][0] == x
        assert points[-1] == (float(circle.get("cx", "0")), float(circle.get("cy", "0")))


def test_both_axes_have_a_title() -> None:
    assert [e.text for e in drawn(score_curve(finding([1.0]), Span(0, 90)), "title")] == [
        "score",
        "time in the video, min:s",
    ]
    assert "time in the video, h:min:s" in score_curve(finding([1.0]), Span(0, 3600))


def test_blind_answer_has_no_curve_and_one_frame_has() -> None:
    assert score_curve(finding([]), Span(0, 4)) == ""
    assert not re.search("nan|inf", score_curve(finding([1.0]), Span(0, 0)))
