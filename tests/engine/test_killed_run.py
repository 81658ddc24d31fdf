"""A run that is killed with ``kill -9`` and started again writes, bit for bit, what an undisturbed one does."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import CURVES, PREDICTIONS, RunSettings
from mmego.bench.run import run as run_module
from mmego.bench.run.folder import RunFolder
from mmego.bench.run.models import ModelReply
from mmego.bench.run.run import run_benchmark
from mmego.engine.benchmark_model import EngineModel, EngineVideoView
from mmego.engine.engine import Engine
from mmego.records import MCQ
from tests.bench.small import question
from tests.engine.clips import write_clip
from tests.model.tiny import write_mmego

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
SETTINGS = [
    RunSettings(select="pointer", keep=2, alpha=0.0),
    RunSettings(select="pointer", keep=3, alpha=0.2),
    RunSettings(select="pointer", keep=2, frames=5),
    RunSettings(select="uniform", keep=2),
    RunSettings(blind=True),
]
PART = 8
"""Questions of a part here; 64 would only take longer."""
WORDS = (
    "where is the mug",
    "how many times did i open the fridge before i put the red mug on the table in the kitchen",
)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "PART", PART)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = write_mmego(tmp_path_factory.mktemp("killed") / "tiny", keep=3, alpha=0.0)
    return Engine.from_pretrained(str(folder), device="cpu")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Two parts on one video and one on another; of many lengths, and one question that cannot be asked."""
    folder = tmp_path_factory.mktemp("bench")
    texts = [" ".join(WORDS[n % 2].split()[: 3 + n % 17]) + "?" for n in range(PART + 5)]
    texts[5] = " "
    questions = [
        replace(question(n, video="v0" if n < PART + 3 else "v1"), clip=None, question=text)
        for n, text in enumerate(texts)
    ]
    for number, name in enumerate(("v0", "v1")):
        write_clip(folder / "videos" / f"{name}.mp4", seconds=9 - number)
    return save_benchmark(folder, "tiny", questions, {})


@pytest.fixture(scope="module")
def whole(engine: Engine, bench: Benchmark, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run that is left alone."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "PART", PART)
        run_benchmark(bench, EngineModel(engine), SETTINGS, folder)
    return folder


def contents(runs: Path, wanted: Sequence[RunSettings] = SETTINGS) -> dict[str, list[bytes]]:
    """Every row of every setting as bytes; `seconds` alone is left out."""
    found = {}
    for settings in wanted:
        rows = [json.loads(line) for line in (runs / str(settings) / PREDICTIONS).read_bytes().splitlines()]
        assert all(row.pop("seconds") >= 0 for row in rows)
        found[str(settings)] = [json.dumps(row).encode() for row in rows]
        curves = runs / str(settings) / CURVES
        found[f"{settings} curves"] = curves.read_bytes().splitlines() if curves.exists() else []
    return found


class Deadly:
    """Kills its process at the `last` call of what it watches."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def deadly_model(engine: Engine, hit: Callable[[], None]) -> EngineModel:
    """Call `hit` before each question is answered."""

    class View(EngineVideoView):
        def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
            replies = []
            for one in questions:
                hit()
                replies += super().answer([one], settings)
            return replies

    class Model(EngineModel):
        def look(self, videos, frames):  # type: ignore[no-untyped-def]
            view = super().look(videos, frames)
            return View(view._engine, view._memories, view._offsets, view._cut)

    return Model(engine)


def start(
    engine: Engine, bench: Benchmark, out: Path, point: str, count: int, wanted: Sequence[RunSettings] = SETTINGS
) -> int:
    """Run in a child that is killed at the `count`-th `point`; returns the signal that ended it, 0 if it finished."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            hit = Deadly(count)
            model = deadly_model(engine, hit) if point == "question" else EngineModel(engine)
            put, finish = RunFolder.put, RunFolder.finish
            if point == "written":
                RunFolder.put = lambda *given: (put(*given), hit())  # type: ignore[assignment,method-assign]
            if point == "writing":
                RunFolder.put = lambda *given: (hit(), put(*given))  # type: ignore[assignment,method-assign]
            if point == "finished":
                RunFolder.finish = lambda *given: (finish(*given), hit())  # type: ignore[assignment,method-assign]
            run_benchmark(bench, model, wanted, out)
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


@pytest.mark.parametrize(
    "kills",
    [
        [("question", 3)],
        [("question", PART + 2), ("question", 20), ("question", 7)],
        [("written", n) for n in (1, 2, 4)],
        [("writing", 2), ("written", 3), ("question", 25)],
        [("finished", 1), ("finished", 2)],
    ],
)
def test_killed_at_any_point_the_rows_are_the_same(
    engine: Engine, bench: Benchmark, whole: Path, tmp_path: Path, kills: list[tuple[str, int]]
) -> None:
    for point, count in kills:
        assert start(engine, bench, tmp_path, point, count) == signal.SIGKILL
        assert not all((tmp_path / str(one) / PREDICTIONS).exists() for one in SETTINGS)
    run_benchmark(bench, EngineModel(engine), SETTINGS, tmp_path)
    assert contents(tmp_path) == contents(whole)


@pytest.mark.filterwarnings("ignore:.*could not be decoded")
def test_what_one_setting_finds_damaged_does_not_change_rows_of_another(engine: Engine, tmp_path: Path) -> None:
    """Evenly spaced frames are read as they are needed: the first setting here needs none of those that are lost."""
    data = write_clip(tmp_path / "whole.mp4", seconds=12).read_bytes()
    questions = [replace(question(n, video="cut"), clip=None) for n in range(PART + 2)]
    bench = save_benchmark(tmp_path / "bench", "cut", questions, {})
    bench.video_folder.mkdir()
    (bench.video_folder / "cut.mp4").write_bytes(data[: int(len(data) * 0.6)])
    even = [RunSettings(select="uniform", keep=keep) for keep in (1, 9)]
    assert start(engine, bench, tmp_path / "killed", "written", 2, even) == signal.SIGKILL
    for out in ("killed", "calm"):
        run_benchmark(bench, EngineModel(engine), even, tmp_path / out)
    rows = contents(tmp_path / "calm", even)
    assert contents(tmp_path / "killed", even) == rows
    (gaps,) = {str(json.loads(row).get("gaps")) for setting in rows.values() for row in setting}
    assert gaps != "None"


def test_settings_asked_one_after_the_other_give_the_same_rows(
    engine: Engine, bench: Benchmark, whole: Path, tmp_path: Path
) -> None:
    for settings in reversed(SETTINGS):
        run_benchmark(bench, EngineModel(engine), [settings], tmp_path)
    assert contents(tmp_path) == contents(whole)


def test_the_comparison_sees_a_difference_in_the_last_digit(whole: Path) -> None:
    rows = contents(whole)
    assert sum(b"not allowed: a question needs some text" in row for row in rows[str(SETTINGS[0])]) == 1
    assert len(set(rows[str(SETTINGS[0])])) == PART + 5
    assert rows[str(SETTINGS[0])] != rows[str(SETTINGS[3])]
    assert len(rows[f"{SETTINGS[0]} curves"]) == PART + 4
    assert rows[f"{SETTINGS[4]} curves"] == []
