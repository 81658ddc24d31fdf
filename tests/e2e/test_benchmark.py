"""The benchmark that ships, run and scored with the model that ships: the claim of, in small.

See docs/explanation/results.md.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.egomemoria_sim.questions import load_shipped
from mmego.bench.egomemoria_sim.videos import versions


def mmego(*words: object) -> None:
    assert cli.main([str(word) for word in words]) == 0


def test_nano_with_its_pointer_knows_more_of_the_mini_slice_than_without_video(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench, runs = tmp_path / "mini", tmp_path / "runs"
    other = () if versions() == load_shipped().made_with else ("--accept-other-bytes",)
    mmego("bench", "simulate", "-o", bench, "--mini", *other)
    mmego("bench", "run", bench, "-o", runs, "--keep", 4, "--blind")
    capsys.readouterr()
    mmego("bench", "score", bench, runs, "--json")
    found = json.loads(capsys.readouterr().out)
    assert [run["settings"]["blind"] for run in found["runs"]] == [True, False]
    tables = {name: table["rows"] for name, table in found["tables"].items()}
    (row,) = tables["blind"]
    asked = len(load_shipped().mini().benchmark.questions)
    assert row["seeing"]["questions"] == row["blind"]["questions"] == asked
    assert row["seeing"]["failed"] == row["blind"]["failed"] == 0
    assert row["seeing"]["value"] > row["blind"]["value"]
    pointer, even, random = tables["recall"]
    assert even["run"] == "even frames"
    assert pointer["recall of all kept"]["value"] > random["recall of all kept"]["value"]
    assert not math.isnan(random["precision"]["value"])
