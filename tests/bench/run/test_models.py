"""Any answerer can be run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.runs import RunSettings
from mmego.bench.run.models import PlainModel
from mmego.bench.run.run import run_benchmark
from mmego.errors import InputError
from mmego.records import VideoInput
from tests.bench.run.answerers import WANTED, FirstOption, of
from tests.bench.small import question


def test_a_plain_answerer_runs_by_default_or_blind_and_has_no_settings(tmp_path: Path) -> None:
    questions = [question(0), replace(question(1), question="a silent one?"), question(2)]
    two = VideoInput("video 2", "v1")
    questions[2] = replace(questions[2], inputs=(VideoInput("video 1", "v1", questions[2].clip), two))
    bench = of(tmp_path / "b", questions)
    answerer = FirstOption()
    wanted = [RunSettings(), RunSettings(blind=True)]
    sighted, blind = run_benchmark(bench, PlainModel(answerer, "f1"), wanted, tmp_path / "runs")
    assert str(sighted.settings) == "default"
    assert sighted.errors == {"no option chosen": 1, "several videos": 1}
    assert blind.errors == {"no option chosen": 1}
    assert Counter(answerer.asked) == {(bench.video_folder / "v0.mp4", questions[0].clip): 2, (None, None): 3}
    rows = [json.loads(line) for line in (sighted.folder / "predictions.jsonl").read_text().splitlines()]
    assert rows[1]["choice"] is None
    assert rows[1]["text"] == "I would rather not say"
    with pytest.raises(InputError, match="first has no choice of select, keep"):
        run_benchmark(bench, PlainModel(answerer, "f1"), WANTED[:1], tmp_path / "other")
    text = run_benchmark(bench, PlainModel(answerer, "f1", text_only=True), wanted, tmp_path / "text")
    assert [str(outcome.settings) for outcome in text] == ["blind"]
