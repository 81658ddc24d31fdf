"""``mmego bench score`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.data.runs import RunSettings
from tests.bench.small import benchmark, write_run


def run(*arguments: object) -> int:
    try:
        return cli.main(["bench", "score", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bench = benchmark(tmp_path / "b", 28)
    right: list[int | None] = [q.answer for q in bench.questions]
    write_run(tmp_path / "runs" / "keep4", bench, [*right[:20], *[None] * 8], RunSettings(keep=4))
    write_run(tmp_path / "runs" / "keep8", bench, right, RunSettings(keep=8))
    write_run(tmp_path / "runs" / "blind", bench, [0] * 28, RunSettings(blind=True))
    return tmp_path


def test_tables_are_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder / "b", folder / "runs") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# small: scores\n\n28 questions on 14 videos · 3 runs · panel of MDA: m")
    assert "| m default-keep4 | minus m's bias |" in shown
    assert "(8 failed)" in shown


def test_json_holds_the_same_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder / "b", folder / "runs", "--json", "--against", "keep8") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["panel"] == ["m blind"]
    row = found["tables"]["mda"]["rows"][0]
    assert row["pooled"]["value"] == pytest.approx(20 / 28)
    assert row["failed"] == 8
    assert found["tables"]["differences"]["title"] == "Against m default-keep8"


def test_faults_are_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        ((folder / "b", folder / "b"), "neither is a run nor holds one"),
        ((folder / "b", folder / "runs", "--panel", "x"), "no blind run of 'x'"),
        ((folder / "b", folder / "runs", "--level", "2"), "between 0 and 1"),
        ((folder / "b", folder / "runs", "--against", "x"), "'x' names 0 runs"),
        ((folder / "nowhere", folder / "runs"), "nowhere"),
    ):
        assert run(*arguments) == 1
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert run(folder / "b") in (1, 2)


def test_runs_of_other_questions_are_skipped_with_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = benchmark(folder / "other", 6)
    write_run(folder / "runs" / "strange", other, [0] * 6, RunSettings(keep=4))
    assert run(folder / "b", folder / "runs") == 0
    said = capsys.readouterr()
    assert "28 questions on 14 videos · 3 runs" in said.out
    assert said.err.count("\n") == 1
    strange = folder / "runs" / "strange"
    assert said.err.startswith(f"mmego: warning: {strange} is a run of 'small', whose questions are not")
    assert run(folder / "b", folder / "runs" / "strange") == 1
    assert "no run is left to score" in capsys.readouterr().err
