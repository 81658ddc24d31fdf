"""A small benchmark with videos."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.records import Span
from tests.bench.small import question
from tests.engine.clips import write_clip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Eight questions on four videos: one missing, one that is not a video, and one clip outside its video."""
    folder = tmp_path_factory.mktemp("bench")
    for name in ("v0", "v1"):
        write_clip(folder / "films" / f"{name}.mp4")
    (folder / "films" / "v3.mp4").write_bytes(b"no video at all")
    questions = [replace(question(n), clip=None) for n in range(8)]
    questions[3] = replace(questions[3], clip=Span(100.0, 130.0))
    return save_benchmark(folder, "eight", questions, {})
