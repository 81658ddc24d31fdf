"""Where something is to be written: what stands there is never lost, and a file in a folder's place is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.runs import RunSettings
from mmego.errors import InputError
from mmego.files import require_file, require_folder
from tests.bench.small import benchmark, write_run
from tests.qa.small_set import write_set


def test_a_folder_that_is_there_or_can_be_made_is_fine_and_nothing_is_made(tmp_path: Path) -> None:
    require_folder(tmp_path)
    require_folder(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_or_above_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("keep")
    for folder in (file, file / "deeper" / "still"):
        with pytest.raises(InputError, match=r"a folder is to be written there, and .*notes\.txt is a file"):
            require_folder(folder)


def test_a_file_that_is_there_or_can_be_made_is_fine_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old")
    for name in ("page.html", "other.html", "new/deeper/page.html"):
        require_file(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_what_cannot_become_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep")
    os.mkfifo(tmp_path / "pipe")
    for name, said in {
        ".": "and it is a folder",
        "notes.txt/x.html": r"notes\.txt is a file",
        "pipe": "a device or a pipe",
        "x" * 300: "name too long",
    }.items():
        with pytest.raises(InputError, match=f"a file is to be written there.*{said}"):
            require_file(tmp_path / name)


def locked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Lock a folder: chmod would not stop root."""
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and allowed(path, mode))


def test_a_locked_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked(monkeypatch, tmp_path)
    for check, place in ((require_file, "new/page.html"), (require_file, "page.html"), (require_folder, "new/deeper")):
        with pytest.raises(InputError, match=f"{place}: .*{tmp_path} is a folder you cannot write to"):
            check(tmp_path / place)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="you cannot write to"):
        require_file(tmp_path / "page.html")


@pytest.mark.parametrize("place", ["DIR", "DIR/notes.txt/x.html", "LOCKED/x.html"])
@pytest.mark.parametrize(
    "words",
    [
        "ask VIDEO where --model no-such-model --report PLACE",
        "demo --model no-such-model --report PLACE",
        "qa export QA --format jsonl --to PLACE",
        "qa review export QA --to PLACE",
        "bench review export BENCH --to PLACE",
    ],
)
def test_every_command_that_writes_a_file_looks_at_its_place_before_any_work(
    words: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = benchmark(tmp_path / "bench", 4)
    write_set(tmp_path / "qa")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "notes.txt").write_text("keep")
    (tmp_path / "locked").mkdir()
    locked(monkeypatch, tmp_path / "locked")
    given = Path(place.replace("DIR", str(tmp_path / "dir")).replace("LOCKED", str(tmp_path / "locked")))
    named = {"VIDEO": __file__, "PLACE": given, "QA": tmp_path / "qa", "BENCH": bench.path}
    assert cli.main([str(named.get(word, word)) for word in words.split()]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"mmego: {given}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    "words",
    [
        "simulate OUT --houses 1 --minutes 0.5",
        "bench simulate --mini -o OUT",
        "bench build QA -o OUT",
        "bench build BENCH --screen RUNS -o OUT",
        "bench import plain QUESTIONS -o OUT",
        "bench run BENCH --model baseline:longest -o OUT",
        "bench report BENCH RUNS -o OUT",
        "lmms-eval-tasks BENCH -o OUT",
    ],
)
def test_every_command_that_writes_a_folder_says_that_a_file_is_in_its_place(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = benchmark(tmp_path / "bench", 4)
    write_run(tmp_path / "runs" / "blind", bench, [0, 0, 0, 0], RunSettings(blind=True))
    (bench.path / "videos").mkdir()
    (bench.path / "videos" / "v0.mp4").write_bytes(b"")
    write_set(tmp_path / "qa")
    out = tmp_path / "notes.txt"
    out.write_text("keep")
    named = {
        "OUT": out,
        "QA": tmp_path / "qa",
        "BENCH": bench.path,
        "RUNS": tmp_path / "runs",
        "QUESTIONS": bench.path / "questions.jsonl",
    }
    assert cli.main([str(named.get(word, word)) for word in words.split()]) == 1
    assert "notes.txt is a file" in capsys.readouterr().err
    assert out.read_text() == "keep"


def test_tasks_for_lmms_eval_replace_tasks_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = benchmark(tmp_path / "bench", 4)
    (bench.path / "videos").mkdir()
    (bench.path / "videos" / "v0.mp4").write_bytes(b"")
    words = ["lmms-eval-tasks", str(bench.path), "-o", str(tmp_path / "tasks")]
    assert (cli.main(words), cli.main(words)) == (0, 0)
    mine = tmp_path / "tasks" / "results.csv"
    mine.write_text("keep")
    assert cli.main(words) == 1
    assert "holds other files (results.csv)" in capsys.readouterr().err
    assert mine.read_text() == "keep"
