"""``mmego bench report`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego import cli
from mmego.bench.data.runs import RunSettings
from tests.bench.small import benchmark, write_run
from tests.engine.clips import write_clip


def run(*arguments: object) -> int:
    try:
        return cli.main(["bench", "report", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)


def test_a_report_with_pictures_is_written_and_what_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = benchmark(tmp_path / "b", 14)
    write_run(tmp_path / "runs" / "keep4", bench, [0] * 14, RunSettings(keep=4))
    write_clip(tmp_path / "videos" / "v3.mp4", seconds=12)
    given = (tmp_path / "b", tmp_path / "runs", "-o", tmp_path / "out")
    assert run(*given, "--videos", tmp_path / "videos", "--pictures", 50, "--rounds", 20) == 0
    said = capsys.readouterr()
    assert "no pictures of 6 videos, first v0: no such video" in said.err
    assert f"{tmp_path / 'out' / 'index.html'} (1 pictures)" in said.out
    assert "No MDA" in (tmp_path / "out" / "report.md").read_text()
    assert run(*given, "--rounds", 20) == 0
    assert run(*given, "--pictures", -1) == 1
    assert run(*given, "--videos", tmp_path / "nowhere") == 1
