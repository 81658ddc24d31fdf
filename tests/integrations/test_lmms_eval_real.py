"""The real lmms-eval asks the shipped model a small benchmark; `mmego bench run` must give the same choices.

`make test-lmms-eval` makes the environment (gigabytes) and runs this in it; everywhere else it skips.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.data.runs import load_run
from mmego.bench.distractors.simulator import turns_to_mcq
from mmego.errors import InputError
from mmego.files import read_jsonl
from mmego.integrations.lmms_eval_tasks import BLIND, write_tasks
from mmego.narrations.readers.ego4d import read_ego4d
from mmego.qa.rules.turns import make_turns
from mmego.records import QA, Source, Span, VideoInput
from mmego.records.length_classes import LENGTH_CLASSES, length_group
from mmego.sim.dataset import SimulateOptions, simulate

pytest.importorskip("lmms_eval", reason="lmms-eval has an environment of its own: make test-lmms-eval")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Two simulated houses, what can be asked of each, and a question about both, the second cut short."""
    out = tmp_path_factory.mktemp("lmms") / "houses"
    simulate(SimulateOptions(out=out, houses=2, minutes=1.0, seed=800_000, size=128, fps=4, workers=1))
    questions = []
    for meta, narrations in read_ego4d(out / "narrations.json", out / "ego4d.json"):
        assert meta.duration is not None
        turns = tuple(make_turns(narrations, meta.duration, 0))
        qa = QA(meta.video, meta.video, Span(0.0, meta.duration), turns, Source("mmego-sim", "rules"))
        questions += turns_to_mcq(qa, 0, narrations)
    first, last = questions[0], questions[-1]
    both = (VideoInput("video 1", first.video, first.clip), VideoInput("video 2", last.video, Span(0.0, 9.0)))
    questions.append(replace(first, id="both", inputs=both, key_spans=()))
    # The classes are dealt out, not measured: every group must have questions for Avg to exist.
    classed = [replace(q, length_class=LENGTH_CLASSES[n % 7]) for n, q in enumerate(questions)]
    return save_benchmark(out, "two houses", classed, {})


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
    for task, name in (("egomemoria", "pointer-keep4"), (BLIND, "blind")):
        run = load_run(tmp_path / "runs" / name, load_benchmark(bench.path))
        (samples,) = (tmp_path / "out").rglob(f"*_samples_{task}.jsonl")
        chosen = {row["accuracy"]["id"]: row["accuracy"]["choice"] for row in read_jsonl(samples)}
        assert chosen == {name: p.choice for name, p in run.predictions.items()}
        (results,) = (tmp_path / "out").rglob("*_results.json")
        found = json.loads(results.read_text())["results"][task]
        right = run.correct(bench)
        assert found["accuracy,none"] == pytest.approx(100 * sum(right.values()) / len(right))
        if task == "egomemoria":
            score = found
            was = load_run(blind, bench).correct(bench)
            for metric, groups in (("avg", None), ("mda", was)):
                parts = [percent(right, bench, group, groups) for group in ("short", "medium", "long")]
                assert found[f"{metric},none"] == pytest.approx(sum(parts) / 3)
            assert found["mda_all,none"] == pytest.approx(percent(right, bench, None, was))
    assert "egomemoria_blind" in said
    for task, known in (("seeing", score), ("blind", found)):
        figures = {name: round(value, 1) for name, value in known.items() if isinstance(value, float)}
        print(f"\n{len(bench.questions)} questions, {task}: {figures}")
    samples = {task: next((tmp_path / "out").rglob(f"*_samples_{task}.jsonl")) for task in ("egomemoria", BLIND)}
    by_run = [doc["blind_right"] for doc in read_jsonl(tmp_path / "tasks" / "documents.jsonl")]
    again = write_tasks(bench, bench.video_folder, [samples[BLIND]], tmp_path / "again")
    assert [bool(doc["blind_right"]) for doc in read_jsonl(again / "documents.jsonl")] == [bool(x) for x in by_run]
    with pytest.raises(InputError, match="is a sample of egomemoria, which shows the videos"):
        write_tasks(bench, bench.video_folder, [samples["egomemoria"]], tmp_path / "wrong")


def percent(right: Mapping[str, bool], bench: Benchmark, group: str | None, blind: Mapping[str, bool] | None) -> float:
    """Percent right of a group's questions, or of all, without those that the blind run had right."""
    asked = [
        right[q.id]
        for q in bench.questions
        if group in (None, length_group(q.length_class)) and not (blind and blind[q.id])
    ]
    return 100 * sum(asked) / len(asked)
