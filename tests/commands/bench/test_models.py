"""The models of ``mmego bench run --model``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import load_run
from tests.bench.small import question
from tests.commands.run_command import run


def test_baselines_see_the_text_alone_and_learn_from_other_questions(
    bench: Benchmark, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("bench", "run", bench.path, "--model", "baseline:longest", "-o", tmp_path / "longest") == 0
    loaded = load_run(tmp_path / "longest" / "blind", bench)
    assert {p.choice for p in loaded.predictions.values()} == {1}  # "in the drawer": longest of "on the table"...
    others = [replace(question(n, 2), video="other", clip=None) for n in range(4)]
    train = save_benchmark(tmp_path / "train", "others", others, {})
    words = ["bench", "run", bench.path, "--model", "baseline:majority", "-o", tmp_path / "majority"]
    assert run(*words, "--train", train.path) == 0
    loaded = load_run(tmp_path / "majority" / "blind", bench)
    assert {p.choice for p in loaded.predictions.values()} == {2}
    assert train.sha256 in loaded.fingerprint
    capsys.readouterr()
    assert run(*words, "--train", bench.path) == 1
    assert "8 questions of" in capsys.readouterr().err
