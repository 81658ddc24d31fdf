"""A checkpoint without a trained pointer is one model: between processes, for memories, runs and the MDA panel."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mmego import Engine, Memory
from mmego.bench.build.blind_screening import blind_panel
from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.run.run import run_benchmark
from mmego.bench.scoring.scores import Scores
from mmego.engine.benchmark_model import EngineModel
from mmego.errors import InputError
from tests.bench.small import question
from tests.engine.clips import write_clip
from tests.model.tiny import write_llava_onevision

WHERE = "where did i put the red mug ?"
# One question is left unanswered: the second process has to ask that one, and no other.
FIRST = """
import sys
from pathlib import Path
from mmego import Engine
from mmego.bench.data.folder import load_benchmark
from mmego.bench.run.run import run_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.engine.benchmark_model import EngineModel, EngineVideoView

folder = Path(sys.argv[1])
engine = Engine.from_pretrained(str(folder / "plain"), device="cpu")
memory = engine.index(folder / "bench/videos/v0.mp4")
engine.ask(memory, "what ?")
memory.save(folder / "kept")
answer, asked = EngineVideoView.answer, []
def stops(self, questions, settings):
    if asked:
        raise KeyboardInterrupt
    asked.append(1)
    return answer(self, questions, settings)
EngineVideoView.answer = stops
try:
    run_benchmark(load_benchmark(folder / "bench"), EngineModel(engine), [RunSettings(keep=2)], folder / "runs")
except KeyboardInterrupt:
    sys.exit(0)
sys.exit(1)
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which another process indexed a video, saved it, and began a run."""
    folder = tmp_path_factory.mktemp("identity")
    write_llava_onevision(folder / "plain")
    bench = folder / "bench"
    for name in ("v0", "v1"):
        write_clip(bench / "videos" / f"{name}.mp4")
    save_benchmark(bench, "tiny", [replace(question(n), clip=None) for n in range(4)], {})
    done = subprocess.run([sys.executable, "-c", FIRST, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def engine(first: Path) -> Engine:
    return Engine.from_pretrained(str(first / "plain"), device="cpu")


@pytest.fixture(scope="module")
def bench(first: Path) -> Benchmark:
    from mmego.bench.data.folder import load_benchmark

    return load_benchmark(first / "bench")


@pytest.mark.filterwarnings("ignore:the memory pointer")
def test_a_memory_is_answered_by_the_next_process(first: Path, engine: Engine) -> None:
    stored = engine.ask(Memory.load(first / "kept"), WHERE)
    fresh = engine.ask(first / "bench" / "videos" / "v0.mp4", WHERE)
    assert stored.answer == fresh.answer
    assert stored.evidence == fresh.evidence
    assert stored.frames == fresh.frames == 7


@pytest.mark.filterwarnings("ignore:the memory pointer")
def test_a_run_goes_on_in_the_next_process(first: Path, engine: Engine, bench: Benchmark, tmp_path: Path) -> None:
    looked = []

    class Watched(EngineModel):
        def look(self, videos, frames):  # type: ignore[no-untyped-def]
            looked.append([shown.path.stem for shown in videos])
            return super().look(videos, frames)

    (outcome,) = run_benchmark(bench, Watched(engine), [RunSettings(keep=2)], first / "runs")
    assert looked == [["v1"]]
    (whole,) = run_benchmark(bench, EngineModel(engine), [RunSettings(keep=2)], tmp_path / "at once")
    rows = [
        {name: replace(p, seconds=0.0) for name, p in load_run(o.folder, bench).predictions.items()}
        for o in (outcome, whole)
    ]
    assert rows[0] == rows[1]


@pytest.mark.filterwarnings("ignore:the memory pointer")
def test_two_blind_runs_of_one_checkpoint_are_one_model_of_the_panel(
    first: Path, bench: Benchmark, tmp_path: Path
) -> None:
    outcomes = []
    for number in range(2):
        again = Engine.from_pretrained(str(first / "plain"), device="cpu")
        outcomes += run_benchmark(bench, EngineModel(again), [RunSettings(blind=True)], tmp_path / str(number))
    runs = [load_run(outcome.folder, bench) for outcome in outcomes]
    assert runs[0].fingerprint == runs[1].fingerprint
    with pytest.raises(InputError, match="are both blind runs of 'plain': give one"):
        Scores(bench, runs)
    with pytest.raises(InputError, match="are runs of one model, which would count twice in the panel"):
        blind_panel([run.folder for run in runs], bench)
