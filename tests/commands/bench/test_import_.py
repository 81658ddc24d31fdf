"""``mmego bench import`` as a user types it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from mmego.bench.data.folder import load_benchmark
from mmego.bench.importers.registry import FORMATS
from mmego.cli import run_command
from mmego.commands.bench.import_ import run
from mmego.errors import InputError
from tests.engine.clips import write_clip
from tests.narrations.data import real

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "import-a-benchmark.md"
ROW = {"video": "v", "question": "Where?", "options": ["here", "there"], "answer": "B", "category": "where"}


def mine(folder: Path, *rows: dict[str, object]) -> str:
    (folder / "mine.jsonl").write_text("".join(json.dumps({**ROW, **row}) + "\n" for row in rows))
    return str(folder / "mine.jsonl")


def test_what_is_written_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "videos").mkdir()
    write_clip(tmp_path / "videos" / "v.mp4")
    file = mine(tmp_path, {}, {"video": "w", "category": "when"}, {"options": ["x", "x", "y"], "answer": "y"})
    out = tmp_path / "out"
    words = ["plain", file, "-o", str(out), "--videos", str(tmp_path / "videos"), "--name", "Mine"]
    assert run_command("bench", ["import", *words]) == 0
    said = capsys.readouterr()
    assert said.out == (
        f"3 questions on 2 videos: {out}\n  where 2\n  when 1\nanswers: B 2, C 1\nlength known: 2 of 3\n"
        "a wrong option twice: 1 (mine-3)\n"
    )
    assert said.err == f"videos not in {tmp_path / 'videos'}: 1 of 2 (w)\n"
    saved = load_benchmark(out)
    assert (saved.name, len(saved.questions)) == ("Mine", 3)
    about = json.loads((out / "benchmark.json").read_text())
    assert about["files"][0]["name"] == "mine.jsonl"
    assert (len(about["files"][0]["sha256"]), about["made_by"]) == (64, "mmego bench import plain")
    with pytest.raises(InputError, match="is there already"):
        run(words)


def test_missing_clips_of_a_week_are_said_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    videos, out = tmp_path / "videos", tmp_path / "out"
    videos.mkdir()
    write_clip(videos / "DAY1_A1_JAKE_11000000.mp4")
    row = {"type": "EntityLog", "question": "Who?", **{f"choice_{x}": x for x in "abcd"}, "answer": "B"}
    asked = [{**row, "ID": str(n), "query_time": {"date": f"DAY{n}", "time": "12000000"}} for n in (1, 5)]
    (tmp_path / "EgoLifeQA_A1_JAKE.json").write_text(json.dumps(asked))
    assert run(["egolifeqa", str(tmp_path / "EgoLifeQA_A1_JAKE.json"), "-o", str(out), "--videos", str(videos)]) == 0
    said = capsys.readouterr()
    assert "of the time up to the query, nights included, the videos cover 0.0 % (median; 0.0 to 0.0)" in said.out
    assert said.err.splitlines()[1:] == [
        "a day up to the query without any clip: 1 of 2 (A1_JAKE-5: DAY2, DAY3, DAY4, DAY5)",
        "less than 5 % of the time up to the query: 2 of 2 (A1_JAKE-1: 0.00 of 12.0 h; A1_JAKE-5: 0.00 of 108.0 h)",
    ]
    kept = json.loads((out / "benchmark.json").read_text())["covered"]
    assert kept["A1_JAKE-5"] == {
        "hours": 0.0019,
        "of_hours": 108.0,
        "days_without_a_clip": ["DAY2", "DAY3", "DAY4", "DAY5"],
    }
    assert kept["A1_JAKE-1"]["days_without_a_clip"] == []


def test_bad_rows_are_left_out_counted_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = [{"answer": "C", "id": f"q{n}\ud83d"} for n in range(22)]
    path = mine(tmp_path, *[{}] * 30, *bad)
    assert run(["plain", path, "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "left out: bad row 22 of 52"
    assert said[1].startswith("  mine.jsonl: row 31: ")
    assert said[21:] == ["  and 2 more, all in benchmark.json"]
    about = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    assert (about["questions"], about["left_out"], len(about["bad_rows"])) == (30, {"bad row": 22}, 22)


def test_folders_stand_for_the_files_in_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, empty = tmp_path / "vqa-benchmark", tmp_path / "empty"
    for path in (folder, empty):
        path.mkdir()
    inputs = {"video 1": {"id": "P01-1", "start_time": "00:00:01.000", "end_time": "00:00:09.000"}}
    asked = {"inputs": inputs, "question": "What?", "choices": list("abcde"), "correct_idx": 1}
    for name in ("b", "a"):
        (folder / f"{name}.json").write_text(json.dumps({f"{name}_0": asked}))
    (folder / "README.md").write_text("not read")
    assert run(["hd-epic", str(folder), "-o", str(tmp_path / "out")]) == 0
    about = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    assert [file["name"] for file in about["files"]] == ["a.json", "b.json"]
    assert about["questions"] == 2
    with pytest.raises(InputError, match=r"empty holds none of the files of hd-epic: \*\.json"):
        run(["hd-epic", str(empty), "-o", str(tmp_path / "other")])


def test_the_real_folder_of_hd_epic(tmp_path: Path) -> None:
    folder = real("hd_epic")
    assert run(["hd-epic", str(folder), "-o", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / "benchmark.json").read_text())["questions"] == 850


def test_with_strict_a_faulty_row_leaves_no_benchmark(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 2"):
        run(["plain", mine(tmp_path, {}, {"answer": "C"}), "--strict", "-o", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_what_was_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"q_uid": q, "question": "?", **{f"option {n}": str(n) for n in range(5)}} for q in "ab"]
    (tmp_path / "questions.json").write_text(json.dumps(rows))
    (tmp_path / "answers.json").write_text('{"a": 1}')
    words = [str(tmp_path / "questions.json"), str(tmp_path / "answers.json"), "-o", str(tmp_path / "out")]
    assert run(["egoschema", *words]) == 0
    assert capsys.readouterr().err == "left out: no_public_answer 1 (b)\n"
    assert json.loads((tmp_path / "out" / "benchmark.json").read_text())["left_out"] == {"no_public_answer": 1}


def test_list_help_and_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(FORMATS)
    with pytest.raises(SystemExit) as stop:
        run(["--help"])
    assert stop.value.code == 0
    for words in ([], ["hd-epic"], ["hd-epic", "x.json"]):
        assert run(words) == 2
        assert "give NAME, at least one FILE and -o BENCH" in capsys.readouterr().err


def test_the_commands_of_the_page_name_importers_and_flags_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["--help"])
    text = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    lines = re.findall(r"^mmego bench import .*$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(lines) >= len(FORMATS)
    named = set()
    for line in lines:
        words = shlex.split(line)[3:]
        named.add(words[0])
        assert all(word in text for word in words if word.startswith("-")), line
    assert named == {*FORMATS, "--list"}


def test_all_of_the_real_hd_epic_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(path) for path in real("hd_epic/recipe_step_recognition.json").parent.glob("*.json"))
    assert run(["hd-epic", *files, "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("850 questions on ")
    assert "fine_grained_why_recognition 500" in said
    assert len(load_benchmark(tmp_path / "out").questions) == 850
