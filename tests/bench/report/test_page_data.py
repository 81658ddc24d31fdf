"""The data of the page's question browser."""

from __future__ import annotations

import json
import random

from mmego.bench.report.page_data import BINS, STEPS, browser_data, curve
from mmego.bench.scoring.scores import Scores


def test_data_say_what_the_runs_did(scores: Scores) -> None:
    data = json.loads(json.dumps(browser_data(scores, {("v0", 11.0): 5})))
    assert len(data["questions"]) == 14
    assert data["questions"][3][0] == "q3"
    assert data["questions"][3][7:] == [3, [[10.0, 12.0]]]
    keep4, keep8, blind = data["runs"]
    assert keep4["choices"][6:9] == [scores.benchmark.questions[6].answer, -1, scores.benchmark.questions[8].answer]
    assert keep4["errors"] == {"7": "no such video"}
    assert keep4["frames"]["0"] == [[11.0, 0.7], [30.0, 0.1]]
    assert keep4["pictures"] == {"0": [5, -1], "1": [5, -1]}  # the two questions on v0
    assert keep8["curves"] == {"3": [0.0, 11.0, 0.9, "HA/"]}
    assert (blind["blind"], blind["panel"], blind["frames"]) == (True, True, {})


def test_a_curve_keeps_its_peaks_however_long_it_is() -> None:
    rng = random.Random(0)
    heights = [rng.random() / 100 for _ in range(5000)]
    heights[3210] = 0.5
    start, end, top, letters = curve([float(t) for t in range(5000)], heights)
    assert (start, end, top, len(letters)) == (0.0, 4999.0, 0.5, BINS)
    assert letters.index("/") == 3210 * BINS // 5000
    assert set(letters) <= set(STEPS)
    assert curve([1.0], [0.0]) == [1.0, 1.0, 0.0, "A"]
