"""Starting ``mmego qa make`` with fake servers as writer and judge, in a process of its own that tests may kill."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.llm.fake_openai import FakeOpenAI
from tests.qa.runs import start_module


def start(
    source: Path, out: Path, writer: FakeOpenAI | None, judge: FakeOpenAI | None, *words: object, **environment: str
) -> subprocess.Popen[str]:
    """Start the command in a process group of its own."""
    given: list[object] = ["qa", "make", source, "-o", out, *words]
    if writer is not None:
        given += ["--generator", "llm", "--model", "w", "--base-url", writer.url]
    if judge is not None:
        given += ["--judge.model", "j", "--judge.base-url", judge.url]
    return start_module("mmego", *given, without="OPENAI_API_KEY", **environment)


def end(process: subprocess.Popen[str], timeout: float = 120) -> tuple[int, str, str]:
    """Wait for the end and return exit code, stdout and stderr."""
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err
