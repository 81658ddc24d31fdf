"""The real lmms-eval asks the shipped model a small benchmark; `mmego bench run` must give the same choices.

`make test-lmms-eval` makes the environment (gigabytes) and runs this in it; everywhere else it skips.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mmego.bench.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.mcq import turns_to_mcq
from mmego.bench.runs import load_run
from mmego.files import read_jsonl
from mmego.narrations.ego4d import read_ego4d
from mmego.qa.rules import make_turns
from mmego.records import QA, Source, Span
from mmego.sim.dataset import SimulateOptions, simulate

pytest.importorskip("lmms_eval", reason="lmms-eval has an environment of its own: make test-lmms-eval")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Two simulated houses and what can be asked of them."""
    out = tmp_path_factory.mktemp("lmms") / "houses"
    simulate(SimulateOptions(out=out, houses=2, minutes=1.0, seed=800_000, size=128, fps=4, workers=1))
    questions = []
    for meta, narrations in read_ego4d(out / "narrations.json", out / "ego4d.json"):
        assert meta.duration is not None
        turns = tuple(make_turns(narrations, meta.duration, 0))
        qa = QA(meta.video, meta.video, Span(0.0, meta.duration), turns, Source("mmego-sim", "rules"))
        questions += turns_to_mcq(qa, 0, narrations)
    return save_benchmark(out, "two houses", questions, {})


def command(*words: str | Path) -> str:
    """Run a python module as a user would; its stdout."""
    env = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-m", *map(str, words)], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_lmms_eval_and_bench_run_choose_the_same_question_by_question(bench: Benchmark, tmp_path: Path) -> None:
    command("mmego", "bench", "run", bench.path, "--model", "nano", "--keep", "4", "-o", tmp_path / "runs")
    command("mmego", "bench", "run", bench.path, "--model", "nano", "--blind", "-o", tmp_path / "runs")
    blind = tmp_path / "runs" / "blind"
    folder = command("mmego", "lmms-eval-tasks", bench.path, "--blind", blind, "-o", tmp_path / "tasks").strip()
    said = command(
        *("lmms_eval", "--model", "mmego", "--model_args", "pretrained=nano,keep=4"),
        *("--tasks", "egomemoria,egomemoria_blind", "--include_path", folder),
        *("--batch_size", "1", "--log_samples", "--output_path", tmp_path / "out"),
    )
    for task, name in (("egomemoria", "pointer-keep4"), ("egomemoria_blind", "blind")):
        run = load_run(tmp_path / "runs" / name, load_benchmark(bench.path))
        (samples,) = (tmp_path / "out").rglob(f"*_samples_{task}.jsonl")
        chosen = {row["accuracy"]["id"]: row["accuracy"]["choice"] for row in read_jsonl(samples)}
        assert chosen == {name: p.choice for name, p in run.predictions.items()}
        (results,) = (tmp_path / "out").rglob("*_results.json")
        found = json.loads(results.read_text())["results"][task]
        right = run.correct(bench)
        assert found["accuracy,none"] == pytest.approx(100 * sum(right.values()) / len(right))
        if task == "egomemoria":
            left = [right[q] for q, was in load_run(blind, bench).correct(bench).items() if not was]
            assert found["mda,none"] == pytest.approx(100 * sum(left) / len(left))
    assert "egomemoria_blind" in said
