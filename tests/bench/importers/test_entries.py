"""What stands in a file of questions, whatever its form; what is no entry is a row with a fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mmego.bench.importers.entries import read_rows
from mmego.bench.importers.registry import import_questions
from mmego.errors import InputError
from tests.bench.importers.json_lines import lines, row


def test_a_line_that_is_not_utf_8_is_a_bad_row(tmp_path: Path) -> None:
    path = lines(tmp_path, row(0), row(1))
    path.write_bytes(path.read_bytes() + b'\n{"id": "\xff"}\n')
    found = import_questions("plain", [path])
    assert (len(found.questions), found.bad) == (2, ["q.jsonl: row 3: not text in UTF-8: invalid start byte"])


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
    ("name", "content", "message"),
    [
        ("q.json", "{}", "must hold a list of questions"),
        ("q.json", "[]", "holds no question"),
        ("q.jsonl", "\n", "holds no question"),
        ("q.json", "[\n1,\n", r"q\.json:3: not JSON"),
        ("q.json", "[" * 100_000, r"q\.json: not JSON"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message):
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
