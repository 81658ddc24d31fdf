"""Running ``mmego qa`` in a process of its own, for tests that kill it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mmego

ROOT = Path(__file__).parents[2]


def start_module(module: str, *words: object, without: str = "", **environment: str) -> subprocess.Popen[str]:
    """Start a module in a process group of its own, with an environment that lacks the variable `without`."""
    paths = os.pathsep.join((str(Path(mmego.__file__).parents[1]), str(ROOT)))
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, words)],
        env={k: v for k, v in os.environ.items() if k != without} | {"PYTHONPATH": paths} | environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests run in a shell's background, Ctrl-C is ignored, and so it would be in what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


class Run:
    """``mmego qa WORDS`` with a generator that takes `seconds` a clip; `begun` notes each clip that is begun."""

    def __init__(self, folder: Path, *words: object, seconds: float = 0.0, fails: str = "", **environment: str) -> None:
        self.begun = folder / "begun.txt"
        noted = {"CLIPS_BEGUN": str(self.begun), "CLIPS_FAIL": fails}
        self.process = start_module("tests.qa.slow_make", str(seconds), *words, **noted, **environment)

    def end(self, timeout: float = 120) -> tuple[int, str, str]:
        """Wait for the end and return exit code, stdout and stderr."""
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, err

    def clips_begun(self) -> list[tuple[int, str]]:
        """Return (process, clip) in the order begun, by all runs in this folder."""
        if not self.begun.exists():
            return []
        rows = [line.split(" ", 1) for line in self.begun.read_text().splitlines()]
        return [(int(process), clip) for process, clip in rows]

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the main process alone."""
        self.process.send_signal(number)


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until `what` is true; fails if it takes too long."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def group_is_gone(group: int) -> bool:
    """Return whether no process of the group is left (zombies do not count)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, its_group = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(its_group) == group and state != "Z":
                return False
    return True


def clip_counts(out: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how often each clip was cut, and how often it was written."""
    found = []
    for stage, key in (("clips", "id"), ("written", "clip")):
        rows = [json.loads(x) for path in (out / stage).glob("*.jsonl") for x in path.read_text().splitlines()]
        found.append(Counter(row[key]["id"] if key == "clip" else row[key] for row in rows))
    return found[0], found[1]


def assert_each_clip_once(out: Path) -> None:
    """Check that every clip that was cut is written exactly once."""
    cut, written = clip_counts(out)
    assert cut
    assert cut == written
    assert set(written.values()) == {1}
