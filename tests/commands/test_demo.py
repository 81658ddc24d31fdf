"""``mmego demo``, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.commands import demo
from mmego.records import MCQ, Source, Span
from tests.commands.run_command import run
from tests.engine.clips import write_clip

pytestmark = pytest.mark.usefixtures("short_answers")

WHERE = "where did i put the red mug ?"
FIRST = "what did i pick up first ?"
OPTIONS = ["on the counter", "in the drawer", "on the table", "in the fridge"]


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_clip(folder / "demo.mp4")
    source = Source("sim", "rules")
    rows = []
    for number, question in enumerate((WHERE, FIRST)):
        spans = (Span(0, 7),) if number == 0 else (Span(100, 101),)
        mcq = MCQ(
            f"d{number}",
            "demo",
            Span(0, 7),
            question,
            tuple(OPTIONS),
            number,
            "short",
            spans,
            "other",
            source,
        )
        rows.append({**mcq.to_json(), "truth": OPTIONS[number]})
    rows.append({"question": FIRST, "truth": "the red mug", "key_spans": [[2, 3]]})
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_demo_judges_by_the_truth_and_writes_the_report(
    tiny: Path, demo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "demo.html"
    assert run("demo", "--model", tiny, "--folder", demo_folder, "--report", page) == 0
    shown = capsys.readouterr().out
    for number, question in enumerate((WHERE, FIRST, FIRST), 1):
        assert f"{number}. {question}" in shown
    right = shown.count("-> right")
    assert right + shown.count("-> wrong, it is:") == 3
    assert f"{right} of 3 answers right" in shown
    assert shown.count("* the moment itself") >= 3  # all of question 1's frames
    assert str(page) in shown
    text = page.read_text()
    assert f"<b>{right} of 3</b> right" in text
    assert text.count("<figure") == 9


def test_demo_question_lacking_a_key_is_named(
    tiny: Path, demo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo.mp4").symlink_to(demo_folder / "demo.mp4")
    (tmp_path / "questions.jsonl").write_text('{"question": "q", "key_spans": []}\n')
    assert run("demo", "--model", tiny, "--folder", tmp_path) == 1
    assert "lacks 'truth'" in capsys.readouterr().err
    (tmp_path / "questions.jsonl").write_text("\n")
    assert run("demo", "--model", tiny, "--folder", tmp_path) == 1
    assert "holds no questions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "truth", "right"),
    [
        ("On the desk.", "on a desk", True),
        ("The red mug", "red  mug", True),
        ("a green mug", "a red mug", False),
        ("", "on the desk", False),
    ],
)
def test_judging_looks_past_case_articles_and_full_stop(answer: str, truth: str, right: bool) -> None:
    assert demo.DemoQuestion("q", truth, None, ()).judge(answer) is right
