"""JSON Lines that anybody can write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.plain import read_plain
from mmego.bench.importers.rows import ImportSettings
from mmego.errors import InputError
from mmego.records import Span, VideoInput
from tests.bench.small import question


def write(folder: Path, *rows: Any) -> Path:
    (folder / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "mine.jsonl"


def row(**change: Any) -> dict[str, Any]:
    return {"video": "v", "question": "Where?", "options": ["here", "there", "B"], "answer": 1, **change}


def own(**change: Any) -> dict[str, Any]:
    """Return a row of our own form: a clip of 60 s with one key span, from 10 to 12 s."""
    return {**question(1).to_json(), **change}


@pytest.mark.parametrize(("answer", "place"), [(0, 0), (2, 2), ("A", 0), ("C", 2), ("there", 1), (" here ", 0)])
def test_the_answer_is_an_index_a_letter_or_a_text(tmp_path: Path, answer: Any, place: int) -> None:
    (found,) = read_plain([write(tmp_path, row(answer=answer))], ImportSettings()).questions
    assert (found.answer, found.id, found.category) == (place, "mine-1", "other")


def test_all_keys(tmp_path: Path) -> None:
    inputs = [{"name": "video 1", "video": "v", "clip": [0, 40]}, {"name": "image 1", "video": "w", "clip": [3, 3]}]
    full = row(id="q", clip=[0, 40], key_spans=[[1, 2]], category="where", inputs=inputs, split="val")
    (found,) = read_plain([write(tmp_path, full)], ImportSettings()).questions
    assert (found.id, found.clip, found.key_spans) == ("q", Span(0.0, 40.0), (Span(1.0, 2.0),))
    assert found.inputs[1] == VideoInput("image 1", "w", Span(3.0, 3.0))
    assert (found.length_class, found.category, found.source.split) == ("0.5-1", "where", "val")


def test_our_own_rows_come_back_as_they_are(tmp_path: Path) -> None:
    own = [question(n) for n in range(3)]
    assert read_plain([write(tmp_path, *(q.to_json() for q in own))], ImportSettings()).questions == own


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row(answer="B"), "'B' can mean several"),
        (row(answer="D"), "'D' is none of these"),
        (row(answer="1"), "'1' is none of these"),
        (row(answer=3), "'answer' must be 0 to 2, got 3"),
        (row(answer=1.0), "'answer' must be 0 to 2"),
        (row(answer=None), "'answer' must be 0 to 2"),
        (row(options=["here"]), "must have 2 to 26 choices, got 1"),
        (row(options={"A": "x"}), "must be a list of 2 to 26"),
        (row(options=["x", "x"], answer=1), "right choice 'x' is there more than once"),
        (row(catgory="x"), "has catgory, which is not one of id, video"),
        (row(clip=[3]), "a span is written"),
        (row(clip=[3, 1]), "start <= end"),
        (row(inputs=[{"name": "x", "video": "w", "clip": None}]), "must be those of the first of 'inputs'"),
        (row(inputs=[{"name": "x"}]), "input of a question lacks"),
        ({"video": "v", "question": "?"}, "lacks 'options'"),
        (["a"], "must be an object with keys"),
        (row(question="Where is the \ud83d mug?"), "holds half of a character"),
        (row(options=["x", "\udce9"]), "holds half of a character"),
        (own(answer=9), "answer 9 is not the index"),
        (row(clip=[0, 5], key_spans=[[1, 2], [4, 6]]), r"key span \[4.0, 6.0\] lies outside the clip \[0.0, 5.0\]"),
        (own(options=[]), "must have 2 to 26 choices"),
        (own(options=["x", "y", "x "], answer=0), "right choice 'x' is there more than once"),
        (own(catgory="x"), "has catgory, which is not one of id, video"),
        (own(answer=True), "'answer' must be the index of a choice, got True"),
        (own(answer=1.0), "'answer' must be the index of a choice, got 1.0"),
        (own(answer="1"), "'answer' must be the index of a choice, got '1'"),
        (own(key_spans=[[10, 70]]), r"key span \[10.0, 70.0\] lies outside the clip \[0.0, 60.0\]"),
        (own(length_class="9-10"), "'length_class' must be empty or 0.5-1, .*, got '9-10'"),
        (own(length_class=None), "'length_class' must be empty or"),
        (own(inputs=[{"name": "x", "video": "w", "clip": None}]), "must be those of the first of 'inputs'"),
    ],
)
def test_faults(tmp_path: Path, bad: Any, message: str) -> None:
    with pytest.raises(InputError, match=rf"mine\.jsonl: row 2: .*{message}"):
        read_plain([write(tmp_path, row(), bad)], ImportSettings(strict=True))
    with pytest.raises(InputError, match="holds no question"):
        read_plain([write(tmp_path)], ImportSettings())
