"""EgoSchema: questions with public answers, the others counted; the real answers and places with made-up questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.egoschema import read_egoschema
from mmego.bench.importers.rows import ImportSettings
from mmego.errors import InputError
from mmego.records import Span
from tests.narrations.data import real


def asked(name: str, **change: Any) -> dict[str, Any]:
    options = {f"option {n}": f"{name} does {n}" for n in range(5)}
    return {"q_uid": name, "google_drive_id": "x", "question": f"What of {name}?", **options, **change}


def write(folder: Path, rows: Any, answers: Any, places: Any = None) -> list[Path]:
    names = ("questions.json", "subset_answers.json", "uid_to_ego4d.json")
    files = []
    for name, content in zip(names, (rows, answers, places), strict=True):
        if content is not None:
            files.append(folder / name)
            files[-1].write_text(json.dumps(content))
    return files


def test_questions_without_a_public_answer_are_counted(tmp_path: Path) -> None:
    files = write(tmp_path, [asked("a"), asked("b"), asked("c")], {"a": 4, "c": 0})
    found = read_egoschema(files[::-1], ImportSettings())
    assert [(q.id, q.video, q.clip, q.answer, q.length_class) for q in found.questions] == [
        ("a", "a", Span(0.0, 180.0), 4, "2-4"),
        ("c", "c", Span(0.0, 180.0), 0, "2-4"),
    ]
    assert (dict(found.drops.counts), found.drops.examples) == ({"no_public_answer": 1}, {"no_public_answer": ["b"]})


def test_with_its_places_it_is_asked_of_ego4d(tmp_path: Path) -> None:
    place = {"video_uid": "ego", "starting_sec": 240, "ending_sec": 420}
    found = read_egoschema(write(tmp_path, [asked("a")], {"a": 1}, {"a": place}), ImportSettings())
    assert [(q.video, q.clip) for q in found.questions] == [("ego", Span(240.0, 420.0))]


@pytest.mark.parametrize(
    ("rows", "answers", "message"),
    [
        ([asked("a", **{"option 5": "x"})], {"a": 0}, r"questions.json: row 1 \(a\): must have 5 choices, got more"),
        ([{k: v for k, v in asked("a").items() if k != "option 4"}], {"a": 0}, r"row 1 \(a\): lacks 'option 4'"),
        ([asked("a", question=None)], {"a": 0}, "'question' must be text"),
        ([asked("a")], {"a": 5}, "subset_answers.json: answers: 'a' must be 0 to 4, got 5"),
        ([asked("a")], {"a": "0"}, "must be 0 to 4"),
        ([asked("a")], {"a": 0, "z": 1}, "answers: 'z' belongs to no question of "),
        ([asked("a"), asked("a")], {"a": 0}, "row 2: the id 'a' was there before"),
        ([{"video_idx": "a", "option": []}], {"a": 0}, "row 1: has 'video_idx'.*lmms-eval's"),
        ([], {"a": 0}, "early commit"),
        ([asked("a")], None, "subset_answers.json is not among questions.json"),
        (None, {"a": 0}, "questions.json is not among"),
    ],
)
def test_faults(tmp_path: Path, rows: Any, answers: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_egoschema(write(tmp_path, rows, answers), ImportSettings(strict=True))


def test_the_real_answers_and_places(tmp_path: Path) -> None:
    answers, places = real("egoschema/subset_answers.json"), real("egoschema/uid_to_ego4d.json")
    names = list(json.loads(places.read_text()))
    (questions,) = write(tmp_path, [asked(name) for name in names], None)
    found = read_egoschema([questions, answers, places], ImportSettings())
    assert (len(found.questions), found.drops.counts["no_public_answer"]) == (500, 5031 - 500)
    assert {q.length_class for q in found.questions} == {"2-4"}
    assert [sum(q.answer == n for q in found.questions) for n in range(5)] == [101, 108, 91, 83, 117]


def test_bad_rows_and_answers_are_left_out(tmp_path: Path) -> None:
    rows = [asked(name) for name in "abcdefg"]
    rows[1]["question"] = " "
    found = read_egoschema(write(tmp_path, rows, {**dict.fromkeys("abcd", 1), "e": 7, "z": 1}), ImportSettings())
    assert [question.id for question in found.questions] == ["a", "c", "d"]
    assert found.drops.counts == {"bad row": 3, "no_public_answer": 2}
    assert [one.split(": ", 1)[1] for one in found.bad] == [
        "row 2 (b): 'question' must be text, got ' '",
        "answers: 'e' must be 0 to 4, got 7",
        f"answers: 'z' belongs to no question of {tmp_path / 'questions.json'}",
    ]


def test_an_answer_that_comes_twice_counts_for_nothing(tmp_path: Path) -> None:
    files = write(tmp_path, [asked("a"), asked("b"), asked("c")], {"a": 1, "b": 1, "c": 2})
    (tmp_path / "subset_answers.json").write_text('{"a": 1, "b": 1, "c": 2, "b": 3}')
    found = read_egoschema(files, ImportSettings())
    assert [question.id for question in found.questions] == ["a", "c"]
    assert found.bad == ["questions.json: row 2 (b): comes twice in the answers"]
