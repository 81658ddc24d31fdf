"""Tasks written for lmms-eval: documents, prompts, task files, figures against plain sums."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.run.models import ShownVideo
from mmego.bench.scoring.metrics import average_of_groups, mda
from mmego.errors import InputError
from mmego.files import read_jsonl, write_jsonl
from mmego.integrations import lmms_eval_tasks as tasks
from mmego.integrations.lmms_eval import split_options
from mmego.records import Span, VideoInput
from mmego.records.length_classes import length_group
from tests.bench.small import OPTIONS, benchmark, write_run

BLIND = RunSettings(blind=True)


@pytest.fixture
def bench(tmp_path: Path) -> Benchmark:
    made = benchmark(tmp_path / "bench")
    (tmp_path / "bench" / "videos").mkdir()
    for name in made.videos[:-1]:
        (tmp_path / "bench" / "videos" / f"{name}.mp4").write_bytes(b"not looked into")
    return made


def rows_of(
    bench: Benchmark, choices: list[int | None], panel: dict[str, set[str]], blind: bool = False
) -> list[dict[str, object]]:
    """Return what `process_results` makes of these choices."""
    return [
        {
            "id": q.id,
            "benchmark": bench.sha256,
            "blind": blind,
            "choice": choice,
            "right": choice == q.answer,
            "group": length_group(q.length_class),
            "panel": list(panel),
            "blind_right": [m for m, right in panel.items() if q.id in right],
        }
        for q, choice in zip(bench.questions, choices, strict=True)
    ]


def test_documents_hold_what_the_task_needs(bench: Benchmark, tmp_path: Path) -> None:
    run = write_run(tmp_path / "blind", bench, [0] * 14, BLIND)
    folder = tasks.write_tasks(bench, bench.video_folder, [run], tmp_path / "tasks")
    docs = list(read_jsonl(folder / "documents.jsonl"))
    assert [doc["id"] for doc in docs] == [q.id for q in bench.questions]
    assert docs[0]["paths"] == [str((bench.video_folder / "v0.mp4").resolve())]
    assert docs[-1]["paths"][0].endswith("videos/v6")  # missing: its question is asked and gets no answer
    assert docs[0]["inputs"] == [{"name": "v0", "path": docs[0]["paths"][0], "clip": [0.0, 60.0]}]
    assert (docs[0]["group"], docs[-1]["group"]) == ("short", "long")
    assert [doc["blind_right"] for doc in docs[:2]] == [["m"], []]
    text = tasks.doc_to_text(docs[1])
    assert split_options(text) == ("Where did I put the mug?", OPTIONS)
    assert tasks.doc_to_target(docs[1]) == "B"
    assert tasks.doc_to_visual_blind(docs[1]) == []


def test_the_clips_of_several_inputs_reach_our_own_model(bench: Benchmark, tmp_path: Path) -> None:
    inputs = (VideoInput("DAY1 11:59:30", "v0"), VideoInput("DAY1 12:00:00", "v1", Span(0.0, 2.5)))
    several = replace(bench.questions[0], clip=None, inputs=inputs)
    videos = bench.video_folder
    made = save_benchmark(tmp_path / "several", "several", [several, bench.questions[1]], {})
    folder = tasks.write_tasks(made, videos, [], tmp_path / "tasks")
    first, second = read_jsonl(folder / "documents.jsonl")
    paths = [(videos / f"{name}.mp4").resolve() for name in ("v0", "v1")]
    assert tasks.doc_to_visual(first) == [str(path) for path in paths]
    assert tasks.shown_of(first, tasks.doc_to_visual(first)) == (
        ShownVideo("DAY1 11:59:30", paths[0], None),
        ShownVideo("DAY1 12:00:00", paths[1], Span(0.0, 2.5)),
    )
    assert tasks.shown_of(second, tasks.doc_to_visual(second)) == (ShownVideo("v0", paths[0], Span(0.0, 60.0)),)
    # The blind task's documents tell of no picture.
    for doc in read_jsonl(folder / "documents_blind.jsonl"):
        assert (doc["paths"], doc["inputs"], doc["blind"]) == ([], [], True)
        assert tasks.shown_of(doc, tasks.doc_to_visual_blind(doc)) == ()


@pytest.mark.parametrize("inputs", [None, "x", ["other.mp4"], [{"path": "other.mp4", "clip": [0, 1]}]])
def test_documents_of_other_tasks_show_whole_files(inputs: object) -> None:
    assert tasks.shown_of({"inputs": inputs}, ["a.mp4", "b.mp4"]) == (
        ShownVideo("video 1", Path("a.mp4"), None),
        ShownVideo("video 2", Path("b.mp4"), None),
    )


def test_task_files_are_yaml_and_name_functions_that_exist(bench: Benchmark, tmp_path: Path) -> None:
    class Loader(yaml.SafeLoader):
        """Takes `!function` tags as their names."""

    Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))
    for blind_runs, with_mda in (([], False), ([write_run(tmp_path / "b", bench, [0] * 14, BLIND)], True)):
        folder = tasks.write_tasks(bench, bench.video_folder, blind_runs, tmp_path / "tasks")
        for task in tasks.DOCUMENTS:
            known = yaml.load((folder / f"{task}.yaml").read_text(), Loader)
            assert known["task"] == task
            documents = Path(known["dataset_kwargs"]["data_files"]["test"])
            assert {doc["blind"] for doc in read_jsonl(documents)} == {task == "egomemoria_blind"}
            named = [known[k] for k in ("doc_to_visual", "doc_to_text", "doc_to_target", "process_results")]
            named += [metric["aggregation"] for metric in known["metric_list"]]
            for name in named:
                assert callable(getattr(tasks, name.removeprefix(f"{tasks.__name__}.")))
            metrics = [metric["metric"] for metric in known["metric_list"]]
            assert "avg" in metrics
            assert ("mda" in metrics) == ("mda_all" in metrics) == (with_mda and task == "egomemoria")
    short = save_benchmark(tmp_path / "short", "short", [q for q in bench.questions if q.length_class == "1-2"], {})
    assert tasks.missing_groups(short) == ["medium", "long"]
    folder = tasks.write_tasks(
        short, bench.video_folder, [write_run(tmp_path / "s", short, [0, 0], BLIND)], tmp_path / "s-tasks"
    )
    known = yaml.load((folder / "egomemoria.yaml").read_text(), Loader)
    assert {metric["metric"] for metric in known["metric_list"]} == {"accuracy", "no_answer", "mda_all"}


def test_figures_equal_plain_sums_and_the_benchmarks_own(bench: Benchmark) -> None:
    choices: list[int | None] = [0, 1, None, 3, 1, 1, 2, 2, 0, 1, 3, 3, 0, 0]
    panel = {"one": {"q0", "q5", "q13"}, "two": {"q8"}}
    rows = rows_of(bench, choices, panel)
    right = {q.id: c == q.answer for q, c in zip(bench.questions, choices, strict=True)}
    assert tasks.accuracy(rows) == pytest.approx(100 * sum(right.values()) / 14)
    assert tasks.no_answer(rows) == 1
    by_group = {}
    for group in ("short", "medium", "long"):
        part = {q.id: right[q.id] for q in bench.questions if length_group(q.length_class) == group}
        by_group[group] = (100 * sum(part.values()) / len(part), 100 * mda(part, panel))
    assert tasks.avg(rows) == pytest.approx(average_of_groups({g: a for g, (a, _) in by_group.items()}))
    assert tasks.mda_avg(rows) == pytest.approx(sum(m for _, m in by_group.values()) / 3)
    assert tasks.mda_all(rows) == pytest.approx(100 * mda(right, panel))
    # One group alone, or questions without one: no Avg, as in `bench score`.
    ungrouped = [{**row, "group": ""} for row in rows]
    for some in (rows[:4], ungrouped):
        assert math.isnan(tasks.avg(some))
        assert math.isnan(tasks.mda_avg(some))
        assert 0 <= tasks.mda_all(some) <= 100
    # Some without a group: Avg is of the others.
    assert tasks.avg([*rows, *ungrouped]) == pytest.approx(tasks.avg(rows))


def test_lmms_evals_own_samples_serve_as_a_blind_run(bench: Benchmark, tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    samples = [{"doc_id": n, "accuracy": row} for n, row in enumerate(rows_of(bench, [0] * 14, {}, blind=True))]
    write_jsonl(file, samples)
    folder = tasks.write_tasks(bench, bench.video_folder, [file], tmp_path / "tasks")
    right = {doc["id"] for doc in read_jsonl(folder / "documents.jsonl") if doc["blind_right"] == ["other"]}
    assert right == {q.id for q in bench.questions if q.answer == 0}


def test_samples_that_are_no_blind_run_of_this_benchmark_are_refused(bench: Benchmark, tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    rows = rows_of(bench, [0] * 14, {}, blind=True)
    for some, said in (
        ([1], "row 1 is not a sample of egomemoria_blind"),
        ([{k: v for k, v in rows[0].items() if k != "blind"}], "row 1 is not a sample of egomemoria_blind"),
        (rows_of(bench, [0] * 14, {}), "row 1 is a sample of egomemoria, which shows the videos"),
        ([*rows, {**rows[0], "id": "q99"}], "row 15 is a sample of another benchmark than small: 'q99'"),
        ([{**row, "benchmark": "0" * 64} for row in rows], "row 1 is a sample of another benchmark"),
        ([*rows, {**rows[3], "right": True}], "row 15: the question 'q3' is there twice"),
        (rows[1:], "1 questions of small have no sample, first 'q0'"),
        ([], "14 questions of small have no sample, first 'q0'"),
    ):
        write_jsonl(file, [{"accuracy": row} for row in some])
        with pytest.raises(InputError, match=said):
            tasks.write_tasks(bench, bench.video_folder, [file], tmp_path / "tasks")


def test_a_run_that_saw_the_videos_is_no_blind_run(bench: Benchmark, tmp_path: Path) -> None:
    seeing = write_run(tmp_path / "r", bench, [0] * 14, RunSettings(select="uniform", keep=4))
    with pytest.raises(InputError, match="is not a blind run: it was made with uniform-keep4"):
        tasks.write_tasks(bench, bench.video_folder, [seeing], tmp_path / "tasks")
    blind = write_run(tmp_path / "b", bench, [0] * 14, BLIND)
    with pytest.raises(InputError, match="two blind runs of one model"):
        tasks.write_tasks(bench, bench.video_folder, [blind, blind], tmp_path / "tasks")


def test_the_command_prints_the_folder_and_nothing_else(bench: Benchmark, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mmego", "lmms-eval-tasks", str(bench.path)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    )
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.rstrip("\n"))
    assert folder.parent == (tmp_path / "cache" / "mmego" / "lmms-eval-tasks").resolve()
    assert {p.name for p in folder.iterdir()} == {*tasks.DOCUMENTS.values(), "egomemoria.yaml", "egomemoria_blind.yaml"}
    assert json.loads((folder / "documents.jsonl").read_text().splitlines()[0])["id"] == "q0"
    assert "small: 14 questions" in done.stderr
