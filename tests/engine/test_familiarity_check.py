"""Videos that are not of a checkpoint's world: one warning, a field of the answer, a note in the report."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmego import Engine, Memory, cli
from mmego.commands.ask import print_spacing
from mmego.engine import answer_step
from mmego.model.familiarity import COUNTS, Familiarity, save_familiarity
from mmego.records import Span
from mmego.video.sampling import frame_times
from mmego.video.write import VideoWriter
from tests.engine.clips import write_clip
from tests.model.tiny import write_mmego

WHERE, FIRST = "where did i put the red mug ?", "what did i pick up first ?"
SAID = "this does not look like the rectangles that tiny knows"


@pytest.fixture(autouse=True)
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_step, "NEW_TOKENS", 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_mmego(tmp_path_factory.mktemp("known") / "tiny", keep=3, alpha=0.0)
    save_familiarity(Familiarity("the rectangles that tiny knows", -3.0, 1.0, (1.5,) * len(COUNTS)), folder)
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine.from_pretrained(str(folder), device="cpu")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With noise, as a camera's."""
    return write_clip(tmp_path_factory.mktemp("clips") / "walk.mp4")


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rectangles alone."""
    path = tmp_path_factory.mktemp("clips") / "flat.mp4"
    with VideoWriter(path, 64, 64, fps=4, crf=10) as video:
        for number in range(28):
            image = np.full((64, 64, 3), 60, np.uint8)
            image[20:40, 4 + number : 24 + number] = 180
            video.add(image)
    return path


def test_a_strange_video_is_told_of_once_and_in_every_answer(engine: Engine, clip: Path) -> None:
    memory = engine.index(clip)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answers = engine.ask_all(memory, [WHERE, FIRST])
        answers += [engine.ask(memory, WHERE), engine.ask(engine.index(clip), WHERE)]
    assert [str(warning.message) for warning in caught] == [f"walk.mp4: {SAID}"]
    assert {answer.warning for answer in answers} == {SAID}
    assert answers[0].to_json()["warning"] == SAID


def test_a_video_of_the_known_world_is_not(engine: Engine, flat: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = engine.ask(engine.index(flat), WHERE)
        blind = engine.ask(None, WHERE)
    assert answer.warning is None
    assert "warning" not in answer.to_json()
    assert (blind.warning, blind.spacing) == (None, None)


def test_pictures_of_one_video_are_not_counted_for_the_next(engine: Engine, clip: Path, flat: Path) -> None:
    # Without V the key frames are read again, after the answer is known to be of a strange video.
    strange = engine.index(clip, tokens="compressed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert engine.ask(strange, WHERE).warning == SAID
    memory = engine.index(flat)
    assert len(memory.grains) == len(memory.times)
    assert engine.ask(memory, WHERE).warning is None


def test_a_memory_from_disk_still_knows(engine: Engine, clip: Path, tmp_path: Path) -> None:
    memory = engine.index(clip)
    memory.save(tmp_path / "memory")
    again = Memory.load(tmp_path / "memory")
    assert again.grains == memory.grains
    assert engine.ask(again, WHERE).warning == SAID
    manifest = json.loads((tmp_path / "memory" / "manifest.json").read_text())
    del manifest["grains"]  # as earlier versions wrote it
    (tmp_path / "memory" / "manifest.json").write_text(json.dumps(manifest))
    assert engine.ask(Memory.load(tmp_path / "memory"), WHERE).warning is None


def test_a_checkpoint_without_statistics_says_nothing(clip: Path, tmp_path: Path) -> None:
    engine = Engine.from_pretrained(str(write_mmego(tmp_path / "plain", keep=3)))
    memory = engine.index(clip)
    assert memory.grains == ()
    assert engine.ask(memory, WHERE).warning is None


def test_the_command_says_it_in_one_line_and_the_report_in_one_note(
    folder: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    words = ["ask", clip, WHERE, FIRST, "--model", folder, "--json", "--report", page]
    assert cli.main([str(word) for word in words]) == 0
    captured = capsys.readouterr()
    assert captured.err.count(SAID) == 1
    assert f"mmego: warning: walk.mp4: {SAID}\n" in captured.err
    assert [row["warning"] for row in json.loads(captured.out)] == [SAID, SAID]
    assert page.read_text().count("This does not look like the rectangles that tiny knows.") == 1


def test_frames_far_apart_are_told_of_with_the_flag_that_looks_closer(
    folder: Path, clip: Path, tmp_path: Path, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", str(clip), WHERE, "--model", str(folder), "--frames", "2", "--json"]) == 0
    captured = capsys.readouterr()
    line = "frames are 3.5 s apart; --frames N looks closer, N up to 7"
    assert captured.err.splitlines().count(line) == 1
    assert json.loads(captured.out)[0]["spacing"] == 3.5
    assert cli.main(["ask", str(clip), WHERE, "--model", str(folder), "--json"]) == 0
    captured = capsys.readouterr()
    assert "apart" not in captured.err
    assert json.loads(captured.out)[0]["spacing"] == 1.0
    engine.index(clip, frames=2).save(tmp_path / "memory")
    assert cli.main(["ask", str(tmp_path / "memory"), WHERE, "--model", str(folder)]) == 0
    assert "3.5 s apart; the video itself, asked with --frames N, looks closer" in capsys.readouterr().err


@pytest.mark.parametrize(("seconds", "rate"), [(9.72, 1.0), (1.9, 1.0), (40.0, 0.5)])
def test_nothing_is_said_where_no_flag_brings_frames_closer(
    seconds: float, rate: float, engine: Engine, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = engine.index(clip)
    times = frame_times(seconds, 300, rate)
    E_NC = memory.E_NC[:1].expand(len(times), -1)
    other = replace(memory, span=Span(0.0, seconds), times=tuple(times), E_NC=E_NC, V_NTC=None)
    print_spacing(other, rate, "--frames N")
    assert capsys.readouterr().err == ""
    print_spacing(other, None, "--frames N")
    assert ("apart" in capsys.readouterr().err) is (rate == 0.5)
