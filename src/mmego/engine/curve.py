"""The score curve of one question as an inline SVG drawing: pure strings, coloured by the page's CSS variables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from mmego.engine.finding import Finding, clock
from mmego.records import Span

WIDTH, HEIGHT = 960, 212
LEFT, RIGHT, TOP, BOTTOM = 46, 24, 22, 30
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
MAX_LABELS = 12


def ticks(start: float, end: float, wanted: int = 12) -> list[float]:
    """Round times in [start, end], about `wanted` of them, one of `STEPS` apart (seconds)."""
    step = next((s for s in STEPS if (end - start) / s <= wanted), STEPS[-1])
    first = math.ceil(start / step)
    return [float(i * step) for i in range(first, math.floor(end / step) + 1)]


class _Scale:
    """From seconds and scores to the drawing's units."""

    def __init__(self, start: float, end: float, top: float) -> None:
        self.start, self.length, self.top = start, max(end - start, 1e-9), top

    def x(self, time: float) -> float:
        share = min(max((time - self.start) / self.length, 0.0), 1.0)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, score: float) -> float:
        return HEIGHT - BOTTOM - score / self.top * (HEIGHT - TOP - BOTTOM)


def score_curve(finding: Finding, span: Span, key_spans: Sequence[Span] = (), gaps: Sequence[Span] = ()) -> str:
    """Draw scores over time as one ``<svg>`` element; an empty string for a blind answer, which has no timeline.

    `span` (seconds) is the stretch of video the axis covers, `key_spans` the true spans where they are known (green
    bands), `gaps` the stretches without pictures (hatched). The frames kept are dots on the curve, numbered best first.
    """
    if not finding.times:
        return ""
    scale = _Scale(span.start, span.end, max(finding.scores) * 1.04)
    parts = [_bands(scale, key_spans, "key", "the event asked about")]
    parts += [_bands(scale, gaps, "gap", "no pictures"), _axes(scale, span)]
    points = " ".join(f"{scale.x(t):.1f},{scale.y(s):.1f}" for t, s in zip(finding.times, finding.scores, strict=True))
    floor = scale.y(0.0)
    first, last = scale.x(finding.times[0]), scale.x(finding.times[-1])
    parts.append(f'<polygon class="area" points="{first:.1f},{floor} {points} {last:.1f},{floor}"/>')
    parts.append(f'<polyline class="line" points="{points}"/>')
    parts.append(_markers(scale, finding))
    label = f"Score of each of {len(finding.times)} frames from {clock(span.start)} to {clock(span.end)}"
    return f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _bands(scale: _Scale, spans: Sequence[Span], name: str, meaning: str) -> str:
    """Full-height bands over `spans`, at least three units wide so that a short one can be seen."""
    drawn = []
    for span in spans:
        left, right = scale.x(span.start), scale.x(span.end)
        width = max(right - left, 3.0)
        title = escape(f"{meaning}: {clock(span.start)} to {clock(span.end)}")
        drawn.append(
            f'<rect class="{name}" x="{left:.1f}" y="{TOP}" width="{width:.1f}" height="{HEIGHT - TOP - BOTTOM}">'
            f"<title>{title}</title></rect>"
        )
    return "".join(drawn)


def _axes(scale: _Scale, span: Span) -> str:
    """The base line, time labels below it, and the score of the top line."""
    floor = scale.y(0.0)
    best = scale.top / 1.04
    drawn = [f'<line class="axis" x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>']
    for score in (best / 2, best):
        y = scale.y(score)
        drawn.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{score:.2g}</text>')
    for time in ticks(span.start, span.end):
        x = scale.x(time)
        drawn.append(f'<line class="axis" x1="{x:.1f}" y1="{floor}" x2="{x:.1f}" y2="{floor + 5}"/>')
        drawn.append(f'<text x="{x:.1f}" y="{floor + 19}" text-anchor="middle">{clock(time)}</text>')
    return "".join(drawn)


def _markers(scale: _Scale, finding: Finding) -> str:
    """A stem and a dot per frame kept; worst first, so that the best lie on top."""
    evidence = finding.answer.evidence
    drawn = []
    for rank, item in reversed(list(enumerate(evidence, 1))):
        x, y = scale.x(item.time), scale.y(item.score)
        title = f"{rank}. {clock(item.time)}, score {item.score:.3f}, by {item.by}"
        drawn.append(
            f'<g class="dot {item.by}"><title>{title}</title>'
            f'<line x1="{x:.1f}" y1="{scale.y(0.0)}" x2="{x:.1f}" y2="{y:.1f}"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/></g>'
        )
    # Neighbouring seconds are often kept together: a number that would sit on one already written is left out.
    taken: list[float] = []
    for rank, item in enumerate(evidence[:MAX_LABELS], 1):
        x = scale.x(item.time)
        if all(abs(x - other) > 12 for other in taken):
            taken.append(x)
            drawn.append(
                f'<text class="rank" x="{x:.1f}" y="{scale.y(item.score) - 9:.1f}" text-anchor="middle">{rank}</text>'
            )
    return "".join(drawn)
