"""Long videos: as much memory as a short one, and a wearer who is still at it at the end."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mmego.files import read_json, read_jsonl

SEED = 4200  # a house with another person in it

MEASURED = """
import json, resource, sys
from mmego.cli import main
if __name__ == "__main__":
    assert main(["simulate", *sys.argv[1:]]) == 0
    print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
"""


def peak_megabytes(out: Path, minutes: float, *flags: str) -> float:
    """Simulate one house; gives the most memory its worker process ever held."""
    script = out.with_suffix(".py")
    script.write_text(MEASURED)
    words = [out, "--minutes", minutes, "--seed", SEED, "--size", 32, "--workers", 1, *flags]
    done = subprocess.run([sys.executable, str(script), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    peak: float = json.loads(done.stdout)
    return peak


def longest_pause(times: list[float], end: float) -> float:
    """Return the longest time, in seconds, in which nothing happens."""
    return max(later - earlier for earlier, later in pairwise([0.0, *times, end]))


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "minutes"), [(("--frames-only",), 40), (("--fps", "4"), 20)])
def test_a_long_video_goes_on_to_its_end_in_the_memory_of_a_short_one(
    mode: tuple[str, ...], minutes: int, tmp_path: Path
) -> None:
    pytest.importorskip("panda3d")
    short = peak_megabytes(tmp_path / "short", 2, *mode)
    assert peak_megabytes(tmp_path / "long", minutes, *mode) < short + 40
    truth: dict[str, Any] = next(iter(read_jsonl(tmp_path / "long" / "truth.jsonl")))
    assert [row["time"] for row in truth["seconds"]] == [second + 0.5 for second in range(60 * minutes)]
    mine = [event for event in truth["events"] if event["actor"] == "C"]
    # An errand with a walk through the house takes half a minute at most: longer, and the wearer is stuck.
    assert longest_pause([event["time"] for event in mine], 60 * minutes) < 60
    assert len([event for event in mine if event["verb"] == "puts"]) > minutes
    last = [event for event in mine if event["time"] > 60 * minutes - 120]
    assert len({event["item"] for event in last if event["item"]}) >= 2
    (entry,) = read_json(tmp_path / "long" / "narrations.json").values()
    narrated = [row["timestamp_sec"] for row in entry["narration_pass_1"]["narrations"]]
    assert len(narrated) > 5 * minutes
    assert longest_pause(narrated, 60 * minutes) < 60
