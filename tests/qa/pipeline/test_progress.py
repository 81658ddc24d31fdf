"""Counts, costs and rates of a run."""

from __future__ import annotations

import json
from pathlib import Path

from mmego.files import read_json
from mmego.qa.data.folder import DatasetFolder


def test_counts_are_shown_as_they_are(made: Path) -> None:
    from mmego.qa.pipeline.progress import Counts, Prices, Progress, describe_counts

    folder = DatasetFolder(made)
    plan = folder.plan()
    assert plan is not None
    total = Progress(folder, plan, Prices()).total()
    assert total.clips == plan.clips
    assert total.turns == read_json(folder.stats)["turns"]["written"]
    assert describe_counts(Counts(5, 12_345), Prices(1, 2)) == "12,345 questions"
    counts = Counts(5, 12, 3, 2_000_000, 500_000)
    assert describe_counts(counts, Prices(2.5, 10)) == "12 questions, 3 failed calls, 2.50 M tokens, $10.00"
    counts.judge_prompt_tokens = 1_000_000
    judged = "12 questions, 3 failed calls, 3.50 M tokens"
    assert describe_counts(counts, Prices(2.5, 10)) == f"{judged}, $12.50"
    assert describe_counts(counts, Prices(2.5, 10, judge_prompt=1)) == f"{judged}, $11.00"
    counts.judge_prompt_tokens = 0
    assert describe_counts(counts, Prices()) == "12 questions, 3 failed calls, 2.50 M tokens"


def test_the_line_without_a_terminal_has_rate_and_time_left(tmp_path: Path) -> None:
    from mmego.qa.data.folder import Plan
    from mmego.qa.pipeline.progress import Prices, Progress

    folder = DatasetFolder(tmp_path)
    folder.work.mkdir(parents=True)

    def written(task: int, clips: int) -> None:
        folder.counter(task).write_text(json.dumps({"clips": clips, "turns": 10 * clips}))

    written(0, 100)
    progress = Progress(folder, Plan("own", [1000, 1000], 3, 5), Prices())
    assert progress.line(60.0) == "write: 100 of 2,000 clips, 1,000 questions"
    written(1, 300)
    # The hundred of an earlier run are no part of the pace: 300 in 60 seconds, 1,600 to go.
    assert progress.line(60.0) == "write: 400 of 2,000 clips, 5.0 clips/s, 05:20 left, 4,000 questions"
    assert progress.line(600.0) == "write: 400 of 2,000 clips, 30.0 clips/min, 53:20 left, 4,000 questions"
