"""Starting ``mmego qa make`` with fake servers as writer and judge, in a process of its own that tests may kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import mmego
from tests.qa.fake_openai import FakeOpenAI

ROOT = Path(__file__).parents[2]


def start(
    source: Path, out: Path, writer: FakeOpenAI | None, judge: FakeOpenAI | None, *words: object, **environment: str
) -> subprocess.Popen[str]:
    """The command, in a process group of its own."""
    given: list[object] = ["qa", "make", source, "-o", out, *words]
    if writer is not None:
        given += ["--generator", "llm", "--model", "w", "--base-url", writer.url]
    if judge is not None:
        given += ["--judge.model", "j", "--judge.base-url", judge.url]
    paths = os.pathsep.join((str(Path(mmego.__file__).parents[1]), str(ROOT)))
    return subprocess.Popen(
        [sys.executable, "-m", "mmego", *map(str, given)],
        env={k: v for k, v in os.environ.items() if k != "OPENAI_API_KEY"} | {"PYTHONPATH": paths} | environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests run in a shell's background, Ctrl-C is ignored, and so it would be in what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def end(process: subprocess.Popen[str], timeout: float = 120) -> tuple[int, str, str]:
    """Exit code, stdout and stderr, when it is over."""
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err
