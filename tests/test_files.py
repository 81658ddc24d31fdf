"""Where something is to be written: what stands there is never lost, and a file in a folder's place is named."""

from __future__ import annotations

import json
import os
import pwd
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mmego import cli
from mmego.bench.data.runs import RunSettings
from mmego.errors import InputError
from mmego.files import (
    cache_folder,
    json_text,
    naming_path,
    read_json,
    read_jsonl,
    read_object,
    read_records,
    require_file,
    require_folder,
    write_json,
    write_jsonl,
    write_text,
)
from tests.bench.small import benchmark, write_run
from tests.permissions import unprivileged
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


# JSON -------------------------------------------------------------------------------------------------------

NOT_JSON: list[tuple[bytes, str]] = [
    (b"[" * 100_000, "nested too deeply"),
    (b'{"a": ' + b"9" * 5000 + b"}", "a number of too many digits"),
    (b'{"a": "\xe9"}', r"not text in UTF-8 \(byte 0xe9\)"),
    (b"\xff\xfe{\x00}\x00", r"not text in UTF-8 \(byte 0xff\)"),
    (b'{"a": NaN}', "NaN"),
    (b'{"a": -Infinity}', "-Infinity"),
    (b'{"a": 1', "Expecting"),
    (b"{'a': 1}", "Expecting property name"),
]


@pytest.mark.parametrize(("content", "said"), NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_not_json_is_named_with_its_row(content: bytes, said: str, tmp_path: Path) -> None:
    rows, whole = tmp_path / "rows.jsonl", tmp_path / "whole.json"
    rows.write_bytes(b'{"fine": 1}\n\n' + content.replace(b"\xff\xfe", b"\xff\xfe ") + b"\n")
    whole.write_bytes(content)
    for read in (read_jsonl, read_records):
        with pytest.raises(InputError, match=rf"rows\.jsonl:3: not JSON: .*{said}"):
            list(read(rows))
    for read_whole in (read_json, read_object):
        with pytest.raises(InputError, match=rf"whole\.json.*: not JSON: .*{said}"):
            read_whole(whole)


def test_the_line_of_a_fault_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"a": 1,\n"b": 2,\n"c": "\xe9"}')
    with pytest.raises(InputError, match=r"a\.json:3: not JSON: not text in UTF-8"):
        read_json(tmp_path / "a.json")


def test_a_byte_order_mark_and_any_line_ends_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n{"a": 2}\r{"a": 3}\n')
    assert [row["a"] for row in read_records(tmp_path / "a.jsonl")] == [1, 2, 3]
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_object(tmp_path / "a.json") == {"a": 1}


@pytest.mark.parametrize("value", [[], ["a"], "text", 3, None, True, [[[[[[[[1]]]]]]]]], ids=repr)
def test_something_else_where_an_object_belongs_is_named(value: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(value))
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' + json.dumps(value) + "\n")
    with pytest.raises(InputError, match=r"a\.json: must be an object with keys, got "):
        read_object(tmp_path / "a.json")
    with pytest.raises(InputError, match=r"a\.jsonl:2: must be an object with keys, got "):
        list(read_records(tmp_path / "a.jsonl"))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for read in (read_json, read_object, lambda path: list(read_jsonl(path)), lambda path: list(read_records(path))):
        with pytest.raises(InputError, match=r"no such file: .*none"):
            read(tmp_path / "none")
        with pytest.raises(InputError, match="a file is to be read, and it is a folder"):
            read(tmp_path)
        with pytest.raises(InputError, match="cannot be read: File name too long"):
            read(tmp_path / ("x" * 300))
    program = "import sys\nfrom mmego.files import read_json\nfrom mmego.errors import InputError\n"
    program += "try:\n    read_json(sys.argv[1])\nexcept InputError as error:\n    print(error)\n"
    (tmp_path / "locked.json").write_text("{}")
    (tmp_path / "locked.json").chmod(0)
    done = unprivileged([sys.executable, "-c", program, str(tmp_path / "locked.json")])
    assert done.stdout == f"{tmp_path / 'locked.json'}: cannot be read: Permission denied\n"


def test_half_a_character_is_written_as_it_came(tmp_path: Path) -> None:
    rows = [{"a": "Where is the \ud83d mug?"}, {"a": "caf\udce9", "b": "déjà"}, {"a": "déjà"}]
    assert write_jsonl(tmp_path / "a.jsonl", rows) == 3
    assert list(read_jsonl(tmp_path / "a.jsonl")) == rows
    assert "déjà" in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()[2]
    write_json(tmp_path / "a.json", rows)
    assert read_json(tmp_path / "a.json") == rows
    write_text(tmp_path / "a.html", "caf\udce9 déjà")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "caf\ufffd déjà"
    assert json_text("déjà") == '"déjà"'


# Full disks -------------------------------------------------------------------------------------------------


def limited(path: Path, value: Any) -> str:
    """Write in a process whose files may hold 64 KiB: as on a disk that fills up on the way; what it said."""
    program = (
        "import json, sys\nfrom pathlib import Path\nfrom mmego.files import write_jsonl\n"
        "try:\n    write_jsonl(Path(sys.argv[1]), json.loads(sys.stdin.read()))\n"
        "except OSError as error:\n    print(error.filename, error.strerror)\n"
    )

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    words = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(words, input=json.dumps(value), capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.stderr == ""
    return done.stdout


def test_a_write_that_finds_no_room_names_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    assert limited(tmp_path / "small.jsonl", ["x"] * 10) == ""
    assert limited(tmp_path / "rows.jsonl", ["x" * 100] * 10_000) == f"{tmp_path / 'rows.jsonl'} File too large\n"
    assert [path.name for path in tmp_path.iterdir()] == ["small.jsonl"]


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (OSError(28, "No space left on device"), True),
        (OSError(28, "No space left on device", "/scratch/new/x"), True),
        (RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"), True),
        (OSError(28, "No space left on device", "/elsewhere/y"), False),
        (ConnectionResetError(104, "Connection reset by peer"), False),
        (RuntimeError("ours"), False),
    ],
    ids=range(6),
)
def test_a_fault_of_the_scratch_folder_is_one_of_the_file(error: Exception, names: bool) -> None:
    with (
        pytest.raises(type(error) if not names else OSError) as raised,
        naming_path(Path("out.json"), Path("/scratch")),
    ):
        raise error
    assert (getattr(raised.value, "filename", None) == "out.json") is names


def test_the_cache_folder_is_the_users_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MMEGO_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("MMEGO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "mmego"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")

    def homeless(user: int) -> None:
        raise KeyError(user)

    monkeypatch.setattr(pwd, "getpwuid", homeless)
    assert cache_folder() is None  # "~" would become a folder of the current one
