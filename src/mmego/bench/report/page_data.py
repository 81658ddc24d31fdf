"""The data of the report page's question browser: one compact JSON object. Pure except for the stored curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from mmego.bench.data.runs import Run
from mmego.bench.scoring.scores import Scores
from mmego.records import MCQ, Prediction

BINS = 120
STEPS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""Heights of a curve as one letter each, 0 to 63."""
MOST_REPLY = 300
Pictures = Mapping[tuple[str, float], bytes]
"""JPEG bytes by video and time in seconds."""


def browser_data(scores: Scores, numbers: Mapping[tuple[str, float], int]) -> dict[str, Any]:
    """Return all questions and what each run answered.

    Args:
        scores: the benchmark and its runs.
        numbers: by video and time, the place of a frame in the page's list of pictures.

    Returns:
        ``questions``: [id, video, clip or null, class, category, question, options, answer, spans] each; ``runs``: one
        object each, see `_run`. Runs refer to questions by their place.
    """
    questions = scores.benchmark.questions
    place = {q.id: n for n, q in enumerate(questions)}
    return {
        "questions": [_question(q) for q in questions],
        "runs": [
            {
                "label": label,
                "blind": run.settings.blind,
                "panel": i in scores.panel,
                **_run(run, questions, place, numbers),
            }
            for i, (label, run) in enumerate(zip(scores.labels, scores.runs, strict=True))
        ],
    }


def _question(q: MCQ) -> list[Any]:
    clip = None if q.clip is None else [_round(q.clip.start), _round(q.clip.end)]
    spans = [[_round(span.start), _round(span.end)] for span in q.key_spans]
    video = ", ".join(f"{one.name}: {one.video}" for one in q.inputs) or q.video
    # With several videos, a prediction's times run through all of them, but a span's do not: do not draw both.
    return [
        q.id,
        video,
        clip,
        q.length_class,
        q.category,
        q.question,
        list(q.options),
        q.answer,
        [] if q.inputs else spans,
    ]


def _run(
    run: Run, questions: Sequence[MCQ], place: Mapping[str, int], numbers: Mapping[tuple[str, float], int]
) -> dict[str, Any]:
    """Return one run: ``choices`` in the questions' order, -1 for none, and objects by the question's place.

    These are ``errors``, ``said`` (the reply, unless it is just the choice), ``shares`` of the choices, ``frames``
    [time, score] best first, ``pictures`` of these (-1 for none) and ``curves``.
    """
    found: dict[str, Any] = {"choices": []}
    for name in ("errors", "said", "shares", "frames", "pictures", "curves"):
        found[name] = {}
    for n, (q, p) in enumerate(zip(questions, run.predictions.values(), strict=True)):
        found["choices"].append(-1 if p.choice is None else p.choice)
        if p.error is not None:
            found["errors"][n] = p.error
        if p.text and (p.choice is None or p.text != q.options[p.choice]):
            found["said"][n] = p.text[:MOST_REPLY]
        if p.probabilities:
            found["shares"][n] = [round(share, 3) for share in p.probabilities]
        if p.key_frames:
            found["frames"][n] = _frames(p)
            shown = [numbers.get((q.video, time), -1) for time in p.key_frames]
            if not q.inputs and max(shown) >= 0:
                found["pictures"][n] = shown
    for name, times, scores in run.curves():
        if name in place and times:
            found["curves"][place[name]] = curve(times, scores)
    return found


def _frames(p: Prediction) -> list[list[float]]:
    scores: Sequence[float | None] = p.scores or [None] * len(p.key_frames)
    pairs = zip(p.key_frames, scores, strict=True)
    return [[_round(time)] if score is None else [_round(time), float(f"{score:.3g}")] for time, score in pairs]


def curve(times: Sequence[float], scores: Sequence[float]) -> list[Any]:
    """Return ``[start, end, highest score, letters]``: the highest score in each of at most `BINS` equal parts.

    A picture 960 pixels wide shows no more, and with ten runs on thousands of questions the file still opens.
    """
    count = min(BINS, len(times))
    cuts = [i * len(times) // count for i in range(count + 1)]
    heights = [max(scores[a:b]) for a, b in pairwise(cuts)]
    top = max(heights)
    letters = "".join(STEPS[round(63 * max(0.0, height) / top)] if top > 0 else STEPS[0] for height in heights)
    return [_round(times[0]), _round(times[-1]), float(f"{top:.3g}"), letters]


def _round(seconds: float) -> float:
    return round(seconds, 2)
