"""Nano's ten questions beside other work: how much longer they take than alone.

    python benchmarks/load.py

Other work is one busy process for each core. With fair shares of the cores everything takes twice as long; the bound is
2.5. The busy processes are stopped and continued in turn, and the least time of each is taken, so that a machine that
does something else now and then is measured right as well. The second row is the same with OpenMP's threads spinning
before they sleep, as GNU's do by default; it takes minutes on a machine that shows the fault.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

LIMIT = 2.5
COLOURS = ("red", "blue", "green", "yellow", "black", "white", "pink", "grey", "brown", "orange")
QUESTIONS = [f"Where did I put down the {colour} toy car?" for colour in COLOURS]
BUSY = "while True: pass"
SPINNING = {"GOMP_SPINCOUNT": "300000"}
"""GNU OpenMP's own count where no variable says how threads wait."""


def measure(rounds: int, threads: int | None) -> dict[str, float]:
    """Least seconds of ten questions on a loaded memory, alone and beside one busy process for each core.

    By the clock, and the processor's, which spinning threads use up while they wait.
    """
    from mmego import Engine, Memory
    from mmego.engine.loading import find_asset

    engine = Engine.from_pretrained("nano", device="cpu", threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        made = engine.index(find_asset("demo") / "demo.mp4")
        engine.ask(made, QUESTIONS[0])
        made.save(Path(folder) / "memory")
        memory = Memory.load(Path(folder) / "memory")
        cores = len(os.sched_getaffinity(0))
        others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(cores)]
        try:
            seconds: dict[str, list[float]] = defaultdict(list)
            for _ in range(rounds):
                for name, signal_sent in (("alone", signal.SIGSTOP), ("beside", signal.SIGCONT)):
                    for other in others:
                        other.send_signal(signal_sent)
                    time.sleep(0.05)
                    started, used = time.perf_counter(), time.process_time()
                    for question in QUESTIONS:
                        engine.ask(memory, question)
                    seconds[name].append(time.perf_counter() - started)
                    seconds[f"{name}, processor"].append(time.process_time() - used)
        finally:
            for other in others:
                other.kill()
                other.wait()
    return {name: min(values) for name, values in seconds.items()}


def in_process_of_its_own(rounds: int, threads: int | None, environment: dict[str, str]) -> dict[str, float]:
    """`measure` in a new process: OpenMP reads its variables once, when torch is loaded."""
    words = [sys.executable, __file__, "--child", "--rounds", str(rounds)]
    words += [] if threads is None else ["--threads", str(threads)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_", "KMP_"))}
    done = subprocess.run(words, env=kept | environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print the table; exit 1 where the first row's ratio is above the bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, help="instead of the engine's own choice")
    parser.add_argument("--skip-spinning", action="store_true", help="only the first row")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(measure(given.rounds, given.threads)))
        return
    print(f"{len(os.sched_getaffinity(0))} cores, load average {os.getloadavg()[0]:.1f} before", file=sys.stderr)
    rows = [("as shipped: threads sleep", {}, given.rounds)]
    if not given.skip_spinning:
        rows.append(("threads spin first", SPINNING, max(1, given.rounds // 10)))
    print("| threads | alone, s | beside, s | ratio | processor alone, s | beside, s |\n|---|---|---|---|---|---|")
    ratios = []
    for name, environment, rounds in rows:
        found = in_process_of_its_own(rounds, given.threads, environment)
        ratios.append(found["beside"] / found["alone"])
        processor = f"{found['alone, processor']:.2f} | {found['beside, processor']:.2f}"
        print(f"| {name} | {found['alone']:.2f} | {found['beside']:.2f} | {ratios[-1]:.1f} | {processor} |", flush=True)
    if ratios[0] > LIMIT:
        sys.exit(f"the ratio {ratios[0]:.2f} is above {LIMIT}")


if __name__ == "__main__":
    main()
