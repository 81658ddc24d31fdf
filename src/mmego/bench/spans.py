"""Did the frames kept show what the question is about? Recall and precision against key spans. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmego.bench.metrics import spans_hit
from mmego.bench.scores import Figure, Scores
from mmego.bench.table import Cell, Table
from mmego.records import MCQ, Prediction, Span


def recall_table(scores: Scores) -> Table:
    """Recall@k for the best 1, 2, 4, 8... frames and for all of them, precision of all; only runs that name frames."""
    asked = np.array([_counts(q) for q in scores.benchmark.questions])
    kept = {i: most_frames(list(scores.runs[i].predictions.values())) for i in scores.seeing}
    named = [i for i in scores.seeing if kept[i]]
    if not named or not asked.any():
        return Table("recall", "", ("run",), ())
    most = max(kept.values())
    steps = [2**n for n in range(12) if 2**n < most]
    rows: list[tuple[Cell, ...]] = []
    for i in named:
        ranked = scores.runs[i].settings.select != "uniform"  # evenly spaced frames have no best one
        at = [recall(scores, i, asked, k) if ranked and k <= kept[i] else None for k in steps]
        rows.append((scores.labels[i], kept[i], *at, recall(scores, i, asked, None), precision(scores, i, asked)))
    columns = ("run", "frames kept", *(f"recall@{k}" for k in steps), "recall of all kept", "precision")
    note = (
        "Percent. Recall: the share of a question's key spans that hold at least one of its k best frames, averaged "
        "over questions. Precision: the share of the frames kept that lie in a key span. A question that failed "
        "without frames has recall 0 and no precision. "
        f"{int(asked.sum()):,} of {len(asked):,} questions count: one video, and key spans known."
    )
    return Table("recall", "Key frames", columns, tuple(rows), note)


def recall(scores: Scores, run: int, asked: np.ndarray, k: int | None) -> Figure:
    """Key-frame recall of the `k` best frames (None for all kept) over the questions in `asked`."""
    pairs = zip(scores.benchmark.questions, scores.runs[run].predictions.values(), strict=True)
    values = [spans_hit(q.key_spans, p.key_frames[:k]) if _counts(q) else 0.0 for q, p in pairs]
    return scores.figure(scores.draw.means(values, asked), asked, scores.failed[run])


def precision(scores: Scores, run: int, asked: np.ndarray) -> Figure:
    """The share of the frames kept that lie in a key span, over the questions in `asked` that have frames."""
    predictions = list(scores.runs[run].predictions.values())
    pairs = zip(scores.benchmark.questions, predictions, strict=True)
    values = [share_inside(q.key_spans, p.key_frames) for q, p in pairs]
    shown = asked & np.array([bool(p.key_frames) for p in predictions])
    return scores.figure(scores.draw.means(values, shown), shown)


def share_inside(spans: Sequence[Span], times: Sequence[float]) -> float:
    """The share of `times` that lie in one of `spans`; 0 of none."""
    return sum(any(span.holds(time) for span in spans) for time in times) / max(1, len(times))


def most_frames(predictions: Sequence[Prediction]) -> int:
    """The most frames kept for one question."""
    return max((len(p.key_frames) for p in predictions), default=0)


def _counts(question: MCQ) -> bool:
    """Questions about several videos do not count: their frames' clock runs through all of them."""
    return bool(question.key_spans) and not question.inputs
