"""Whether the kept frames show what the question is about: recall and precision against key spans. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mmego.bench.scoring.metrics import random_hit, share_inside, spans_hit, uniform_frames
from mmego.bench.scoring.scores import Estimate, Scores
from mmego.bench.scoring.table import Cell, ScoreTable
from mmego.records import MCQ, Prediction, Span


def recall_table(scores: Scores) -> ScoreTable:
    """Return recall@k for the best 1, 2, 4, 8... frames and for all kept, and precision; for runs with key frames."""
    asked = np.array([_counts(q) for q in scores.benchmark.questions])
    kept = {i: most_frames(list(scores.runs[i].predictions.values())) for i in scores.seeing}
    named = [i for i in scores.seeing if kept[i]]
    if not named or not asked.any():
        return ScoreTable("recall", "", ("run",), ())
    most = max(kept.values())
    steps = [2**n for n in range(12) if 2**n < most]
    rows: list[tuple[Cell, ...]] = []
    for i in named:
        ranked = scores.runs[i].settings.select != "uniform"  # evenly spaced frames have no best one
        at = [recall(scores, i, asked, k) if ranked and k <= kept[i] else None for k in steps]
        rows.append((scores.labels[i], kept[i], *at, recall(scores, i, asked, None), precision(scores, i, asked)))
    known = glimpsed(scores, named)
    for count, times in enumerate(known, 1):
        rows += _references(scores, asked, times, steps, most, f" ({count})" if len(known) > 1 else "")
    columns = ("run", "frames kept", *(f"recall@{k}" for k in steps), "recall of all kept", "precision")
    note = (
        "Percent. Recall: the share of a question's key spans that hold at least one of its k best frames, averaged "
        "over questions. Precision: the share of the frames kept that lie in a key span. A question that failed "
        "without frames has recall 0 and no precision. "
        f"{int(asked.sum()):,} of {len(asked):,} questions count: one video, and key spans known."
        + (_REFERENCES if known else "")
    )
    return ScoreTable("recall", "Key frames", columns, tuple(rows), note)


def recall(scores: Scores, run: int, asked: np.ndarray, k: int | None) -> Estimate:
    """Return key-frame recall of the `k` best frames (None for all kept) over the questions in `asked`."""
    pairs = zip(scores.benchmark.questions, scores.runs[run].predictions.values(), strict=True)
    values = [spans_hit(q.key_spans, p.key_frames[:k]) if _counts(q) else 0.0 for q, p in pairs]
    return scores.estimate(scores.bootstrap.means(values, asked), asked, scores.failed[run])


def precision(scores: Scores, run: int, asked: np.ndarray) -> Estimate:
    """Return the share of the kept frames that lie in a key span, over the questions in `asked` that have frames."""
    predictions = list(scores.runs[run].predictions.values())
    pairs = zip(scores.benchmark.questions, predictions, strict=True)
    values = [share_inside(q.key_spans, p.key_frames) for q, p in pairs]
    shown = asked & np.array([bool(p.key_frames) for p in predictions])
    return scores.estimate(scores.bootstrap.means(values, shown), shown)


_REFERENCES = (
    " Even and random frames are what choosing nothing gives: so many of the frames glimpsed, evenly spread or "
    "drawn by chance (expected), on the questions whose frames are known from score curves."
)


def glimpsed(scores: Scores, runs: Sequence[int]) -> list[dict[str, list[float]]]:
    """Return the times of the glimpsed frames of each question, by id, as far as score curves show them.

    Runs that glimpsed the same frames share one entry.
    """
    found: list[dict[str, list[float]]] = []
    for i in runs:
        mine = {name: times for name, times, _ in scores.runs[i].curves()}
        same = next((one for one in found if all(one.get(n, times) == times for n, times in mine.items())), None)
        if same is not None:
            same.update(mine)
        elif mine:
            found.append(mine)
    return found


def _references(
    scores: Scores, asked: np.ndarray, times: dict[str, list[float]], steps: Sequence[int], most: int, mark: str
) -> list[tuple[Cell, ...]]:
    """Return a row for even and one for random frames out of those at `times`."""
    questions = scores.benchmark.questions
    mask = asked & np.array([q.id in times for q in questions])
    pairs = [(q.key_spans, times[q.id]) if held else None for q, held in zip(questions, mask, strict=True)]

    def figure(value: Callable[[Sequence[Span], list[float], int], float], keep: int) -> Estimate:
        values = [value(*pair, keep) if pair else 0.0 for pair in pairs]
        return scores.estimate(scores.bootstrap.means(values, mask), mask)

    kept = (*steps, most)
    even = [figure(lambda spans, t, k: spans_hit(spans, uniform_frames(t, k)), keep) for keep in kept]
    drawn = [figure(random_hit, keep) for keep in kept]
    inside = figure(lambda spans, t, k: share_inside(spans, uniform_frames(t, k)), most)
    inside_any = figure(lambda spans, t, _: share_inside(spans, t), most)
    return [
        (f"even frames{mark}", most, *even, inside),
        (f"random frames{mark}", most, *drawn, inside_any),
    ]


def most_frames(predictions: Sequence[Prediction]) -> int:
    """Return the most frames kept for one question."""
    return max((len(p.key_frames) for p in predictions), default=0)


def _counts(question: MCQ) -> bool:
    """Return whether a question counts: on several videos it does not, as its frames' times run through all of them."""
    return bool(question.key_spans) and not question.inputs
