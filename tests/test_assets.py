"""What ships with the package: the nano checkpoint, the demo video and its questions."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from mmego import Engine
from mmego.demo import DemoOptions, run_demo
from mmego.files import read_jsonl
from mmego.records import MCQ
from mmego.video.probe import probe

ASSETS = Path(str(files("mmego"))) / "assets"


def test_assets_stay_small() -> None:
    assert (ASSETS / "nano" / "model.safetensors").stat().st_size <= 16e6
    assert (ASSETS / "demo" / "demo.mp4").stat().st_size <= 6e6


def test_demo_video_is_one_to_three_minutes_long_and_its_questions_fit_it() -> None:
    info = probe(ASSETS / "demo" / "demo.mp4")
    assert 60 <= info.duration <= 180
    rows = list(read_jsonl(ASSETS / "demo" / "questions.jsonl"))
    assert len(rows) >= 6
    for row in rows:
        if row["options"]:
            question = MCQ.from_json({k: v for k, v in row.items() if k != "truth"})
            assert question.options[question.answer] == row["truth"]
        assert all(0 <= start < end <= info.duration + 0.1 for start, end in row["key_spans"])


@pytest.fixture(scope="module")
def nano() -> Engine:
    return Engine.from_pretrained("nano", device="cpu")


def test_nano_points_and_names_a_place(nano: Engine) -> None:
    assert nano.model.can_point
    answer = nano.ask(ASSETS / "demo" / "demo.mp4", "Where did I put down the blue toy car?")
    assert answer.select == "pointer"
    assert answer.evidence[0].score > 3 / answer.frames  # far from even
    assert answer.answer.split()[0] in {"on", "in"}


def test_demo_runs_and_the_pointer_finds_what_even_frames_do_not(tmp_path: Path) -> None:
    items = run_demo(DemoOptions(report=tmp_path / "demo.html"))
    assert (tmp_path / "demo.html").stat().st_size > 20_000
    found = 0
    for item in items:
        times = [e.time for e in item.finding.answer.evidence]
        found += any(span.holds(t) for span in item.key_spans for t in times)
    # 4 even frames of 120 meet a key span of 3 to 6 seconds once or twice in seven questions.
    assert found >= 4
