"""HD-EPIC VQA: the real questions whole, and every way in which a row can be wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.hd_epic import read_hd_epic
from mmego.bench.importers.rows import ImportSettings
from mmego.errors import InputError
from mmego.records import Span, VideoInput
from tests.narrations.data import real

COUNTS = {
    "fine_grained_why_recognition": 500,
    "ingredient_ingredient_recognition": 50,
    "object_motion_object_movement_counting": 200,
    "recipe_step_recognition": 100,
}


def row(**change: Any) -> dict[str, Any]:
    base = {
        "inputs": {"video 1": {"id": "P01-1", "start_time": "00:01:00.000", "end_time": "00:02:30.500"}},
        "question": "What happens at <TIME 00:01:10.250 video 1> to <BBOX 1 2.5 3 4>?",
        "choices": ["a", "b", "c", "d", "e"],
        "correct_idx": 3,
    }
    return {key: value for key, value in {**base, **change}.items() if value is not None}


def read(folder: Path, rows: dict[str, Any]) -> Any:
    path = folder / "some_prototype.json"
    path.write_text(json.dumps(rows))
    return read_hd_epic([path], ImportSettings(strict=True))


def test_a_stretch_of_one_video(tmp_path: Path) -> None:
    (question,) = read(tmp_path, {"some_prototype_0": row()}).questions
    assert (question.id, question.video, question.clip) == ("some_prototype_0", "P01-1", Span(60.0, 150.5))
    assert (question.answer, question.category, question.length_class) == (3, "some_prototype", "1-2")
    assert question.inputs == ()
    assert "<TIME 00:01:10.250 video 1>" in question.question


def test_several_videos_pictures_and_a_choice_that_is_a_list(tmp_path: Path) -> None:
    inputs = {"video 1": {"id": "P01-1"}, "image 1": {"id": "P02-1", "time": "01:00:01.500"}}
    choices = [["salt", "oil"], "b", "c", "d", "<TIME 01:00:01.500 image 1>"]
    (question,) = read(tmp_path, {"x_1": row(inputs=inputs, choices=choices)}).questions
    assert question.inputs == (
        VideoInput("video 1", "P01-1"),
        VideoInput("image 1", "P02-1", Span(3601.5, 3601.5)),
    )
    assert (question.clip, question.length_class) == (None, "")
    assert question.options[0] == "salt, oil"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"choices": list("abcd")}, "must have 5 choices, got 4"),
        ({"choices": None}, "lacks 'choices'"),
        ({"choices": None, "correct": ["a"], "incorrect": ["b"]}, "working format of hd-epic-vqa-eval"),
        ({"choices": ["a", "b", "c", "d", 5]}, "'choice 4' must be text, got 5"),
        ({"choices": ["a", "b", "c", "d", " "]}, "'choice 4' must be text"),
        ({"choices": ["a", "a", "c", "d", "e"]}, None),
        ({"choices": ["a", "b", "e", "e", "c"]}, "right choice 'e' is there more than once"),
        ({"correct_idx": 5}, "'correct_idx' must be 0 to 4, got 5"),
        ({"correct_idx": -1}, "must be 0 to 4"),
        ({"correct_idx": True}, "must be 0 to 4"),
        ({"correct_idx": "1"}, "must be 0 to 4"),
        ({"question": ""}, "'question' must be text"),
        ({"question": "At <TIME 00:01:10.250 video 2>?"}, "names no input; there are video 1"),
        ({"question": "At <TIME 00:02:31.000 video 1>?"}, "lies outside video 1, which is 60.000 to 150.500"),
        ({"question": "At <TIME 70 s video 1>?"}, "written hh:mm:ss.mmm"),
        ({"question": "At <TIME 00:01:10.250 video 1?"}, "not closed"),
        ({"question": "In <BBOX 1 2 3>?"}, "a box is written"),
        ({"question": "In <BBOX 9 2 3 4>?"}, "is not a box"),
        ({"question": "why <pick up tea towel>?"}, None),
        ({"inputs": {}}, "at least one video"),
        ({"inputs": {"clip": {"id": "x"}}}, "called 'video 1' or 'image 1'"),
        ({"inputs": {"video 1": {"id": "x", "start_time": "00:00:01.0"}}}, "id alone or with start_time and end_time"),
        ({"inputs": {"image 1": {"id": "x"}}}, "must have id and time"),
        ({"inputs": {"video 1": {"id": "x", "bbox": []}}}, "does not know"),
        ({"inputs": {"video 1": {"id": "x", "start_time": "00:00:09.0", "end_time": "00:00:01.0"}}}, "ends"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_row(tmp_path: Path, change: dict[str, Any], message: str | None) -> None:
    rows = {"good_0": row(), "bad_7": row(**change)}
    if message is None:
        assert len(read(tmp_path, rows).questions) == 2
        return
    with pytest.raises(InputError, match=rf"some_prototype\.json: bad_7: .*{re.escape(message)}"):
        read(tmp_path, rows)


def test_an_id_that_comes_twice_is_not_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(f'{{"q_0": {json.dumps(row())}, "q_0": {json.dumps(row())}}}')
    with pytest.raises(InputError, match=r"x\.json: q_0: the id 'q_0' was there before"):
        read_hd_epic([path], ImportSettings(strict=True))
    path.write_text(json.dumps({"q_0": row()}))
    with pytest.raises(InputError, match="was there before"):
        read_hd_epic([path, path], ImportSettings(strict=True))


def test_other_files(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for content, message in [(b"[]", "dictionary"), (b"\xff\xfa", "not text in UTF-8"), (b"{", "not JSON")]:
        path.write_bytes(content)
        with pytest.raises(InputError, match=message):
            read_hd_epic([path], ImportSettings(strict=True))
    with pytest.raises(InputError, match="no such file"):
        read_hd_epic([tmp_path / "none.json"], ImportSettings())


def test_all_850_real_questions() -> None:
    folder = real("hd_epic/recipe_step_recognition.json").parent
    files = sorted(folder.glob("*.json"))
    found = read_hd_epic(files, ImportSettings())
    questions = {q.id: q for q in found.questions}
    raw = {name: values for file in files for name, values in json.loads(file.read_text()).items()}
    assert len(questions) == len(raw) == 850
    assert {c: sum(q.category == c for q in questions.values()) for c in COUNTS} == COUNTS
    for name, values in raw.items():
        question = questions[name]
        assert question.options[question.answer] == values["choices"][values["correct_idx"]].strip()
        videos = [one.video for one in question.inputs] or [question.video]
        assert videos == [one["id"] for one in values["inputs"].values()]
    assert max(len(q.inputs) for q in questions.values()) == 19


def test_a_bad_question_is_left_out(tmp_path: Path) -> None:
    found = read_hd_epic([_written(tmp_path, {"q_0": row(), "q_1": row(correct_idx=9), "q_2": 7})], ImportSettings())
    assert [question.id for question in found.questions] == ["q_0"]
    assert [one.split(": ", 1)[1] for one in found.bad] == [
        "q_1: 'correct_idx' must be 0 to 4, got 9",
        "q_2: must be an object with keys, got 7",
    ]


def _written(folder: Path, rows: dict[str, Any]) -> Path:
    path = folder / "some_prototype.json"
    path.write_text(json.dumps(rows))
    return path
