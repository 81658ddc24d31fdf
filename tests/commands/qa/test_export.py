"""``mmego qa export`` and ``mmego qa review`` as a user types them, and every command line of.

See docs/how-to/export-and-review.md.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from mmego.commands.qa import export, review
from mmego.errors import InputError
from tests.qa.small_set import write_set

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "export-and-review.md"


def documented() -> list[list[str]]:
    return [shlex.split(line)[1:] for line in re.findall(r"^mmego qa .*$", PAGE.read_text(encoding="utf-8"), re.M)]


def run(words: list[str]) -> int:
    assert words[0] == "qa"
    module = {"export": export, "review": review}[words[1]]
    return module.run(words[2:])


def fill_in(sheet: Path) -> None:
    """Good English, right, and not to be guessed: in every row."""
    sheet.write_text(sheet.read_text("utf-8-sig").replace(",,,,,k", ",y,y,n,,k"), "utf-8")


def test_every_command_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for needed in ("pyarrow", "matplotlib", "yaml"):
        pytest.importorskip(needed)
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "OUT")
    (tmp_path / "VIDEOS").mkdir()
    (tmp_path / "VIDEOS" / "day1.mp4").touch()
    commands = documented()
    assert len(commands) >= 7
    for words in commands:
        if words[1:3] == ["review", "import"]:
            fill_in(Path(words[4]))
        assert run(words) == 0, words
        target = words[words.index("-o") + 1] if "-o" in words else "OUT/qa.reviewed.jsonl"
        assert (tmp_path / target).exists(), words


def test_what_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path / "OUT")
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "day1.mp4").touch()
    out, to = str(tmp_path / "OUT"), str(tmp_path / "a.jsonl")
    assert export.run([out, "--to", to, "--format", "jsonl", "--videos", str(tmp_path / "videos")]) == 0
    said = capsys.readouterr()
    assert re.fullmatch(rf"1 conversations, \d+ turns, 1 file: {to}\n", said.out)
    assert said.err == "left out: no_video_file 4 (day0; day2; day3)\n"
    sheet = str(tmp_path / "r.csv")
    assert review.run(["export", out, "--to", sheet, "--number", "100000"]) == 0
    assert "no more than" in capsys.readouterr().err
    fill_in(Path(sheet))
    assert review.run(["import", out, sheet]) == 0
    said = capsys.readouterr()
    assert re.search(
        r"^all +100\.0% \(\d\d\.\d%-100\.0%, \d+\) +100\.0% .* +0\.0% \(0\.0%-\d\.\d%, \d+\)$", said.out, re.M
    )
    assert re.search(r"^where_put +100\.0%", said.out, re.M)
    assert "0 left out" in said.out


def test_help_and_missing_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review.run(["--help"]) == 0
    assert "export" in capsys.readouterr().out
    for words in (["export", "--help"], ["import", "--help"]):
        with pytest.raises(SystemExit) as stop:
            review.run(words)
        assert stop.value.code == 0
    with pytest.raises(SystemExit) as stop:
        export.run([str(tmp_path)])
    assert stop.value.code == 2
    with pytest.raises(InputError, match="mmego qa make writes it"):
        export.run([str(tmp_path), "--to", str(tmp_path / "x")])


def test_the_ending_says_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path / "OUT")
    out = str(tmp_path / "OUT")
    assert export.run([out, "--to", str(tmp_path / "a.jsonl")]) == 0
    assert capsys.readouterr().err == ""
    assert "turns" in json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])
    assert export.run([out, "--to", str(tmp_path / "a.JSON"), "--frames", "9"]) == 0
    assert "in the format llava" in capsys.readouterr().err
    assert "frame_times" in json.loads((tmp_path / "a.JSON").read_text())[0]
    with pytest.raises(InputError, match=r"the ending \.csv; write \.jsonl \(jsonl\), \.parquet"):
        export.run([out, "--to", str(tmp_path / "a.csv")])
    assert export.run([out, "--to", str(tmp_path / "a.csv"), "--format", "jsonl"]) == 0


def test_what_was_reviewed_before_the_data_set_was_filtered_anew_is_not_exported(tmp_path: Path) -> None:
    samples = write_set(tmp_path / "OUT")
    out, sheet, to = str(tmp_path / "OUT"), str(tmp_path / "r.csv"), str(tmp_path / "a.jsonl")
    assert review.run(["export", out, "--to", sheet, "--number", "5"]) == 0
    fill_in(Path(sheet))
    assert review.run(["import", out, sheet]) == 0
    flags = [out, "--to", to, "--reviewed"]
    assert export.run(flags) == 0
    write_set(tmp_path / "OUT", samples[:-1])
    Path(to).unlink()
    with pytest.raises(InputError, match=r"an older qa\.jsonl .*mmego qa review import .*again.*without --reviewed"):
        export.run(flags)
    assert not Path(to).exists()
    write_set(tmp_path / "OUT", samples)
    assert export.run(flags) == 0
    # A review of before hashes were kept: nobody knows what it was of.
    (tmp_path / "OUT" / "review.json").write_text("{}")
    with pytest.raises(InputError, match="an older"):
        export.run(flags)


@pytest.mark.parametrize("flag", ["-o", "--out", "--to"])
def test_the_target_is_named_as_everywhere_else(tmp_path: Path, flag: str) -> None:
    write_set(tmp_path / "OUT")
    assert export.run([str(tmp_path / "OUT"), flag, str(tmp_path / "a.jsonl")]) == 0
    assert (tmp_path / "a.jsonl").is_file()
    assert review.run(["export", str(tmp_path / "OUT"), flag, str(tmp_path / "r.csv")]) == 0
    assert (tmp_path / "r.csv").is_file()
