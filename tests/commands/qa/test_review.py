"""``mmego qa review``: tables for people, and their verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.commands.qa import review
from mmego.errors import InputError
from tests.qa.small_set import write_set


def fill_in(sheet: Path) -> None:
    """Good English, right, and not to be guessed: in every row."""
    sheet.write_text(sheet.read_text("utf-8-sig").replace(",,,,,k", ",y,y,n,,k"), "utf-8")


@pytest.mark.parametrize("words", [[], ["read"], ["--seed"]])
def test_wrong_usage_of_review(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert review.run(words) == 2
    assert "give export or import" in capsys.readouterr().err


def test_a_table_that_people_may_have_filled_in_is_not_overwritten(tmp_path: Path) -> None:
    from mmego.commands.qa.review import run as review

    sheet = tmp_path / "review.csv"
    sheet.write_text("my verdicts")
    with pytest.raises(InputError, match="may hold verdicts"):
        review(["export", str(tmp_path), "--to", str(sheet)])
    assert sheet.read_text() == "my verdicts"


def test_a_sheet_without_verdicts_leaves_those_of_before(tmp_path: Path) -> None:
    write_set(tmp_path / "OUT")
    out, sheet, empty = str(tmp_path / "OUT"), str(tmp_path / "r.csv"), str(tmp_path / "empty.csv")
    for path in (sheet, empty):
        assert review.run(["export", out, "--to", path, "--number", "5"]) == 0
    fill_in(Path(sheet))
    assert review.run(["import", out, sheet]) == 0
    before = [(tmp_path / "OUT" / name).read_bytes() for name in ("review.json", "qa.reviewed.jsonl")]
    with pytest.raises(InputError, match=r"empty\.csv has no verdict: write y or n under grammar, correct, blind"):
        review.run(["import", out, empty])
    assert [(tmp_path / "OUT" / name).read_bytes() for name in ("review.json", "qa.reviewed.jsonl")] == before
