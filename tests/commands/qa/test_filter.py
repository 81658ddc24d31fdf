"""``mmego qa filter``: the same seed as `mmego qa make` unless another is given."""

from __future__ import annotations

from pathlib import Path

from mmego.files import read_json
from tests.commands.run_command import run
from tests.qa.narrated import write_source


def test_one_seed_for_all(tmp_path: Path) -> None:
    source, out = write_source(tmp_path / "source", [1]), tmp_path / "out"
    assert run("qa", "make", source, "-o", out, "--seed", 7) == 0
    made = read_json(out / "options.json")
    assert made["make"]["seed"] == made["filter"]["corpus"]["seed"] == 7
    assert run("qa", "filter", out) == 0
    assert read_json(out / "options.json") == made
    assert run("qa", "filter", out, "--seed", 8) == 0
    assert read_json(out / "options.json")["filter"]["corpus"]["seed"] == 8
