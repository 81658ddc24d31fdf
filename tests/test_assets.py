"""What ships with the package: the nano checkpoint, the demo video and its questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
import torch

from mmego import Engine
from mmego.commands.demo import DemoOptions, run_demo
from mmego.engine.answer_step import Question
from mmego.files import read_json, read_jsonl
from mmego.records import MCQ, Span
from mmego.video.probe import probe
from tests.narrations.data import real

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


def test_the_model_card_holds_what_one_must_know_before_using_the_model() -> None:
    card = " ".join((ASSETS / "nano" / "README.md").read_text(encoding="utf-8").split())
    assert card.startswith("--- license: apache-2.0")
    holds = {
        "data": "simulated houses",
        "training seeds": r"seeds [\d,]+ to [\d,]+",
        "test seeds": "9,000,000",
        "recipe": "mmego train nano",
        "accuracy": r"accuracy\D{0,40}(0\.\d\d|\d\d(\.\d)? %)",
        "recall": r"recall\D{0,40}(0\.\d\d|\d\d(\.\d)? %)",
        "blind": "blind",
        "real footage": r"[Ff]or real footage.{0,80}`--model`.{0,80}LLaVA-OneVision",
        "what it cannot do": r"(does not|cannot) .{0,200}\.",
    }
    assert [what for what, words in holds.items() if not re.search(words, card)] == []
    # The card's figures are those of the docs, whichever is written anew.
    docs = Path(__file__).parents[1] / "docs" / "reference" / "nano.md"
    told = docs.read_text(encoding="utf-8")
    assert [figure for figure in re.findall(r"0\.\d{3}", card) if figure not in told] == []
    vocabulary = read_json(ASSETS / "nano" / "tokenizer.json")["model"]["vocab"]
    words = len([word for word in vocabulary if not word.startswith("<")])
    assert f" {words} words" in card
    assert f" {words} words" in told


@pytest.fixture(scope="module")
def nano() -> Engine:
    return Engine.from_pretrained("nano", device="cpu")


def test_nano_points_and_names_a_place(nano: Engine) -> None:
    assert nano.model.can_point
    answer = nano.ask(ASSETS / "demo" / "demo.mp4", "Where did I put down the blue toy car?")
    assert answer.select == "pointer"
    assert answer.evidence[0].score > 3 / answer.frames  # far from even
    assert answer.answer.split()[0] in {"on", "in"}


def test_nano_knows_its_own_houses_and_says_so_of_real_footage(nano: Engine) -> None:
    assert (ASSETS / "nano" / "familiarity.json").stat().st_size < 100_000
    assert nano.ask(nano.index(ASSETS / "demo" / "demo.mp4"), "Where did I put down the mug?").warning is None
    clips = [real(f"videos/{name}.mp4") for name in ("ego4d_clip_2s", "handheld_1", "handheld_3")]
    said = {nano.ask(nano.index(path), "Where did I put down the mug?").warning for path in clips}
    assert said == {"this does not look like the simulated houses that nano knows"}


def test_demo_runs_and_the_pointer_finds_what_even_frames_do_not(tmp_path: Path, nano: Engine) -> None:
    items = run_demo(DemoOptions(report=tmp_path / "demo.html"))
    assert (tmp_path / "demo.html").stat().st_size > 20_000
    spans = [item.key_spans for item in items]
    pointed = [[evidence.time for evidence in item.finding.answer.evidence] for item in items]
    questions = [item.finding.answer.question for item in items]
    even = [
        [e.time for e in a.evidence] for a in nano.ask_all(ASSETS / "demo" / "demo.mp4", questions, select="uniform")
    ]
    assert {len(times) for times in [*pointed, *even]} == {nano.model.config.keep}
    # 4 even frames of 180 meet a key span of 3 to 6 seconds about once in eight questions; the pointer, in most.
    assert found(pointed, spans) >= max(5, found(even, spans) + 3)


def found(times: list[list[float]], key_spans: Sequence[Sequence[Span]]) -> int:
    """Questions of which at least one frame lies in a key span."""
    return sum(any(s.holds(t) for s in of for t in kept) for kept, of in zip(times, key_spans, strict=True))


@pytest.mark.gpu
def test_a_gpu_gives_the_answers_of_the_cpu(nano: Engine) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    rows = read_jsonl(ASSETS / "demo" / "questions.jsonl")
    asked = [Question(row["question"], tuple(row["options"]) or None) for row in rows]
    video = ASSETS / "demo" / "demo.mp4"
    there = Engine.from_pretrained("nano", device="cuda", precision="float32")
    assert there.model.device.type == "cuda"
    for ours, theirs in zip(nano.ask_all(video, asked), there.ask_all(video, asked), strict=True):
        assert (theirs.answer, theirs.choice) == (ours.answer, ours.choice)
        assert {e.time for e in theirs.evidence} == {e.time for e in ours.evidence}
        # Convolutions round to ten bits on a GPU (TF32).
        assert theirs.evidence[0].score == pytest.approx(ours.evidence[0].score, abs=0.02)
