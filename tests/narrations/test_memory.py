"""The benchmark runs, and a large file is read in little memory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_file_of_many_videos_takes_little_memory(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "narrations.py"
    done = subprocess.run(
        [sys.executable, str(script), "--out", str(tmp_path), "--scale", "0.03"],
        capture_output=True,
        text=True,
        check=True,
    )
    peaks = re.findall(r"mmego.*: .* peak +([\d,]+) MB", done.stdout)
    (its,) = re.findall(r"json.load: .* peak +([\d,]+) MB", done.stdout)
    assert peaks
    assert max(map(int, peaks)) < min(100, int(its))
    assert not list(tmp_path.iterdir())
