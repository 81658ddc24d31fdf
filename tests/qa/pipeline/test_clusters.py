"""``--executor slurm`` against a fake Slurm (fake_slurm.py), and ``--executor ray`` on two nodes of this machine."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from mmego import cli
from mmego.errors import InputError
from mmego.qa.pipeline.options import ClusterOptions
from tests.llm.fake_openai import FakeOpenAI
from tests.qa.llm_make import end, start
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


MEMORY = 3 * 1024**3
"""Of a node as Ray books it (two gigabytes a task); nothing of that size is used."""


STORE = 80 * 1024**2


@pytest.mark.ray
def test_a_node_killed_mid_run_loses_nothing_and_repeats_no_clip_in_the_output(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    source, out = write_source(tmp_path / "source", [0.6, 1.5, 3, 5]), tmp_path / "out"
    node = {"num_cpus": 1, "memory": MEMORY, "object_store_memory": STORE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    try:
        second = cluster.add_node(num_cpus=1, memory=MEMORY, object_store_memory=STORE)
        cluster.wait_for_nodes()
        words = ("make", source, "-o", out, "--executor", "ray", "--tasks", 6)
        run = Run(tmp_path, *words, seconds=0.5, RAY_ADDRESS=cluster.address)
        # Both nodes work: two processes have begun clips.
        wait_for(lambda: len({process for process, _ in run.clips_begun()}) >= 2, 240)
        assert len(list((out / "written").glob("*.jsonl"))) < 6
        cluster.remove_node(second, allow_graceful=False)
        code, said, error = run.end(500)
        assert code == 0, error
        # Where it takes long, a line a minute says how far it is; nothing else is printed.
        assert all(line.startswith("write: ") for line in error.splitlines())
        assert "questions in" in said
        assert_each_clip_once(out)
        assert len(list((out / "written").glob("*.jsonl"))) == 6
        # The killed node's task was begun anew elsewhere.
        clips = [clip for _, clip in run.clips_begun()]
        assert len(clips) > len(set(clips))
        code, said, _ = Run(tmp_path, *words, RAY_ADDRESS=cluster.address).end()
        assert code == 0
        assert "nothing to do" in said
    finally:
        cluster.shutdown()


@pytest.mark.ray
def test_language_models_are_asked_by_workers_on_ray_and_no_call_is_paid_twice(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    source, out = write_source(tmp_path / "source", [0.6, 1.5, 3]), tmp_path / "out"
    node = {"num_cpus": 2, "memory": 2 * MEMORY, "object_store_memory": STORE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    try:
        with FakeOpenAI(latency=0.05, honour=False) as writer, FakeOpenAI(honour=False) as judge:
            words = ("--executor", "ray", "--tasks", 3, "--concurrency", 4)
            address = {"RAY_ADDRESS": cluster.address}
            code, said, error = end(start(source, out, writer, judge, *words, **address), 400)
            assert code == 0, error
            assert f"questions: calls go to {writer.url.split('/')[2]}, model w, the nodes' OPENAI_API_KEY" in error
            asked = writer.counts()
            code, again, error = end(start(source, out, writer, judge, *words, **address))
            assert code == 0, error
            assert writer.counts() == asked
    finally:
        cluster.shutdown()
    assert_each_clip_once(out)
    clips = len([row for path in (out / "clips").glob("*.jsonl") for row in path.read_text().splitlines()])
    assert (asked["keys"], asked["twice"], asked["calls"]) == (clips, 0, clips)
    assert "tokens: " in said
    assert "judged: " in said
    assert "nothing to do" in again
