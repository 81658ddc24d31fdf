"""A benchmark's tables from its scores: the paper's Table 3 (arXiv 2410.07177) and the tables beside it. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from mmego.bench.scoring.intervals import Mask, holm, mcnemar, p_value
from mmego.bench.scoring.key_frames import recall_table
from mmego.bench.scoring.scores import GROUPS, NOTHING, Estimate, Scores
from mmego.bench.scoring.series import alpha_table, frames_table
from mmego.bench.scoring.summary import summary_table
from mmego.bench.scoring.table import Cell, ScoreTable

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def all_tables(scores: Scores, against: int | None = None) -> list[ScoreTable]:
    """Return every table that has rows, in the order of a report.

    `against` is the run that the others are compared with; by default the first that saw the video.
    """
    tables = [
        summary_table(scores),
        runs_table(scores),
        mda_table(scores),
        blind_gap_table(scores),
        differences_table(scores, against),
        frames_table(scores),
        alpha_table(scores),
        parts_table(scores, "classes", "Accuracy by length of the clip", "minutes", scores.classes),
        parts_table(scores, "categories", "Accuracy by category", "category", scores.categories),
        recall_table(scores),
        letters_table(scores),
        errors_table(scores),
    ]
    return [table for table in tables if table.rows]


def runs_table(scores: Scores) -> ScoreTable:
    """Return the table of the runs themselves."""
    rows: list[tuple[Cell, ...]] = []
    for i, (label, run) in enumerate(zip(scores.labels, scores.runs, strict=True)):
        took = [p.seconds for p in run.predictions.values() if p.choice is not None]
        seconds = f"{sum(took) / len(took):.2f}" if took and sum(took) else None
        frames = sorted({p.frames for p in run.predictions.values() if p.frames})
        glimpsed = None if not frames else f"{frames[0]}" if len(frames) == 1 else f"{frames[0]} to {frames[-1]}"
        panel = "yes" if i in scores.panel else "no" if i in scores.blind else None
        failed = int(scores.failed[i].sum())
        rows.append((label, len(run.predictions), failed, panel, glimpsed, seconds, run.fingerprint))
    columns = ("run", "questions", "failed", "panel", "frames glimpsed", "seconds a question", "fingerprint")
    return ScoreTable("runs", "Runs", columns, tuple(rows), "A question that failed counts as wrong, everywhere.")


def mda_table(scores: Scores) -> ScoreTable:
    """Return the paper's Table 3: accuracy as it is, minus each panel model's bias, and MDA."""
    columns = ("run", "accuracy", "Short", "Medium", "Long", "Avg", "pooled", "questions left", "failed")
    rows: list[tuple[Cell, ...]] = []
    for i in scores.seeing:
        label = scores.labels[i]
        for what, without in [
            ("original", None),
            *((f"minus {panel_name(scores, m)}'s bias", m) for m in scores.panel),
        ]:
            groups = [scores.accuracy(i, scores.groups[group], without) for group in GROUPS]
            pooled = scores.accuracy(i, scores.everything, without)
            rows.append((label, what, *groups, scores.average(i, without), pooled, pooled.questions, pooled.failed))
        if scores.panel:
            groups = [scores.mda(i, scores.groups[group]) for group in GROUPS]
            pooled = scores.mda(i, scores.everything)
            rows.append((label, "MDA", *groups, scores.mda_average(i), pooled, None, pooled.failed))
    note = [
        'Percent, with 95 % intervals by bootstrap over videos. "Avg" is the unweighted mean of Short, Medium and Long '
        'as in the paper; "pooled" takes all questions alike.'.replace("95", f"{100 * scores.level:g}"),
        f"Guessing gives {100 * scores.chance:.2f}.",
    ]
    if scores.bootstrap.videos() < 2:
        note.append("No intervals: all questions are on one video.")
    if not scores.panel:
        note.append(NO_PANEL)
    if scores.missing_groups:
        note.append(f"No Avg: the benchmark has no question in {', '.join(scores.missing_groups)}.")
    return ScoreTable("mda", "Accuracy and MDA", columns, tuple(rows), " ".join(note))


NO_PANEL = (
    "No MDA: it needs at least one blind run (`mmego bench run ... --blind`), which says what can be answered without "
    "the video; none is among the runs given."
)


def panel_name(scores: Scores, run: int) -> str:
    """Return a panel model's name, with its folder only where two share one."""
    names = [scores.runs[m].model for m in scores.panel]
    name = scores.runs[run].model
    return name if names.count(name) == 1 else scores.labels[run]


def blind_gap_table(scores: Scores) -> ScoreTable:
    """Return what each model knows without the video, and what seeing adds."""
    rows: list[tuple[Cell, ...]] = []
    for i in scores.blind:
        blind = scores.accuracy(i, scores.everything)
        seen = [j for j in scores.seeing if _same_model(scores, i, j)]
        for j in seen:
            draws = scores.accuracy_draws(j, scores.everything) - scores.accuracy_draws(i, scores.everything)
            gap = scores.estimate(draws, scores.everything, signed=True)
            rows.append((scores.runs[i].model, blind, scores.labels[j], scores.accuracy(j, scores.everything), gap))
        if not seen:
            rows.append((scores.runs[i].model, blind, None, NOTHING, NOTHING))
    guessing = f"Guessing gives {100 * scores.chance:.2f}"
    note = f"Pooled accuracy. {guessing}; for what a blind run has above that, no video was needed."
    columns = ("model", "blind", "run that sees", "seeing", "gap, points")
    return ScoreTable("blind", "With and without the video", columns, tuple(rows), note)


