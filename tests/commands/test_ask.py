"""``mmego ask``: answers, evidence, records, reports and warnings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch

import mmego
from mmego.commands import ask
from mmego.engine import engine as engine_module
from tests.commands.run_command import run
from tests.engine.clips import write_clip
from tests.model.tiny import write_mmego

pytestmark = pytest.mark.usefixtures("short_answers")

WHERE = "where did i put the red mug ?"
FIRST = "what did i pick up first ?"
OPTIONS = ["on the counter", "in the drawer", "on the table", "in the fridge"]


def test_a_failed_allocation_says_what_to_lower(
    tiny: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def greedy(*_: object, **__: object) -> None:
        torch.empty(1 << 50, dtype=torch.uint8)

    monkeypatch.setattr(engine_module, "encode_video", greedy)
    assert run("ask", clip, WHERE, "--model", tiny) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == (
        "mmego: out of memory: no room for 1125899.9 GB more; lower --frames or --keep, or give a lower --precision or "
        "a smaller --model"
    )
    assert run("ask", "--help") == 0
    shown = capsys.readouterr().out
    assert all(flag in shown for flag in re.findall(r"--\w+", ask.LOWER_WHAT))


def test_plain_answer_has_evidence_best_first(tiny: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ask", clip, WHERE, "--model", tiny, "--options", *OPTIONS) == 0
    answer, *evidence = capsys.readouterr().out.splitlines()
    option, share = re.fullmatch(r"(.+?)  \((\d+)%, chosen from 4\)", answer).groups()
    assert option in OPTIONS
    assert 25 <= int(share) <= 100
    assert len(evidence) == 3
    times, scores, origins = zip(*(line.split() for line in evidence), strict=True)
    assert set(origins) == {"pointer"}
    assert [float(s) for s in scores] == sorted((float(s) for s in scores), reverse=True)
    assert all(time.startswith("00:0") for time in times)


def test_words_that_the_model_has_never_seen_are_named(
    tiny: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = "where, did I put the bicycle?"
    assert run("ask", clip, WHERE, strange, "--model", tiny, "--options", "the red mug", "the bicycle", "on mars") == 0
    said = capsys.readouterr().err.splitlines()
    assert said == [f"reading {clip} (00:07)", "mmego: warning: tiny has never seen the words: bicycle, mars"]


def test_json_is_a_list_of_records_and_nothing_else(tiny: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--frames", "5", "--keep", "2", "--alpha", "100"]
    assert run("ask", clip, WHERE, FIRST, "--model", tiny, "--json", *flags) == 0
    first, second = json.loads(capsys.readouterr().out)
    fields = ["question", "answer", "choice", "evidence", "frames", "model", "select", "seconds", "spacing"]
    assert list(first) == fields
    assert first["spacing"] == 1.4
    assert (first["question"], second["question"]) == (WHERE, FIRST)
    assert (first["choice"], first["frames"], first["model"], first["select"]) == (None, 5, "tiny", "pointer")
    assert len(first["evidence"]) == 2
    assert all(set(item) == {"time", "score", "by"} for item in first["evidence"])
    assert run("ask", clip, WHERE, "--model", tiny, "--json", "--options", *OPTIONS) == 0
    chosen = json.loads(capsys.readouterr().out)[0]
    assert list(chosen) == [*fields, "options", "probabilities"]
    assert (chosen["options"], chosen["answer"]) == (OPTIONS, OPTIONS[chosen["choice"]])
    assert sum(chosen["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert max(chosen["probabilities"]) == chosen["probabilities"][chosen["choice"]]
    # Under so large a bonus both questions keep the same, evenly spaced frames.
    assert sorted(e["time"] for e in first["evidence"]) == sorted(e["time"] for e in second["evidence"])


def test_what_a_damaged_video_lacks_is_in_the_record(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut = write_clip(tmp_path / "clip.mkv"), tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert run("ask", cut, WHERE, "--model", tiny, "--json") == 0
    captured = capsys.readouterr()
    ((start, end),) = json.loads(captured.out)[0]["gaps"]
    assert 0 < start < end
    assert "frames could not be decoded" in captured.err


def test_several_questions_are_told_apart(tiny: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ask", clip, WHERE, FIRST, "--model", tiny, "--select", "uniform") == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert first.startswith(WHERE)
    assert second.startswith(FIRST)
    assert first.count("uniform") == 3


def test_report_is_written_beside_the_answer(
    tiny: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert run("ask", clip, WHERE, "--model", tiny, "--options", *OPTIONS, "--report", page) == 0
    assert capsys.readouterr().err == f"reading {clip} (00:07)\nreport: {page}\n"
    text = page.read_text()
    assert text.count("data:image/jpeg;base64,") == 3
    assert 'class="line"' in text
    assert "in the drawer" in text


def test_saved_memory_answers_in_the_videos_place(
    tiny: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mmego.Engine.from_pretrained(str(tiny), device="cpu").index(clip).save(tmp_path / "kept")
    assert run("ask", tmp_path / "kept", WHERE, "--model", tiny) == 0
    from_memory = capsys.readouterr()
    assert from_memory.err == ""  # nothing is read
    assert run("ask", clip, WHERE, "--model", tiny) == 0
    assert capsys.readouterr().out == from_memory.out


def test_a_memory_whose_video_changed_answers_only_with_stale_ok(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, kept, page = write_clip(tmp_path / "clip.mp4"), tmp_path / "kept", tmp_path / "page.html"
    mmego.Engine.from_pretrained(str(tiny), device="cpu").index(clip).save(kept)
    assert run("ask", kept, WHERE, "--model", tiny) == 0
    answered = capsys.readouterr().out
    write_clip(clip, seconds=3)
    assert run("ask", kept, WHERE, "--model", tiny) == 1
    refused = capsys.readouterr()
    assert (refused.out, refused.err.count("\n")) == ("", 1)
    assert f"{clip} is no longer the video of this memory; index it again, or answer from what is" in refused.err
    assert "--stale-ok" in refused.err
    assert run("ask", kept, WHERE, "--model", tiny, "--stale-ok", "--report", page) == 0
    stale = capsys.readouterr()
    assert stale.out == answered
    said = f"answered from what was kept: {clip} is no longer the video of this memory"
    assert f"mmego: warning: {said}\n" in stale.err
    assert page.read_text().count("no picture here") == 3
    assert said[1:] in page.read_text()


def test_untrained_pointer_warns_once_on_stderr(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untrained = write_mmego(tmp_path / "new", pointer_trained=False)
    assert run("ask", clip, WHERE, FIRST, "--model", untrained, "--json") == 0
    captured = capsys.readouterr()
    assert [row["select"] for row in json.loads(captured.out)] == ["uniform", "uniform"]
    warnings = [line for line in captured.err.splitlines() if line.startswith("mmego: warning:")]
    assert warnings == [
        "mmego: warning: the memory pointer of new is not trained: key frames are evenly spaced, not chosen"
    ]


def test_unreachable_hub_is_one_line_naming_it(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    assert run("ask", clip, "q", "--model", "nobody/no-such-model") == 1
    said = capsys.readouterr().err
    assert said.startswith("mmego: ")
    assert said.count("\n") == 1
    assert "nobody/no-such-model" in said
