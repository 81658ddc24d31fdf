"""What `mmego ask` refuses before torch is loaded, and what it says to do instead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from mmego import cli
from tests.engine.clips import write_clip

# Runs many calls in one process; prints the exit code, whether torch was loaded, and stderr of each.
PROGRAM = """
import contextlib, io, json, sys
from mmego.cli import main
rows = []
for words in json.loads(sys.argv[1]):
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        try:
            code = main(["ask", *words])
        except SystemExit as end:
            code = end.code
    rows.append([code, "torch" in sys.modules, err.getvalue()])
print(json.dumps(rows))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a video, the same again, a text file, pictures, a sound file and folders."""
    folder = tmp_path_factory.mktemp("ask")
    write_clip(folder / "a.mp4")
    (folder / "b.mp4").write_bytes((folder / "a.mp4").read_bytes())
    (folder / "notes.txt").write_text("no video")
    (folder / "empty.mp4").touch()
    for name in ("p.png", "p.jpg", "p.webp", "p.bmp", "p.tiff", "wrong.mp4"):
        Image.new("RGB", (8, 8)).save(folder / name, "PNG" if name == "wrong.mp4" else None)
    (folder / "none").mkdir()
    (folder / "kept").mkdir()
    (folder / "kept" / "manifest.json").write_text("{}")
    return folder


REFUSED = [
    (["a.mp4", "b.mp4", "Q"], 1, "the question 'b.mp4' is a file: mmego ask takes one VIDEO"),
    (["a.mp4", "gone.mp4"], 1, "the question 'gone.mp4' is a file"),
    (["a.mp4", "kept", "Q"], 1, "the question 'kept' is a file"),
    (["a.mp4", ""], 1, "a question is empty"),
    (["a.mp4", "Q", " \t"], 1, "a question is empty"),
    (["a.mp4", "Q", "--options", "on", ""], 1, "a choice is empty"),
    (["a.mp4", os.fsdecode(b"Where \xe9?")], 1, r"'Where \udce9?' is not text in UTF-8"),
    (["a.mp4", "Q", "--report", "none"], 1, "none: a file is to be written there, and it is a folder"),
    (["a.mp4", "Q", "--report", "notes.txt/r.html"], 1, "notes.txt is a file"),
    (["a.mp4", "Q", "--report", "r" * 300], 1, "File name too long"),
    (["a.mp4", "Q", "--keep", "0"], 1, "keep must be 1 or more"),
    (["notes.txt", "Q"], 1, "notes.txt: not a readable video file"),
    (["empty.mp4", "Q"], 1, "empty.mp4: is empty"),
    (["gone.mp4", "Q"], 1, "no such file: gone.mp4"),
    (["v" * 300, "Q"], 1, "File name too long"),
    (["none", "Q"], 1, "none is a folder, and not one of a memory (it has no manifest.json): give a video file"),
    ([".", "Q"], 1, "mmego ask takes one video, such as a.mp4 (4 are in it)"),
    (["p.png", "Q"], 1, "p.png is a picture (PNG), and mmego takes videos; this makes one of it: ffmpeg"),
    (["p.jpg", "Q"], 1, "is a picture (JPEG)"),
    (["p.webp", "Q"], 1, "is a picture (WebP)"),
    (["p.bmp", "Q"], 1, "is a picture (BMP)"),
    (["p.tiff", "Q"], 1, "is a picture (TIFF)"),
    (["wrong.mp4", "Q"], 1, "is a picture (PNG)"),
    (["https://example.org/v.mp4", "Q"], 1, "https://example.org/v.mp4 is an address, and mmego reads files: download"),
    (["file:///tmp/v.mp4", "Q"], 1, "file:///tmp/v.mp4 is an address: give the path alone: /tmp/v.mp4"),
    (["*.mp4", "Q"], 1, "*.mp4 is a pattern, which fits 4 files (a.mp4, b.mp4, empty.mp4, ...)"),
    (["*.mkv", "Q"], 1, "*.mkv is a pattern, which fits no file"),
    (["--options", "on", "in", "a.mp4", "Q"], 2, "--options takes every word up to the next flag, so it goes behind"),
    (["a.mp4", "--options", "on", "in", "Q"], 2, "mmego ask VIDEO QUESTION [QUESTION ...] --options TEXT TEXT"),
    (["a.mp4"], 2, "give at least one QUESTION after VIDEO"),
    (["a.mp4", "Q", "--device", "cuda"], 1, "device cuda was asked for"),
]


def test_everything_wrong_is_one_line_and_torch_is_never_loaded(place: Path) -> None:
    calls = json.dumps([words for words, _, _ in REFUSED])
    # Without CUDA_VISIBLE_DEVICES there is no GPU, whatever this machine has.
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, calls], capture_output=True, text=True, cwd=place, env=environment, check=False
    )
    assert done.stderr == ""
    for (words, code, said), (got, torch, err) in zip(REFUSED, json.loads(done.stdout), strict=True):
        assert (got, torch) == (code, False), words
        assert said in err, words
        if "--options" not in words or code == 1:
            assert err.count("\n") == 1, words
    assert sorted(path.name for path in place.iterdir() if path.name.startswith(".")) == []


def test_a_report_that_cannot_be_written_is_found_by_writing(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """os.access knows nothing of a full disk, a read-only mount or a quota."""

    def refuse(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert cli.main(["ask", str(place / "a.mp4"), "Q", "--report", str(place / "r.html")]) == 1
    assert capsys.readouterr().err == (
        f"mmego: {place / 'r.html'}: a file is to be written there: No space left on device\n"
    )
