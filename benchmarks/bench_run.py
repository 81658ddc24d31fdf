"""Is `mmego bench run` what a plain loop over the engine is? Question by question, on simulated houses.

    python benchmarks/bench_run.py --out out/bench-run

renders a few test houses, makes a benchmark of their questions, runs the command on it with six settings and blind, and
asks everything again by the loop of benchmarks/nano.py. Prints the accuracies, in how many questions the two differ in
choice or key frames (0 is right), how often a video was encoded, and both times.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from nano import ask, questions_of

from mmego import cli
from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.engine import engine as engine_module
from mmego.engine.engine import Engine
from mmego.sim.dataset import SimulateOptions, simulate

KEEPS, ALPHAS = [4, 8], ["0", "0.05"]


def make(out: Path, houses: int, minutes: float, size: int) -> Benchmark:
    """Videos and questions."""
    simulate(SimulateOptions(out=out, houses=houses, minutes=minutes, seed=9_000_000, size=size))
    questions = [question for _, part in questions_of(out, 0) for question in part]
    return save_benchmark(out, "houses", questions, {"made_by": "benchmarks/bench_run.py"})


def run(out: Path, model: str) -> tuple[int, float]:
    """Videos encoded and seconds of the command."""
    calls, encode = [], engine_module.encode_video

    def counted(*given, **named):  # type: ignore[no-untyped-def]
        calls.append(given[2])
        return encode(*given, **named)

    engine_module.encode_video = counted
    started = time.perf_counter()
    keeps = [str(keep) for keep in KEEPS]
    flags = ["--select", "pointer", "uniform", "--keep", *keeps, "--alpha", *ALPHAS, "--blind"]
    assert cli.main(["bench", "run", str(out), "--model", model, *flags, "-o", str(out / "runs")]) == 0
    engine_module.encode_video = encode
    return len(calls), time.perf_counter() - started


def compare(out: Path, bench: Benchmark, model: str) -> None:
    """Ask again by the plain loop with the checkpoint's alpha and print the differences."""
    assert (
        cli.main(["bench", "run", str(out), "--model", model, "--keep", *map(str, KEEPS), "-o", str(out / "own")]) == 0
    )
    engine = Engine.from_pretrained(model)
    started = time.perf_counter()
    rows = [
        row
        for video, questions in questions_of(out, 0)
        for row in ask(engine, out / "videos" / f"{video}.mp4", questions, KEEPS)
    ]
    seconds = time.perf_counter() - started
    for select, keep in dict.fromkeys((row["select"], row["keep"]) for row in rows):
        settings = RunSettings(blind=True) if select == "blind" else RunSettings(select=select, keep=keep)
        folder = "own" if select == "pointer" else "runs"
        predictions = load_run(out / folder / str(settings), bench).predictions
        part = [row for row in rows if (row["select"], row["keep"]) == (select, keep)]
        other = sum(
            (predictions[row["id"]].choice, list(predictions[row["id"]].key_frames))
            != (row["choice"], row["key_frames"])
            for row in part
        )
        right = sum(row["choice"] == row["answer"] for row in part)
        ours = sum(predictions[q.id].choice == q.answer for q in bench.questions)
        print(f"{settings!s:<16} bench run {ours}/{len(part)}, plain loop {right}/{len(part)}, differ: {other}")
    print(f"plain loop: {seconds:.1f} s")


def main() -> None:
    """Make, run, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out/bench-run"))
    parser.add_argument("--model", default="nano")
    parser.add_argument("--houses", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--size", type=int, default=192)
    given = parser.parse_args()
    bench = make(given.out, given.houses, given.minutes, given.size)
    encoded, seconds = run(given.out, given.model)
    print(f"{len(bench.videos)} videos, 6 settings and blind: encoded {encoded} times, {seconds:.1f} s with loading")
    compare(given.out, load_benchmark(given.out), given.model)


if __name__ == "__main__":
    main()
