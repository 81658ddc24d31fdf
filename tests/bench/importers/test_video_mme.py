"""Video-MME, from JSON and from Parquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.rows import ImportSettings
from mmego.bench.importers.video_mme import read_video_mme
from mmego.errors import InputError


def row(number: int = 1, **change: Any) -> dict[str, Any]:
    base = {
        "video_id": "001",
        "duration": "short",
        "domain": "Knowledge",
        "sub_category": "Law",
        "url": "https://example.org",
        "videoID": "fFjv93ACGo8",
        "question_id": f"001-{number}",
        "task_type": "Counting Problem",
        "question": "Which fruit?",
        "options": ["A. Apples.", "B. Pears: two.", "C. A. Smith", "D. 4"],
        "answer": "C",
    }
    return {**base, **change}


def write(folder: Path, rows: list[dict[str, Any]]) -> Path:
    (folder / "test.json").write_text(json.dumps(rows))
    return folder / "test.json"


def test_letters_go_and_what_they_belong_to_stays(tmp_path: Path) -> None:
    (question,) = read_video_mme([write(tmp_path, [row()])], ImportSettings()).questions
    assert question.options == ("Apples.", "Pears: two.", "A. Smith", "4")
    assert (question.id, question.video, question.answer) == ("001-1", "fFjv93ACGo8", 2)
    assert (question.category, question.source.split, question.length_class) == ("Counting Problem", "short", "")


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    rows = [row(1), row(2, duration="long", answer="A")]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "test.parquet")
    from_table = read_video_mme([tmp_path / "test.parquet"], ImportSettings()).questions
    assert from_table == read_video_mme([write(tmp_path, rows)], ImportSettings()).questions
    (tmp_path / "test.parquet").write_bytes(b"PAR?")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_video_mme([tmp_path / "test.parquet"], ImportSettings())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"options": ["A. a", "B. b", "C. c"]}, r"row 2 \(001-2\): must have 4 choices, got 3"),
        ({"options": ["A. a", "C. b", "B. c", "D. d"]}, "choice 1 must begin with 'B. '"),
        ({"options": ["A. a", "B. b", "C. c", "D."]}, "choice 3 must begin with 'D. ' and have text"),
        ({"options": []}, "must have 4 choices, got 0"),
        ({"options": None}, "must be a list of 4"),
        ({"answer": "E"}, "'answer' must be a letter A to D, got 'E'"),
        ({"answer": ""}, "'answer' must be a letter"),
        ({"duration": "90"}, "'duration' must be one of short, medium, long, got '90'"),
        ({"question": None}, "'question' must be text"),
        ({"question_id": "001-1"}, "the id '001-1' was there before"),
    ],
)
def test_faults(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_video_mme([write(tmp_path, [row(1), row(2, **change)])], ImportSettings(strict=True))


def test_earlier_uploads_are_named(tmp_path: Path) -> None:
    first = {"id": "001", "duration_category": "short", "questions": ["?"], "answers": ["A"]}
    with pytest.raises(InputError, match=r"first upload of June 2024"):
        read_video_mme([write(tmp_path, [first])], ImportSettings())
    with pytest.raises(InputError, match=r"has 'language': an upload of June 2024"):
        read_video_mme([write(tmp_path, [row(language="en")])], ImportSettings())
    with pytest.raises(InputError, match="give one file"):
        read_video_mme([tmp_path, tmp_path], ImportSettings())


def test_a_row_whose_right_option_is_there_twice(tmp_path: Path) -> None:
    """The published table has such a row (119-1)."""
    twice = row(2, options=["A. The box.", "B. A cup.", "C. The box.", "D. A bag."], answer="C")
    found = read_video_mme([write(tmp_path, [row(1), twice, row(3)])], ImportSettings())
    assert [question.id for question in found.questions] == ["001-1", "001-3"]
    (message,) = found.bad
    assert message.endswith("row 2 (001-2): the right choice 'The box.' is there more than once")
