"""The Python of README and the docs, and the tutorials' commands, run as they stand, beside a real video."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from mmego import cli
from tests.engine.clips import write_clip

ROOT = Path(__file__).parents[1]
SECONDS = 6
VIDEO = "docs/how-to/decode-video.md"


def blocks(page: str) -> list[tuple[int, str]]:
    """Return the fenced Python blocks of a page, each with its first line's number."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S)
    return [(text.count("\n", 0, match.start(1)), match.group(1)) for match in found]


def run(page: str, number: int = 0, **given: Any) -> dict[str, Any]:
    """Run one block of a page; gives all its names. `given` are those that the page leaves to the reader."""
    line, code = blocks(page)[number]
    names = {"__name__": "__main__", **given}
    exec(compile("\n" * line + code, str(ROOT / page), "exec"), names)
    return names


@pytest.fixture(autouse=True)
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``walk.mp4`` in the current folder."""
    monkeypatch.chdir(tmp_path)
    return write_clip(tmp_path / "walk.mp4", seconds=SECONDS)


@pytest.mark.parametrize(
    ("page", "count"),
    [("README.md", 1), ("docs/how-to/ask-videos.md", 1), ("docs/explanation/method.md", 1), (VIDEO, 2)],
)
def test_no_block_is_left_out(page: str, count: int) -> None:
    """A new block of these pages needs a test here."""
    assert len(blocks(page)) == count
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not re.search(r"^ {4}(?:from mmego\S* )?import ", text, re.M), "Python in an indented block is not run"


def test_the_five_lines_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in blocks("README.md")[0][1].splitlines() if line]
    assert len(lines) == 5
    answer = run("README.md")["answer"]
    assert answer.question == "Where did I put the red mug?"
    assert answer.model == "mmego-nano"
    assert answer.select == "pointer"
    assert len(answer.evidence) == 4
    assert all(0 <= evidence.time < SECONDS for evidence in answer.evidence)
    assert capsys.readouterr().out == f"{answer.answer} {[(e.time, e.score) for e in answer.evidence]}\n"


def test_asking_from_python_saves_and_loads_what_it_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "src").symlink_to(ROOT / "src")
    names = run("docs/how-to/ask-videos.md")
    answer = names["answer"]
    assert (answer.answer, answer.choice) == ("on the sofa", 1)
    assert answer.evidence
    assert capsys.readouterr().out.startswith(answer.answer)
    assert (tmp_path / "demo.memory" / "manifest.json").exists()
    # What was saved answers as what was not.
    assert names["second"].answer == answer.answer
    assert {e.time for e in names["second"].evidence} == {e.time for e in answer.evidence}
    blind = names["blind"]
    assert (blind.select, blind.evidence, blind.frames) == ("uniform", (), 0)


def test_the_model_without_its_engine(walk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page's ``folder`` is the shipped checkpoint here: no hub can be reached."""
    from mmego.video.decode import decode_frames

    folder = ROOT / "src" / "mmego" / "assets" / "nano"
    times = [second + 0.5 for second in range(SECONDS)]
    frames = [frame.image for frame in decode_frames(walk, times, size=(128, 128))]
    question, page = "Where did I put the red mug?", "docs/explanation/method.md"
    names = run(page, folder=folder, frames=frames, times=times, duration=float(SECONDS), question=question)
    assert tuple(names["logits_QN"].shape) == (1, SECONDS)
    assert len(set(names["kept"])) == len(names["kept"]) == 4
    assert re.search("[a-z]", capsys.readouterr().out)


def test_reading_a_video(capsys: pytest.CaptureFixture[str]) -> None:
    names = run(VIDEO)
    assert names["info"].duration == pytest.approx(SECONDS)
    assert len(names["times"]) == SECONDS
    assert names["frame"].image.shape == (384, 384, 3)
    assert names["report"].gaps == []
    assert capsys.readouterr().out == f"{names['report'].mode} []\n"


def test_writing_a_video(tmp_path: Path) -> None:
    from mmego.video.decode import probe

    run(VIDEO, 1)
    info = probe(tmp_path / "out.mp4")
    assert (info.width, info.height, info.fps) == (384, 384, 10)


def steps(page: str) -> list[tuple[str, str]]:
    """Return our commands of a tutorial, each with the output that the page shows below it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S):
        for part in block.split("$ ")[1:]:
            command, _, shown = part.partition("\n")
            found += [(command, shown)] if command.startswith("mmego ") else []
    return found


def without_numbers(text: str) -> list[str]:
    """Return the lines of a text with `#` for every number: other processors give other last digits."""
    return [re.sub(r"[0-9a-f]{12}|\d[\d.,:]*", "#", line).strip() for line in text.splitlines() if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("docs/tutorial/ask-your-first-video.md", 4),
        ("docs/tutorial/make-training-data.md", 6),
        ("docs/tutorial/measure-a-model.md", 5),
    ],
)
def test_a_tutorial_from_its_first_command_to_its_last(
    page: str, count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one folder, in order; what the page shows is what is printed."""
    pytest.importorskip("panda3d")
    shutil.copy(ROOT / "src" / "mmego" / "assets" / "demo" / "demo.mp4", tmp_path / "demo.mp4")
    commands = steps(page)
    assert len(commands) == count
    for command, shown in commands:
        assert cli.main(shlex.split(command)[1:]) == 0, command
        printed = without_numbers(capsys.readouterr().out)
        assert [line for line in without_numbers(shown) if line not in printed] == [], command
