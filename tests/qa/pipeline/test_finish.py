"""The last stage: filters again, by name, and with files that lost rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.files import read_json, read_jsonl
from tests.qa.commands import files, mmego


def test_filter_again_without_writing_again(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out) == 0
    before = files(out)
    assert mmego("filter", out, "--filter.max-answer-words", 3, "--keep-dropped") == 0
    stats = read_json(out / "stats.json")
    assert stats["turns"]["kept"] < stats["turns"]["written"]
    dropped = list(read_jsonl(out / "dropped.jsonl"))
    assert len(dropped) == stats["turns"]["written"] - stats["turns"]["kept"]
    written = {row["clip"]["id"]: row["qa"]["turns"] for row in read_jsonl(out / "written" / "00000.jsonl")}
    for row in dropped:
        clip, _, index = row["id"].rpartition("#")
        assert written[clip][int(index)]["question"] == row["question"]
        assert set(row) == {"id", "question", "answer", "filter", "reason"}
    assert {row["filter"] for row in dropped} >= {"length"}
    assert all(len(t["answer"].split()) <= 3 for row in read_jsonl(out / "qa.jsonl") for t in row["turns"])
    assert {k: v for k, v in files(out).items() if k.startswith("written")} == {
        k: v for k, v in before.items() if k.startswith("written")
    }
    assert mmego("filter", out) == 0
    assert files(out) == before


def test_filters_are_switched_by_name(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def names(*words: object) -> list[str]:
        assert mmego("filter", made, *words) == 0
        return [row["name"] for row in read_json(made / "stats.json")["filters"]]

    before = files(made)
    every = names()
    assert names("--filters", "length") == ["length"]
    assert names("--without", "length") == [name for name in every if name != "length"]
    assert mmego("filter", made, "--filters", "lenght") == 1
    assert "no filter 'lenght'" in capsys.readouterr().err
    names()
    assert files(made) == before


def test_make_after_filter_names_what_differs_shortly(
    made: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(made)
    assert mmego("filter", made, "--without", "common_sense", "yes_no") == 0
    capsys.readouterr()
    assert mmego("make", source, "-o", made, "--tasks", 5) == 1
    said = (
        "was last filtered with other options (names now with common_sense, yes_no): `mmego qa filter` filters it anew"
    )
    assert capsys.readouterr().err == f"mmego: {made} {said}\n"
    assert mmego("filter", made) == 0
    assert files(made) == before


def test_filter_needs_a_written_data_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mmego("filter", tmp_path / "none") == 1
    assert "is not a data set" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_written_file_that_lost_rows_is_named(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert mmego("make", source, "-o", out) == 0
    written = out / "written" / "00000.jsonl"
    rows = written.read_text().splitlines(keepends=True)
    written.write_text("".join(rows[:-2]))
    assert mmego("filter", out) == 1
    assert f"00000.jsonl has {len(rows) - 2} clips, {len(rows)} were cut: delete the file" in capsys.readouterr().err
    written.unlink()
    assert mmego("make", source, "-o", out) == 0
    assert len(written.read_text().splitlines()) == len(rows)
