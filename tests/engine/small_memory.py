"""A run in a process that may take little more memory, for `test_memory_limits`; no test itself."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mmego.bench.data.folder import load_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.run.models import ModelReply, ShownVideo
from mmego.bench.run.run import run_benchmark
from mmego.engine.benchmark_model import EngineModel, EngineVideoView
from mmego.engine.engine import Engine
from mmego.records import MCQ

SETTINGS = [RunSettings(select="pointer", keep=2), RunSettings(select="uniform", keep=9)]


@contextmanager
def at_most(more: int | None) -> Iterator[None]:
    """Let this process map `more` bytes beyond what it has; None: as many as it likes."""
    if more is None:
        yield
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


class Limited(EngineModel):
    """Has little memory while it looks at video `tight`, and almost none while it answers a question "in vain"."""

    def __init__(self, engine: Engine, tight: str, more: int) -> None:
        super().__init__(engine)
        self.tight, self.more = tight, more

    def look(self, videos: Sequence[ShownVideo], frames: int | None) -> LimitedView:
        with at_most(self.more if any(video.name == self.tight for video in videos) else None):
            view = super().look(videos, frames)
        return LimitedView(view._engine, view._memories, view._offsets, view._cut)


class LimitedView(EngineVideoView):
    """See `Limited`."""

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
        with at_most(0 if any("in vain" in one.question for one in questions) else None):
            return super().answer(questions, settings)


def main() -> None:
    """``python -m tests.engine.small_memory CHECKPOINT BENCH RUNS TIGHT BYTES [retry]``."""
    checkpoint, bench, out = map(Path, sys.argv[1:4])
    engine = Engine.from_pretrained(str(checkpoint), device="cpu")
    # Once without a limit: libraries are mapped and threads have their stacks.
    asked = load_benchmark(bench)
    engine.answer(asked.video_folder / f"{asked.videos[0]}.mp4", "where?", ("here", "there"))
    model = Limited(engine, sys.argv[4], int(sys.argv[5]))
    run_benchmark(asked, model, SETTINGS, out, retry_failed=sys.argv[6:] == ["retry"])


if __name__ == "__main__":
    main()
