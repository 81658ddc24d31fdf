"""``mmego qa inspect`` as a user meets it."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mmego.commands.qa.inspect import Format, run
from mmego.errors import InputError
from mmego.narrations.formats import FORMATS
from tests.narrations.data import real

CSV = "video,start,end,text,actor\na,1,2,open door,\na,3,2,close door,\nb,1,,waves,X\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(CSV)
    return path


def test_text(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed, excluded = tmp_path / "list.csv", tmp_path / "no.txt"
    listed.write_text("video_id,duration\na,60\nb,60\n")
    excluded.write_text("b\n")
    assert run([str(table), "--videos", str(listed), "--exclude", str(excluded)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"own: 1 file of the format csv; video list {listed}\n")
    assert "videos        1\n" in shown
    assert "1  end before start" in shown
    assert "e.g. own.csv:3: a 3 close door" in shown
    assert "1  video excluded" in shown
    assert "0:00:01.0-0:00:02.0      C   open door" in shown


def test_json(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(table), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["dataset"], found["format"], found["videos"], found["narrations"]) == ("own", "csv", 2, 2)
    assert (found["actors"], found["dropped"]) == ({"C": 1, "X": 1}, {"end before start": 1})


def test_faults_are_errors_of_ours(table: Path) -> None:
    with pytest.raises(InputError, match="has no splits"):
        run([str(table), "--split", "train"])
    with pytest.raises(InputError, match="no such file"):
        run(["no-such-file"])


def test_wrong_usage_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code in ((["--help"], 0), (["x", "--format", "wrong"], 2)):
        with pytest.raises(SystemExit) as stop:
            run(arguments)
        assert (stop.value.code or 0) == code
    assert "mmego qa inspect" in capsys.readouterr().out
    assert run([]) == 2
    assert capsys.readouterr().err.startswith("mmego qa inspect: give at least one SOURCE")


def test_the_flag_offers_every_format() -> None:
    assert Format.__args__ == ("auto", *FORMATS)  # type: ignore[attr-defined]


def test_the_docs_commands_have_flags_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "narrations.md").read_text(encoding="utf-8")
    commands = [shlex.split(line) for line in page.splitlines() if line.startswith("mmego qa inspect ")]
    assert len(commands) >= 4
    with pytest.raises(SystemExit):
        run(["--help"])
    shown = capsys.readouterr().out
    for words in commands:
        assert all(word in shown for word in words if word.startswith("--"))
    assert all(f"`{name}`" in page for name in FORMATS)


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, mmego.commands.qa.inspect\n"
        "sys.exit(str(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'transformers', 'numpy', 'pandas'})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_source_of_which_nothing_is_left_fails_and_says_why(
    words: list[str], table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("video_id,duration\nother,60\n")
    assert run([str(table), "--videos", str(listed), *words]) == 1
    shown = capsys.readouterr()
    assert "no narration is left of 0 videos (dropped: " in shown.err
    assert "the list must name the videos as the narrations do" in shown.err
    table.write_text("video,start,text\na,soon,open door\n")
    assert run([str(table), *words]) == 1
    shown = capsys.readouterr()
    assert "(dropped: no text or time 1)" in shown.err
    assert "start is 'soon'" in shown.out


def test_the_real_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(real("epic_kitchens/EPIC_100_validation.csv")), "--split", "validation", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["videos"], found["narrations"], found["hours"], found["dropped"]) == (138, 9668, 13.204, {})
