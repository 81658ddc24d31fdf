"""One member at a time, whatever the chunk size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.readers import json_stream
from mmego.narrations.readers.json_stream import stream_array, stream_videos

VALUE = {"a": {"x": [1, 2.5, {"y": 'a "quoted" {brace}'}]}, "b é": {"n": -12345, "c": None}, "d": {}, "e": {"f": "}\\"}}


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_videos_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, indent: int | None) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", chunk)
    path = tmp_path / "o.json"
    path.write_text(json.dumps(VALUE, ensure_ascii=False, indent=indent), encoding="utf-8")
    assert list(stream_videos(path)) == list(VALUE.items())


@pytest.mark.parametrize("chunk", [1, 4, 1 << 20])
def test_array_under_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", chunk)
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"version": "2", "n": 10, "videos": [12, {"b": 2}, "x"]}), encoding="utf-8")
    assert list(stream_array(path, "videos")) == [12, {"b": 2}, "x"]


def test_empty_ones(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text(' { "videos" : [ ] } ')
    assert list(stream_array(path, "videos")) == []
    path.write_text("{}")
    assert list(stream_videos(path)) == []


def test_members_come_before_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 16)
    path = tmp_path / "o.json"
    path.write_text('{"a": {}, "b": {"c": 2}, ' + " " * 100 + "broken")
    members = stream_videos(path)
    assert [next(members), next(members)] == [("a", {}), ("b", {"c": 2})]
    with pytest.raises(InputError, match=r"o\.json"):
        next(members)


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"a": 1', '{"a": }', '{"a" 1}', '{"a": 1 "b": 2}', "{1: 2}", '{"videos": 3}', '{"a": [1}']
)
def test_faults_name_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"broken\.json"):
        list(stream_videos(path)) if "videos" not in text else list(stream_array(path, "videos"))


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 100_000])
def test_json_that_python_cannot_hold_names_the_file(tmp_path: Path, value: str) -> None:
    path = tmp_path / "o.json"
    path.write_text(f'{{"a": {value}}}')
    with pytest.raises(InputError, match=r"o\.json: not JSON"):
        list(stream_videos(path))


def test_missing_file_key_and_encoding(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file: .*none\.json"):
        list(stream_videos(tmp_path / "none.json"))
    path = tmp_path / "o.json"
    path.write_text('{"a": 1}')
    with pytest.raises(InputError, match="no array 'videos'"):
        list(stream_array(path, "videos"))
    path.write_bytes(b'{"a": "\xff\xfe"}')
    with pytest.raises(InputError, match="UTF-8"):
        list(stream_videos(path))
