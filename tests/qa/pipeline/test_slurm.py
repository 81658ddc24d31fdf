"""``--executor slurm`` against a fake Slurm (tests/qa/pipeline/fake_slurm.py); no real one has been at hand."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from mmego import cli
from mmego.errors import InputError
from mmego.qa.pipeline.options import ClusterOptions
from tests.qa.narrated import write_source
from tests.qa.pipeline import fake_slurm
from tests.qa.runs import Run, assert_each_clip_once, wait_for

SECRET = "sk-very-secret-1234"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("narrated"), [0.6, 1.5])


def slurm(folder: Path, source: Path, *words: object, **options: object) -> Run:
    more = ("--executor", "slurm", "--tasks", 3, "--cluster.partition", "short", "--cluster.sbatch", "account=vision")
    return Run(folder, "make", source, "-o", folder / "out", *more, *words, **options)  # type: ignore[arg-type]


@pytest.mark.slow
def test_one_array_job_does_the_tasks_that_are_missing(source: Path, tmp_path: Path) -> None:
    environment = fake_slurm.install(tmp_path) | {"OPENAI_API_KEY": SECRET}
    code, out, error = slurm(tmp_path, source, "--workers", 2, **environment).end()
    assert (code, error) == (0, "")
    assert "questions in" in out
    assert_each_clip_once(tmp_path / "out")
    (script,) = (tmp_path / "slurm").glob("*.script")
    text = script.read_text()
    for line in ("partition=short", "account=vision", "array=0-2%2", "mem-per-cpu=2G", "time=24:00:00"):
        assert f"#SBATCH --{line}\n" in text
    # What the cluster keeps of a job, its pickled pipeline included, holds no key.
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path
    # A lost task is submitted alone.
    (tmp_path / "out" / "written" / "00001.jsonl").unlink()
    assert slurm(tmp_path, source, **environment).end()[0] == 0
    assert "#SBATCH --array=0-0\n" in (tmp_path / "slurm" / "2.script").read_text()
    assert_each_clip_once(tmp_path / "out")


@pytest.mark.slow
def test_a_job_that_goes_on_is_waited_for_and_not_submitted_again(source: Path, tmp_path: Path) -> None:
    environment = fake_slurm.install(tmp_path)
    run = slurm(tmp_path, source, seconds=0.5, **environment)
    wait_for(lambda: len(run.clips_begun()) >= 1)
    run.kill(signal.SIGINT)
    code, _, error = run.end()
    assert code == 130
    assert "the Slurm job goes on" in error
    assert slurm(tmp_path, source, seconds=0.5, **environment).end()[0] == 0
    assert len(list((tmp_path / "slurm").glob("*.script"))) == 1
    clips = [clip for _, clip in run.clips_begun()]
    assert len(clips) == len(set(clips))
    assert_each_clip_once(tmp_path / "out")


@pytest.mark.slow
def test_a_wrong_key_cancels_the_job(source: Path, tmp_path: Path) -> None:
    environment = fake_slurm.install(tmp_path)
    run = slurm(tmp_path, source, fails="video:leaky", **environment, OPENAI_API_KEY=SECRET)
    code, _, error = run.end()
    assert (code, error) == (1, "mmego: the server refuses the key\n")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path
    assert len(run.clips_begun()) == 1
    assert (tmp_path / "slurm" / "cancelled").exists()


def test_without_slurm_it_says_so(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["qa", "make", str(source), "-o", str(tmp_path / "out"), "--executor", "slurm"]) == 1
    assert "needs the program 'sbatch'" in capsys.readouterr().err


@pytest.mark.parametrize("pair", ["account", "--account=x", "account="])
def test_sbatch_arguments_are_pairs(pair: str) -> None:
    with pytest.raises(InputError, match="NAME=VALUE"):
        ClusterOptions(sbatch=(pair,))