def _same_model(scores: Scores, one: int, two: int) -> bool:
    first, second = scores.runs[one], scores.runs[two]
    return (first.model, first.fingerprint) == (second.model, second.fingerprint)


def differences_table(scores: Scores, against: int | None = None) -> ScoreTable:
    """Return each run that sees against one of them, on the same resampled videos."""
    base = against if against is not None else next(iter(scores.seeing), None)
    others = [i for i in scores.seeing if i != base]
    if base is None:
        return ScoreTable("differences", "", ("run",), ())
    rows: list[list[Cell]] = []
    p_values: list[tuple[float, float]] = []
    for i in others:
        pooled = scores.accuracy_draws(i, scores.everything) - scores.accuracy_draws(base, scores.everything)
        average = scores.average_draws(i) - scores.average_draws(base)
        fewest = scores.fewest_videos([None])
        mda, p_mda = _mda_difference(scores, i, base)
        only, only_base, exact = mcnemar(list(scores.correct[i] > 0), list(scores.correct[base] > 0))
        p_values.append((p_value(pooled, scores.bootstrap.videos()), p_mda))
        shown = scores.estimate(pooled, scores.everything, signed=True)
        shown_average = scores.estimate(average, scores.in_groups, videos=fewest, signed=True)
        rows.append([scores.labels[i], shown, None, None, shown_average, mda, None, None, only, only_base, exact])
    for place, column in zip((2, 6), zip(*p_values, strict=True), strict=False):
        for row, plain, corrected in zip(rows, column, holm(column), strict=True):
            row[place : place + 2] = [plain, corrected]
    mda_name = "MDA (pooled)" if scores.missing_groups else "MDA Avg"
    columns = (
        *("run", "pooled", "p", "p (Holm)", "Avg", mda_name, "p (MDA)", "p (MDA, Holm)"),
        *("only this right", "only the other", "p (McNemar)"),
    )
    note = (
        "Differences in points of percent; both runs are resampled with the same videos. p is that of the pooled "
        f"difference, p (MDA) that of {mda_name}. Holm corrects for the number of rows. McNemar's exact test takes "
        "questions as independent, which those on one video are not: a second opinion, often too sure."
    )
    rows_done = tuple(tuple(row) for row in rows)
    return ScoreTable("differences", f"Against {scores.labels[base]}", columns, rows_done, note)


def _mda_difference(scores: Scores, run: int, base: int) -> tuple[Estimate, float]:
    """Return the difference in MDA with its p: that of Avg, or of the pooled value where a group has no question."""
    if not scores.panel:
        return NOTHING, math.nan
    if scores.missing_groups:
        mask = scores.everything
        draws = scores.mda_draws(run, mask) - scores.mda_draws(base, mask)
        videos = min(scores.bootstrap.videos(scores.left(mask, m)) for m in scores.panel)
    else:
        mask = scores.in_groups
        draws = scores.mda_average_draws(run) - scores.mda_average_draws(base)
        videos = scores.fewest_videos(scores.panel)
    return scores.estimate(draws, mask, videos=videos, signed=True), p_value(draws, videos)


def parts_table(scores: Scores, key: str, title: str, name: str, parts: Mapping[str, Mask]) -> ScoreTable:
    """Return the accuracy of every run on each part of the benchmark."""
    rows: list[tuple[Cell, ...]] = []
    for part, mask in parts.items():
        if mask.any():
            estimates = [scores.accuracy(i, mask) for i in range(len(scores.runs))]
            rows.append((part, int(mask.sum()), scores.bootstrap.videos(mask), *estimates))
    return ScoreTable(key, title, (name, "questions", "videos", *scores.labels), tuple(rows))


def letters_table(scores: Scores) -> ScoreTable:
    """Return how often each letter is right and how often each run chose it, which shows a preference for a letter."""
    questions = scores.benchmark.questions
    most = max(len(q.options) for q in questions)
    truth = Counter(q.answer for q in questions)
    rows: list[tuple[Cell, ...]] = [("the right one", *(_share(truth[n], len(questions)) for n in range(most)), 0)]
    for label, run in zip(scores.labels, scores.runs, strict=True):
        chosen = Counter(p.choice for p in run.predictions.values())
        shares = (_share(chosen[n], len(questions)) for n in range(most))
        rows.append((label, *shares, chosen[None]))
    columns = ("run", *(LETTERS[n] if n < len(LETTERS) else str(n + 1) for n in range(most)), "failed")
    return ScoreTable("letters", "Letters chosen", columns, tuple(rows))


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f}"


def errors_table(scores: Scores) -> ScoreTable:
    """Return why questions failed: reasons as `mmego bench run` counts them, before the first colon."""
    rows: list[tuple[Cell, ...]] = []
    for label, run in zip(scores.labels, scores.runs, strict=True):
        reasons = Counter(text.partition(": ")[0] for text in run.errors.values())
        for reason, count in reasons.most_common():
            example = next(name for name, text in run.errors.items() if text.partition(": ")[0] == reason)
            error = run.errors[example]
            rows.append((label, reason, count, example, error if len(error) <= 100 else error[:99] + "…"))
    columns = ("run", "reason", "failed", "for example", "which said")
    return ScoreTable("errors", "Failed questions", columns, tuple(rows), "They count as wrong in every figure above.")
