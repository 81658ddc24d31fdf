"""QaEgo4D and EgoTimeQA in closed form."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.qaego4d import read_egotimeqa, read_qaego4d
from mmego.bench.importers.rows import ImportSettings
from mmego.errors import InputError
from mmego.records import Span


def row(number: int = 0, **change: Any) -> dict[str, Any]:
    base = {
        "video_id": "clip",
        "sample_id": f"s_{number}",
        "question": f"Where did I leave key {number}?",
        "answer": "on the table",
        "wrong_answers": ["on the sofa", "in the car", "at work"],
        "moment_start_frame": 45,
        "moment_end_frame": 90,
    }
    return {key: value for key, value in {**base, **change}.items() if value != "LEFT OUT"}


def write(folder: Path, rows: Any, name: str = "annotations.QaEgo4D_test_close.json") -> Path:
    (folder / name).write_text(json.dumps(rows))
    return folder / name


def test_options_are_dealt_by_the_seed_and_evenly(tmp_path: Path) -> None:
    path = write(tmp_path, [row(n) for n in range(400)])
    found = read_qaego4d([path], ImportSettings()).questions
    assert all(q.options[q.answer] == "on the table" for q in found)
    assert {len(set(q.options)) for q in found} == {4}
    assert min(Counter(q.answer for q in found).values()) > 60
    assert read_qaego4d([path], ImportSettings()).questions == found
    assert read_qaego4d([path], ImportSettings(seed=1)).questions != found
    first = found[0]
    assert (first.id, first.video, first.clip, first.length_class) == ("s_0", "clip", None, "")
    assert (first.key_spans, first.source.split) == ((Span(1.5, 3.0),), "test")


def test_a_fixed_order_stays(tmp_path: Path) -> None:
    fixed = row(wrong_answers="LEFT OUT", options=["A sofa", "On the table", "c", "d"])
    (question,) = read_qaego4d([write(tmp_path, [fixed])], ImportSettings()).questions
    assert (question.answer, question.options[0]) == (1, "A sofa")


def test_egotimeqa_has_no_ids(tmp_path: Path) -> None:
    path = write(tmp_path, [row(sample_id=None), row(sample_id=None)], "annotations.EgoTimeQA.json")
    found = read_egotimeqa([path], ImportSettings()).questions
    assert [q.id for q in found] == ["egotimeqa-annotations.EgoTimeQA-1", "egotimeqa-annotations.EgoTimeQA-2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wrong_answers": "LEFT OUT"}, "neither 'wrong_answers' nor 'options': the open questions"),
        ({"wrong_answers": ["a", "b"]}, "must have 3 choices, got 2"),
        ({"wrong_answers": ["a", "b", "on the table"]}, "right choice 'on the table' is there more than once"),
        ({"wrong_answers": "a"}, "must be a list of 3"),
        ({"options": ["a", "b", "c", "d"]}, "is 0 of the options, must be one"),
        ({"moment_end_frame": 1}, "ends .frame 1. before it starts"),
        ({"moment_start_frame": None}, "'moment_start_frame' must be a number"),
        ({"moment_start_frame": "LEFT OUT"}, "lacks 'moment_start_frame'"),
        ({"answer": 3}, "'answer' must be text"),
        ({"video_id": None}, "'video_id' must be text"),
        ({"sample_id": "s_0"}, "the id 's_0' was there before, in .*close.json: row 1"),
    ],
)
def test_faults(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=rf"close\.json: row 2.*{message}"):
        read_qaego4d([write(tmp_path, [row(0), row(1, **change)])], ImportSettings(strict=True))
