"""``mmego bench review``: export, judge, import."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mmego.bench.data.folder import load_benchmark
from tests.bench.small import benchmark
from tests.commands.run_command import run


def test_a_review_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench, path = benchmark(tmp_path / "bench", 14), tmp_path / "sheet.csv"
    export = ("bench", "review", "export", bench.path, "--to", path)
    assert run(*export, "--number", 20) == 0
    said = capsys.readouterr()
    assert said.out == f"14 questions to judge: {path}\n"
    assert said.err == "the benchmark has no more than 14 questions to draw\n"
    assert run(*export) == 1
    assert "may hold verdicts" in capsys.readouterr().err

    imported = ("bench", "review", "import", bench.path, path, "-o", tmp_path / "reviewed")
    assert run(*imported) == 1
    assert "holds no verdict" in capsys.readouterr().err
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["correct"], rows[1]["correct"], rows[2]["another"] = "n", "Y", "yes"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    assert run(*imported) == 0
    said = capsys.readouterr()
    assert "all" in said.out
    assert "50.0% (9.5%-90.5%, 2)" in said.out
    assert said.out.endswith(f"12 questions kept, 2 left out: {tmp_path / 'reviewed'}\n")
    reviewed = load_benchmark(tmp_path / "reviewed")
    assert reviewed.name == "reviewed"
    assert [q.id for q in reviewed.questions] == [q.id for q in bench.questions if q.id not in ("q0", "q2")]
    assert "## Review by people" in (tmp_path / "reviewed" / "README.md").read_text()


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), ([], 2), (["exprot"], 2)])
def test_help_and_wrong_usage(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("bench", "review", *words) == code
    said = capsys.readouterr()
    assert "mmego bench review" in said.out + said.err
