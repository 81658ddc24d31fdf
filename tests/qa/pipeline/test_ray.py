"""``--executor ray`` on two nodes (of this machine), one of which is killed while it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.llm.fake_openai import FakeOpenAI
from tests.qa.llm_make import end, start
from tests.qa.narrated import write_source
from tests.qa.runs import Run, assert_each_clip_once, wait_for

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
