"""Answers that processes share: who has a claim asks alone, and one who is killed keeps nobody waiting."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from mmego.llm.shared_answers import SharedAnswers

KEY, OTHER = "ab" * 32, "cd" * 32
CLAIM = """
import asyncio, sys
from pathlib import Path
from mmego.llm.shared_answers import SharedAnswers

async def hold():
    async with SharedAnswers(Path(sys.argv[1])).claim(sys.argv[2]) as row:
        print(row, flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


def claimed(common: SharedAnswers, key: str, seconds: float) -> Any:
    """Return what a claim yields within so many seconds, "waits" if nothing."""

    async def ask() -> Any:
        try:
            async with asyncio.timeout(seconds), common.claim(key) as row:
                return row
        except TimeoutError:
            return "waits"

    return asyncio.run(ask())


def test_a_row_is_there_for_everybody_and_the_first_one_stays(tmp_path: Path) -> None:
    with SharedAnswers(tmp_path / "c.sqlite") as one, SharedAnswers(tmp_path / "c.sqlite") as two:
        assert one.get(KEY) is None
        one.put(KEY, {"text": "\ud800 caf\u00e9"})
        two.put(KEY, {"text": "late"})
        assert two.get(KEY) == one.get(KEY) == {"text": "\ud800 caf\u00e9"}
        assert claimed(two, KEY, 5) == {"text": "\ud800 caf\u00e9"}
        assert two.get(OTHER) is None


def test_who_is_killed_with_a_claim_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with subprocess.Popen([sys.executable, "-c", CLAIM, path, KEY], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "None\n"
        with SharedAnswers(path) as common:
            assert claimed(common, KEY, 0.3) == "waits"
            assert claimed(common, OTHER, 5) is None
            common.put(KEY, "an answer that came meanwhile")
            assert claimed(common, KEY, 5) == "an answer that came meanwhile"
        holder.send_signal(signal.SIGKILL)
        assert holder.wait(30) == -signal.SIGKILL


def test_a_claim_is_free_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with subprocess.Popen([sys.executable, "-c", CLAIM, path, KEY], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "None\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait(30)
        with SharedAnswers(path) as common:
            assert claimed(common, KEY, 5) is None


def test_a_damaged_file_only_costs_the_sharing(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"no data base at all" * 100)
    with SharedAnswers(path) as common:
        common.put(KEY, 1)
        assert common.get(KEY) is None
        assert claimed(common, KEY, 5) is None
    assert path.read_bytes() == b"no data base at all" * 100
