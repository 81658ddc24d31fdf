"""Every example runs as a user would run it, with a tiny model in place of a real one."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from tests.engine.clips import write_clip
from tests.model.tiny import write_mmego

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")


def test_ask_video_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_mmego(tmp_path / "tiny", keep=2)
    clip = write_clip(tmp_path / "walk.mp4", seconds=4)
    question = "where did i put the red mug ?"
    run("ask_video.py", monkeypatch, clip, question, question, "--model", model)
    first = capsys.readouterr().out
    assert first.count(question) == 2
    assert first.count("seen best at") == 2
    clip.unlink()  # the second run answers from the memory alone
    run("ask_video.py", monkeypatch, clip, question, question, "--model", model)
    assert capsys.readouterr().out == first


def test_examples_are_short() -> None:
    for path in EXAMPLES.glob("*.py"):
        assert len(path.read_text().splitlines()) < 60, path
