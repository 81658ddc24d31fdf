"""What stands in a file of questions, whatever its form; what is no entry is a row with a fault."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mmego.bench.importers.entries import read_rows
from mmego.bench.importers.registry import import_questions
from mmego.errors import InputError


def row(number: int, **change: Any) -> dict[str, Any]:
    base = {"id": f"q{number}", "video": "v", "question": "Where?", "options": ["a", "b"], "answer": 0}
    return {**base, **change}


def lines(folder: Path, *entries: Any) -> Path:
    """A JSON Lines file; texts are written as they are."""
    path = folder / "q.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in entries), encoding="utf-8")
    return path


BAD: list[tuple[Any, str]] = [
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ('{"a": ' + "9" * 5000 + "}", "not JSON"),
    ("7", "must be an object with keys, got 7"),
    ('{"id": "x", "id": "y"}', "'id' comes twice"),
    (row(9, video={"a": 1}), "'video' must be text"),
    (json.dumps(row(9)).replace('"v"', '{"a": 1, "a": 2}'), "'a' comes twice"),
    (row(9, options=["a", "a"]), "the right option 'a' is there more than once"),
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


@pytest.mark.parametrize(("bad", "said"), BAD)
def test_a_bad_row_is_left_out_counted_and_named(tmp_path: Path, bad: Any, said: str) -> None:
    path = lines(tmp_path, row(0), row(1), bad)
    found = import_questions("plain", [path])
    assert [question.id for question in found.questions] == ["q0", "q1"]
    assert (found.read, found.drops.counts) == (3, {"bad row": 1})
    (named,) = found.bad
    assert named.startswith("q.jsonl: row 3")
    assert said in named
    named.encode()
    with pytest.raises(InputError, match=r"q\.jsonl: row 3"):
        import_questions("plain", [path], strict=True)


def test_a_line_that_is_not_utf_8_is_a_bad_row(tmp_path: Path) -> None:
    path = lines(tmp_path, row(0), row(1))
    path.write_bytes(path.read_bytes() + b'\n{"id": "\xff"}\n')
    found = import_questions("plain", [path])
    assert (len(found.questions), found.bad) == (2, ["q.jsonl: row 3: not text in UTF-8: invalid start byte"])


def test_a_file_of_mostly_bad_rows_is_another_file(tmp_path: Path) -> None:
    path = lines(tmp_path, row(0), {"a": 1}, {"b": 1})
    with pytest.raises(InputError, match=r"row 2: has a, which .* \(2 of 3 rows are bad\)"):
        import_questions("plain", [path])


def test_long_ids_are_ids(tmp_path: Path) -> None:
    (question,) = import_questions("plain", [lines(tmp_path, row(0, id="q" * 300, video="v" * 300))]).questions
    assert (len(question.id), len(question.video)) == (300, 300)


def test_the_number_of_a_row_counts_lines_that_hold_something(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n \n{"b": 2}\r\n')
    assert [(one.name, dict(one.values)) for one in read_rows(path)] == [("row 1", {"a": 1}), ("row 2", {"b": 2})]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["q.json", "q.jsonl"])
def test_codings(tmp_path: Path, coding: str, name: str) -> None:
    path = tmp_path / name
    path.write_text('[{"a": "ü"}]' if name == "q.json" else '{"a": "ü"}', encoding=coding)
    assert [dict(one.values) for one in read_rows(path)] == [{"a": "ü"}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.json", "{}", "must hold a list of questions"),
        ("q.json", "[]", "holds no question"),
        ("q.jsonl", "\n", "holds no question"),
        ("q.json", "[\n1,\n", r"q\.json:3: not JSON"),
        ("q.json", "[" * 100_000, r"q\.json: not JSON"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=said):
        read_rows(tmp_path / name)
    with pytest.raises(InputError, match="no such file"):
        read_rows(tmp_path / f"none{name}")


@pytest.mark.parametrize("name", ["u.jsonl", "u.json"])
def test_a_file_that_cannot_be_read_is_named_first(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("{}")
    with pytest.raises(InputError, match=rf"^{re.escape(str(tmp_path))}/file/{name}: cannot be read: Not a directory$"):
        read_rows(tmp_path / "file" / name)
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=rf"{name}: a file is to be read, and it is a folder$"):
        read_rows(tmp_path / name)
    with pytest.raises(InputError, match=r"^no such file: .*gone-u\."):
        read_rows(tmp_path / f"gone-{name}")
