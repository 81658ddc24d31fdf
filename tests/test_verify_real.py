"""`make verify-real` on local folders of random weights in the published format, and where the two differ."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from scripts import verify_real

from mmego.model.backbones import llava_onevision
from tests.model.tiny import write_llava_onevision


@pytest.mark.parametrize(
    ("size", "tied", "precision"), [(64, True, "float32"), (128, False, "float32"), (64, True, "bfloat16")]
)
def test_the_answer_is_transformers_own(
    tmp_path: Path, clip: Path, size: int, tied: bool, precision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_llava_onevision(tmp_path / "ov", seed=3, image_size=size, tied=tied)
    words = ["--model", str(folder), "--video", str(clip), "--out", str(tmp_path / "out.md"), "--frames", "4"]
    words += ["--precision", precision, "--questions", "where is the red mug", "what is on the table"]
    code = verify_real.main(words)
    page = (tmp_path / "out.md").read_text()
    assert "| prompt's token ids | yes |" in page
    assert "| logits after the prompt | yes |" in page
    if precision == "float32":
        assert code == 0
        assert "| tokens generated | yes |" in page
    for said in ("| where is the red mug |", "| what is on the table |", "Peak memory", "torch "):
        assert said in page


def test_a_difference_is_seen(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_llava_onevision(tmp_path / "ov")
    real = llava_onevision.MmEgoForConditionalGeneration.encode_frames
    monkeypatch.setattr(
        llava_onevision.MmEgoForConditionalGeneration, "encode_frames", lambda self, pixels: real(self, pixels) * 1.05
    )
    words = ["--model", str(folder), "--video", str(clip), "--out", str(tmp_path / "out.md"), "--frames", "4"]
    assert verify_real.main([*words, "--precision", "float32"]) == 1
    assert "| logits after the prompt | **no** |" in (tmp_path / "out.md").read_text()


def test_without_a_hub_it_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_real.main(["--model", "no-such-model", "--out", str(tmp_path / "out.md")]) == 1
    err = capsys.readouterr().err
    assert "is not a model" in err
    assert err.count("\n") == 1


def test_tokens_that_part_late_are_counted() -> None:
    logits = torch.arange(4.0)
    theirs, ours = (SimpleNamespace(ids=[1], logits_V=logits, tokens=tokens) for tokens in ([5, 6, 7], [5, 6, 8]))
    assert verify_real.compare(theirs, ours, torch.float32)[2] == ("tokens generated", False, "2 of 3 the same")  # type: ignore[arg-type]
