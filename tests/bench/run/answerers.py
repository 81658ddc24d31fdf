"""Models without a network inside, for the tests of `bench.run.run`: they answer by rule and count questions."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.run.models import ModelReply, ShownVideo
from mmego.bench.run.run import run_benchmark
from mmego.errors import ModelError, VideoError
from mmego.records import MCQ, Answer, Span

WANTED = [RunSettings(select="pointer", keep=4), RunSettings(select="pointer", keep=8), RunSettings(blind=True)]


class FirstOption:
    """A plain `records.Answerer`: always the first option."""

    name = "first"

    def __init__(self) -> None:
        self.asked: list[tuple[Path | None, Span | None]] = []

    def answer(
        self, video: Path | None, question: str, options: tuple[str, ...] | None = None, clip: Span | None = None
    ) -> Answer:
        assert options is not None
        self.asked.append((video, clip))
        if "silent" in question:
            return Answer(question, "I would rather not say", None, (), 1, self.name, "uniform")
        return Answer(question, options[0], 0, (), 0, self.name, "uniform")


class Counting:
    """A `BenchModel` that chooses option ``keep // 4`` (0 when blind) and writes down every look and every question."""

    name = "counting"

    def __init__(self, at_once: int = 1, pause: float = 0.0, log: Path | None = None, fingerprint: str = "c1") -> None:
        self.at_once, self.pause, self.log, self.fingerprint = at_once, pause, log, fingerprint
        self.looks: Counter[tuple[str, ...]] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.closed = False

    def settle(self, settings: RunSettings) -> RunSettings:
        return settings

    def about(self) -> dict[str, Any]:
        return {"defaults": {"keep": 4}}

    def look(self, videos: Sequence[ShownVideo], frames: int | None) -> Counting:
        self.looks[tuple(str((video.path.name, video.clip)) for video in videos)] += 1
        if any(video.path.read_bytes() == b"broken" for video in videos):
            raise VideoError(f"{videos[0].path}: is no video")
        return self

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
        time.sleep(self.pause)
        if any("hard" in question.question for question in questions):
            raise ModelError("too hard")
        if any("bug" in question.question for question in questions):
            raise ZeroDivisionError
        for question in questions:
            self.asked[question.id, str(settings)] += 1
            if self.log is not None:
                with self.log.open("a") as file:
                    file.write(f"{question.id} {settings}\n")
        curve = None if settings.blind else ((0.5, 1.5), (0.25, 0.75))
        return [ModelReply((settings.keep or 0) // 4, "text", curve=curve) for _ in questions]

    def close(self) -> None:
        self.closed = True


def main() -> None:
    """``python -m tests.bench.run.answerers BENCH RUNS LOG``: a slow run, for the kill -9 test."""
    bench, out, log = (Path(word) for word in sys.argv[1:])
    run_benchmark(load_benchmark(bench), Counting(pause=0.05, log=log), WANTED, out)


if __name__ == "__main__":
    main()


def with_videos(bench: Benchmark, missing: tuple[str, ...] = ()) -> Benchmark:
    """Give every video of a benchmark a file (of no picture: the models here do not look at any)."""
    bench.video_folder.mkdir(parents=True, exist_ok=True)
    for name in bench.videos:
        if name not in missing:
            (bench.video_folder / f"{name}.mp4").write_bytes(name.encode())
    return bench


def of(folder: Path, questions: list[MCQ], missing: tuple[str, ...] = ()) -> Benchmark:
    return with_videos(save_benchmark(folder, "own", questions, {}), missing)
