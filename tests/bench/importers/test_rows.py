"""Rows that do not make a question are left out, and too many of them are an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.registry import import_questions
from mmego.errors import InputError
from tests.bench.importers.json_lines import lines, row

BAD: list[tuple[Any, str]] = [
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ('{"a": ' + "9" * 5000 + "}", "not JSON"),
    ("7", "must be an object with keys, got 7"),
    ('{"id": "x", "id": "y"}', "'id' comes twice"),
    (row(9, video={"a": 1}), "'video' must be text"),
    (json.dumps(row(9)).replace('"v"', '{"a": 1, "a": 2}'), "'a' comes twice"),
    (row(9, options=["a", "a"]), "the right choice 'a' is there more than once"),
    (row(0), "the id 'q0' was there before"),
    (row(9, question="Where is the \ud83d mug?"), "half of a character"),
    (row(9, id="q\ud83d"), "half of a character"),
    (row(9, category="\udfff"), "half of a character"),
    ('{"clip": [0, NaN], ' + json.dumps(row(9))[1:], "span needs start <= end"),
    ('{"clip": [0, 1e400], ' + json.dumps(row(9))[1:], "finite times"),
    ('{"clip": [0, ' + "9" * 400 + "], " + json.dumps(row(9))[1:], "finite times"),
    (row(9, clip=[-5, 5]), "begin before the video"),
    (row(9, clip=[5, 1]), "start <= end"),
    (row(9, clip=["0", "5"]), "a span is written"),
    (row(9, clip=[False, True]), "a span is written"),
]


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_a_bad_row_is_left_out_counted_and_named(tmp_path: Path, bad: Any, message: str) -> None:
    path = lines(tmp_path, row(0), row(1), bad)
    found = import_questions("plain", [path])
    assert [question.id for question in found.questions] == ["q0", "q1"]
    assert (found.read, found.drops.counts) == (3, {"bad row": 1})
    (named,) = found.bad
    assert named.startswith("q.jsonl: row 3")
    assert message in named
    named.encode()
    with pytest.raises(InputError, match=r"q\.jsonl: row 3"):
        import_questions("plain", [path], strict=True)


def test_a_file_of_mostly_bad_rows_is_another_file(tmp_path: Path) -> None:
    path = lines(tmp_path, row(0), {"a": 1}, {"b": 1})
    with pytest.raises(InputError, match=r"row 2: has a, which .* \(2 of 3 rows are bad\)"):
        import_questions("plain", [path])
