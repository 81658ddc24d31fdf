"""kill -9 in the middle and start again: every clip once, no answer paid for twice beyond those in flight."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mmego.llm.response_cache import Journal
from tests.llm.fake_openai import FakeOpenAI
from tests.qa.run_llm import CLIPS

ROOT = Path(__file__).parents[3]
CONCURRENCY = 5


def listen_to_interrupts() -> None:
    """Where the tests run in a shell's background, Ctrl-C is ignored, and so it would be in what they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def start(fake: FakeOpenAI, journal: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.qa.run_llm", fake.url, str(journal), str(CONCURRENCY)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=listen_to_interrupts,
    )


def killed_after(fake: FakeOpenAI, journal: Path, lines: int) -> None:
    with start(fake, journal) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL


@pytest.mark.parametrize(
    "honour",
    [pytest.param(False, id="plain-server"), pytest.param(True, id="knows-idempotency-keys", marks=pytest.mark.slow)],
)
def test_killed_twice_and_finished(tmp_path: Path, honour: bool) -> None:
    journal = tmp_path / "00000.jsonl"
    with FakeOpenAI(latency=0.05, honour=honour) as fake:
        killed_after(fake, journal, 15)
        answered_in_journal = journal.read_bytes().count(b"\n")
        assert 15 <= answered_in_journal < CLIPS
        killed_after(fake, journal, 25)
        with start(fake, journal) as process:
            assert process.stdout is not None
            *rows, counts = process.stdout.read().splitlines()
        assert process.returncode == 0
        seen = fake.counts()
    # The third run alone gives every clip exactly once, with all its questions.
    assert sorted(row.split()[0] for row in rows) == sorted(f"video-{i}:0" for i in range(CLIPS))
    assert {row.split()[1] for row in rows} == {"5"}
    assert int(counts.split()[3]) >= 25
    assert seen["keys"] == CLIPS
    # Twice: only what was in flight at a kill, and not even that where the server knows Idempotency-Key.
    assert seen["twice"] <= (0 if honour else 2 * CONCURRENCY)
    assert seen["peak"] <= 2 * CONCURRENCY  # a killed run's calls may still be worked on


def test_interrupted_it_ends_soon_and_leaves_a_sound_journal(tmp_path: Path) -> None:
    journal = tmp_path / "00000.jsonl"
    with FakeOpenAI(lambda number, _: "good" if number < 8 else "hang") as fake:
        with start(fake, journal) as process:
            assert process.stdout is not None
            for _ in range(8):
                assert process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == -signal.SIGINT
        assert fake.counts()["answered"] == 8
    with Journal(journal) as book:
        assert (len(book), book.damaged) == (8, 0)
