"""Narrations of one's own in CSV and JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.table import read_table
from tests.narrations.data import told


def test_csv_with_all_columns(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "text,start,end,video,actor,verb,nouns,remark\n"
        '"open the fridge, slowly.",0:01.5,3,walk 1,,open,fridge|door,x\n'
        "waves,5,,walk 1,X,,,\n"
        "#O man Y sits down,4,,walk 1,,,,\n"
        "I pick up a cup,1,,2,i,,,\n"
    )
    drops = Drops()
    found = list(read_table(path, "csv", None, drops))
    assert told(found) == {
        "walk 1": [
            (1.5, 3.0, "C", "open the fridge, slowly"),
            (4.0, 4.0, "Y", "man Y sits down"),
            (5.0, 5.0, "X", "X waves"),
        ],
        "2": [(1.0, 1.0, "C", "I pick up a cup")],
    }
    assert (found[0][1][0].verb, found[0][1][0].nouns) == ("open", ("fridge", "door"))
    assert not drops.counts


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_of_other_countries(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text("video;start;end;text\nv;1,5;2,25;open door\n".replace(";", delimiter))
    assert told(read_table(path, "csv")) == {"v": [(1.5, 2.25, "C", "open door")]}


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [
        {"video": "v", "start": 3, "end": None, "text": "take cup", "nouns": ["cup"], "verb": "take"},
        {"video": "v", "start": "1", "text": "open door"},
        {"video": 7, "start": 1, "text": "open door"},
        {"video": "v", "start": 1, "text": None},
        {"start": 1, "text": "open door"},
        {"video": True, "start": 1, "text": "open door"},
        {"video": "v", "start": None, "text": "open door"},
    ]
    path.write_text("\ufeff" + "\n\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    drops = Drops()
    found = list(read_table(path, "jsonl", None, drops))
    assert told(found) == {
        "7": [(1.0, 1.0, "C", "open door")],
        "v": [(1.0, 1.0, "C", "open door"), (3.0, 3.0, "C", "take cup")],
    }
    assert found[1][1][1].nouns == ("cup",)
    assert drops.counts == {"no text or time": 2, "no video": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"video": "v"\n', "own.jsonl:1: not JSON"),
        ('{"a": ' + "9" * 5000 + "}\n", "own.jsonl:1: not JSON"),
        ("[" * 100_000 + "\n", "own.jsonl:1: not JSON"),
        ("[1]\n", r"own.jsonl:1: a line should hold an object"),
    ],
)
def test_faults_of_json_lines_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        list(read_table(path, "jsonl"))


def test_missing_columns_and_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("video,text\n")
    with pytest.raises(InputError, match=r"own\.csv:1: lacks the column start; it has video, text"):
        list(read_table(path, "csv"))
    with pytest.raises(InputError, match="cannot read"):
        list(read_table(tmp_path / "none.csv", "csv"))
