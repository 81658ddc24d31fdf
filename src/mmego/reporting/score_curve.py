"""The score curve of one question as inline SVG. Pure; the page's CSS variables give the colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from mmego.records import Evidence, Span
from mmego.records.clock_time import clock_time
from mmego.records.finding import Finding
from mmego.reporting.label_positions import spread

WIDTH, PHONE = 960, 320
"""Width of the drawing on a screen and on a phone, in units of about a pixel."""
PLOT = 160
"""Height of the part with the scores, in units."""
LEFT, RIGHT, TOP, BOTTOM = 60, 30, 6, 48
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
TICK = 70
"""Width of a time on the axis with the space beside it, in units."""
LABEL, ROW = 19, 15
"""Width of a number of two digits, and distance of two rows of numbers, in units."""
MOST_LABELS = 64


def ticks(start: float, end: float, wanted: int = 12) -> list[float]:
    """Return round times in [start, end] (seconds): about `wanted` of them, one of `STEPS` apart."""
    step = next((s for s in STEPS if (end - start) / s <= wanted), STEPS[-1])
    first = math.ceil(start / step)
    return [float(i * step) for i in range(first, math.floor(end / step) + 1)]


class _Scale:
    """Converts seconds and scores to the drawing's units. Above the plot are `rows` rows of numbers."""

    def __init__(self, span: Span, top: float, width: int, labels: int) -> None:
        self.start, self.length, self.top = span.start, max(span.end - span.start, 1e-9), top
        self.right = width - RIGHT
        self.rows = max(1, math.ceil((labels - 1) * LABEL / (self.right - LEFT)))
        self.ceiling = TOP + self.rows * ROW + 10
        self.floor = self.ceiling + PLOT
        self.width, self.height = width, self.floor + BOTTOM

    def x(self, time: float) -> float:
        share = min(max((time - self.start) / self.length, 0.0), 1.0)
        return LEFT + share * (self.right - LEFT)

    def y(self, score: float) -> float:
        return self.floor - score / self.top * PLOT


def score_curve(
    finding: Finding, span: Span, key_spans: Sequence[Span] = (), gaps: Sequence[Span] = (), width: int = WIDTH
) -> str:
    """Draw scores over time as one ``<svg>`` element; an empty string for a blind answer, which has no times.

    `span` (seconds) is the part of the video on the axis, `key_spans` the true spans if known (green bands), `gaps` the
    spans without pictures (hatched). Key frames are dots on the curve, numbered from the best. The numbers are above
    the plot, with lines to their dots, because key frames are often close together. `width`: `WIDTH` or `PHONE`.
    """
    if not finding.times:
        return ""
    kept = list(enumerate(finding.answer.evidence, 1))
    scale = _Scale(span, max(finding.scores) * 1.04, width, min(len(kept), MOST_LABELS))
    parts = [_bands(scale, key_spans, "key", "the event asked about")]
    parts += [_bands(scale, gaps, "gap", "no pictures"), _axes(scale, span)]
    points = " ".join(f"{scale.x(t):.1f},{scale.y(s):.1f}" for t, s in zip(finding.times, finding.scores, strict=True))
    first, last = scale.x(finding.times[0]), scale.x(finding.times[-1])
    parts.append(f'<polygon class="area" points="{first:.1f},{scale.floor} {points} {last:.1f},{scale.floor}"/>')
    parts.append(f'<polyline class="line" points="{points}"/>')
    parts += [_numbers(scale, kept[:MOST_LABELS]), _markers(scale, kept)]
    label = f"Score of each of {len(finding.times)} frames from {clock_time(span.start)} to {clock_time(span.end)}"
    kind = "curve wide" if width == WIDTH else "curve phone"
    return (
        f'<svg class="{kind}" viewBox="0 0 {scale.width} {scale.height}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _bands(scale: _Scale, spans: Sequence[Span], name: str, meaning: str) -> str:
    """Draw bands of full height over `spans`, at least three units wide, so that a short one is visible."""
    drawn = []
    for span in spans:
        left, right = scale.x(span.start), scale.x(span.end)
        width = max(right - left, 3.0)
        title = escape(f"{meaning}: {clock_time(span.start)} to {clock_time(span.end)}")
        drawn.append(
            f'<rect class="{name}" x="{left:.1f}" y="{scale.ceiling}" width="{width:.1f}" height="{PLOT}">'
            f"<title>{title}</title></rect>"
        )
    return "".join(drawn)


def _axes(scale: _Scale, span: Span) -> str:
    """Draw the base line, the times below it, lines at the best score and at half of it, and the axes' titles."""
    floor, right = scale.floor, scale.right
    best = scale.top / 1.04
    drawn = [f'<line class="axis" x1="{LEFT}" y1="{floor}" x2="{right}" y2="{floor}"/>']
    for score in (best / 2, best):
        y = scale.y(score)
        drawn.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{score:.2g}</text>')
    for time in ticks(span.start, span.end, min(12, (right - LEFT) // TICK)):
        x = scale.x(time)
        drawn.append(f'<line class="axis" x1="{x:.1f}" y1="{floor}" x2="{x:.1f}" y2="{floor + 5}"/>')
        drawn.append(f'<text x="{x:.1f}" y="{floor + 19}" text-anchor="middle">{clock_time(time)}</text>')
    middle = (LEFT + right) / 2
    unit = "h:min:s" if span.end >= 3600 else "min:s"
    drawn.append(f'<text class="title" x="{LEFT - 6}" y="{scale.ceiling - 12}" text-anchor="end">score</text>')
    drawn.append(
        f'<text class="title" x="{middle}" y="{floor + 40}" text-anchor="middle">time in the video, {unit}</text>'
    )
    return "".join(drawn)


def _numbers(scale: _Scale, kept: Sequence[tuple[int, Evidence]]) -> str:
    """Draw the rank of each key frame above the plot, in as many rows as necessary, and a line to its dot."""
    ordered = sorted(kept, key=lambda item: (item[1].time, item[0]))
    places = spread([scale.x(item.time) for _, item in ordered], LABEL / scale.rows, LEFT, scale.right)
    drawn = []
    for number, ((rank, item), place) in enumerate(zip(ordered, places, strict=True)):
        # Neighbours are in different rows, so that a line from an upper row passes between two numbers of a lower one.
        y = TOP + (number % scale.rows) * ROW + 11
        x, dot = scale.x(item.time), scale.y(item.score)
        bend = TOP + scale.rows * ROW
        drawn.append(
            f'<polyline class="lead" points="{place:.1f},{y + 3} {place:.1f},{bend} {x:.1f},{dot:.1f}"/>'
            f'<text class="rank" x="{place:.1f}" y="{y}" text-anchor="middle">{rank}</text>'
        )
    return "".join(drawn)


def _markers(scale: _Scale, kept: Sequence[tuple[int, Evidence]]) -> str:
    """Draw a stem and a dot for each key frame, the worst first, so that the best are on top."""
    drawn = []
    for rank, item in reversed(kept):
        x, y = scale.x(item.time), scale.y(item.score)
        title = f"{rank}. {clock_time(item.time)}, score {item.score:.3f}, by {item.by}"
        drawn.append(
            f'<g class="dot {item.by}"><title>{title}</title>'
            f'<line x1="{x:.1f}" y1="{scale.floor}" x2="{x:.1f}" y2="{y:.1f}"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/></g>'
        )
    return "".join(drawn)
