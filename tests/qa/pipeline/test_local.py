"""Workers on this machine: killed, failing, stopped, and what they log."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.qa.commands import files
from tests.qa.runs import Run, assert_each_clip_once, group_is_gone, wait_for


@pytest.mark.slow
def test_a_killed_worker_is_reported_and_made_up_for(made: Path, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("make", source, "-o", out, "--tasks", 5, "--workers", 2)
    run = Run(tmp_path, *words, seconds=0.05)
    wait_for(lambda: len(run.clips_begun()) >= 3)
    os.kill(run.clips_begun()[0][0], signal.SIGKILL)
    code, _, error = run.end()
    assert code == 1
    assert error.count("\n") == 1
    assert "1 tasks failed (task" in error
    assert "ended by SIGKILL" in error
    assert len(list((out / "written").glob("*.jsonl"))) == 4
    assert not (out / "qa.jsonl").exists()
    assert Run(tmp_path, *words).end()[0] == 0
    assert files(out) == files(made)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_lets_the_others_finish(made: Path, source: Path, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "out"
    words = ("make", source, "-o", out, "--tasks", 5, "--workers", workers)
    code, _, error = Run(tmp_path, *words, fails="video1:other").end()
    assert code == 1
    assert error.count("\n") == 1
    assert "MmegoError: cannot write about video1" in error
    with_video1 = {p.name for p in (out / "clips").glob("0*.jsonl") if "video1:" in p.read_text()}
    assert {p.name for p in (out / "written").glob("*.jsonl")} == {f"{i:05d}.jsonl" for i in range(5)} - with_video1
    assert Run(tmp_path, *words).end()[0] == 0
    assert files(out) == files(made)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_what_no_retry_mends_stops_everything(source: Path, tmp_path: Path, workers: int) -> None:
    words = ("make", source, "-o", tmp_path / "out", "--tasks", 5, "--workers", workers)
    run = Run(tmp_path, *words, fails="video:wrong_key")
    code, _, error = run.end()
    assert code == 1
    assert error == "mmego: the server says that the key is wrong\n"
    assert len(run.clips_begun()) <= workers
    wait_for(lambda: group_is_gone(run.process.pid))
    assert Run(tmp_path, *words).end()[0] == 0
    assert_each_clip_once(tmp_path / "out")


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_no_key_gets_into_the_logs_of_a_failure(source: Path, tmp_path: Path, workers: int) -> None:
    words = ("make", source, "-o", tmp_path / "out", "--tasks", 2, "--workers", workers)
    run = Run(tmp_path, *words, fails="video:leaky", OPENAI_API_KEY="sk-very-secret-1234")
    assert run.end() == (1, "", "mmego: the server refuses the key\n")
    logs = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"the server refuses the key" in path.read_bytes() for path in logs)
    assert not [path for path in logs if b"very-secret" in path.read_bytes()]
