"""Memory that runs out while a benchmark is run: smaller batches first, then an error row, and the run goes on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import PREDICTIONS
from mmego.records import MCQ
from tests.bench.small import question
from tests.engine.clips import write_clip
from tests.engine.small_memory import SETTINGS
from tests.model.tiny import write_mmego

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux's"),
]
ROOT = Path(__file__).parents[2]
SIZE = 768
"""Pixels: a frame is 7 MB as floats."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mmego(tmp_path_factory.mktemp("limits") / "tiny", image_size=SIZE, keep=3, alpha=0.0)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    folder = tmp_path_factory.mktemp("bench")
    questions: list[MCQ] = [replace(question(n), clip=None) for n in range(6)]
    questions[3] = replace(questions[3], question="where was it, asked in vain?")
    for name, seconds in (("v0", 9), ("v1", 9), ("v2", 3)):
        write_clip(folder / "videos" / f"{name}.mp4", seconds=seconds)
    return save_benchmark(folder, "limits", questions, {})


@pytest.fixture(scope="module")
def easy(checkpoint: Path, bench: Benchmark, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run of a process that has all the memory it wants, of questions that all can be answered."""
    folder = tmp_path_factory.mktemp("easy")
    run(checkpoint, without_limits(bench, folder / "bench"), folder / "runs", "none", 0)
    return folder / "runs"


def without_limits(bench: Benchmark, folder: Path) -> Path:
    """Return the same questions but for the words that make memory scarce."""
    save_benchmark(folder, "easy", [replace(q, question=question(0).question) for q in bench.questions], {})
    (folder / "videos").symlink_to(bench.video_folder)
    return folder


def run(checkpoint: Path, bench: Path, out: Path, tight: str, more: int, *words: str) -> str:
    """Run in a process of its own; returns its stderr."""
    command = [sys.executable, "-m", "tests.engine.small_memory", str(checkpoint), str(bench), str(out), tight]
    # One heap and one thread: every thread more reserves 64 MB of addresses. What is freed goes back at once.
    env = {**os.environ, "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, str(more), *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def rows(runs: Path, settings: object) -> dict[str, dict[str, object]]:
    """Return the predictions by id, without the seconds that they took."""
    read = map(json.loads, (runs / str(settings) / PREDICTIONS).read_text().splitlines())
    return {row["id"]: {name: value for name, value in row.items() if name != "seconds"} for row in read}


def test_a_video_that_has_no_room_is_error_rows_and_the_next_ones_are_answered(
    checkpoint: Path, bench: Benchmark, easy: Path, tmp_path: Path
) -> None:
    run(checkpoint, bench.path, tmp_path, "v0", 20 << 20)
    for settings in SETTINGS:
        got, expected = rows(tmp_path, settings), rows(easy, settings)
        for name in ("q0", "q1"):
            assert str(got[name]["error"]).startswith("out of memory")
            assert got[name]["choice"] is None
        for name in ("q2", "q4", "q5"):
            assert got[name] == expected[name]
    assert str(rows(tmp_path, SETTINGS[1])["q3"]["error"]).startswith("out of memory")


def test_failed_rows_are_asked_again_when_there_is_room(
    checkpoint: Path, bench: Benchmark, easy: Path, tmp_path: Path
) -> None:
    calm = without_limits(bench, tmp_path / "bench")
    run(checkpoint, calm, tmp_path / "runs", "v0", 20 << 20)
    assert rows(tmp_path / "runs", SETTINGS[0]) != rows(easy, SETTINGS[0])
    run(checkpoint, calm, tmp_path / "runs", "none", 0, "retry")
    for settings in SETTINGS:
        assert rows(tmp_path / "runs", settings) == rows(easy, settings)


def test_with_less_room_frames_are_encoded_in_smaller_batches_to_the_same_rows(
    checkpoint: Path, bench: Benchmark, easy: Path, tmp_path: Path
) -> None:
    calm = without_limits(bench, tmp_path / "bench")
    said = run(checkpoint, calm, tmp_path / "runs", "v0", 64 << 20)
    assert re.search(r"v0\.mp4: out of memory.*; it was encoded in batches of [124]\n", said)
    for settings in SETTINGS:
        assert rows(tmp_path / "runs", settings) == rows(easy, settings)
