"""Tasks written for lmms-eval: documents, prompts, task files, figures against plain sums."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mmego.bench.folder import Benchmark
from mmego.bench.metrics import average_of_groups, mda
from mmego.bench.runs import RunSettings
from mmego.errors import InputError
from mmego.files import read_jsonl, write_jsonl
from mmego.integrations import lmms_eval_tasks as tasks
from mmego.integrations.lmms_eval import split_options
from mmego.qa.lengths import length_group
from tests.bench.small import OPTIONS, benchmark, write_run

BLIND = RunSettings(blind=True)


@pytest.fixture
def bench(tmp_path: Path) -> Benchmark:
    made = benchmark(tmp_path / "bench")
    (tmp_path / "bench" / "videos").mkdir()
    for name in made.videos[:-1]:
        (tmp_path / "bench" / "videos" / f"{name}.mp4").write_bytes(b"not looked into")
    return made


def rows_of(bench: Benchmark, choices: list[int | None], panel: dict[str, set[str]]) -> list[dict[str, object]]:
    """What `process_results` makes of these choices."""
    return [
        {
            "id": q.id,
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
    assert (docs[0]["clip"], docs[0]["group"], docs[-1]["group"]) == ([0.0, 60.0], "short", "long")
    assert [doc["blind_right"] for doc in docs[:2]] == [["m"], []]
    text = tasks.doc_to_text(docs[1])
    assert split_options(text) == ("Where did I put the mug?", OPTIONS)
    assert tasks.doc_to_target(docs[1]) == "B"
    assert tasks.doc_to_visual_blind(docs[1]) == []


def test_task_files_are_yaml_and_name_functions_that_exist(bench: Benchmark, tmp_path: Path) -> None:
    class Loader(yaml.SafeLoader):
        """Takes `!function` tags as their names."""

    Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))
    for blind_runs, with_mda in (([], False), ([write_run(tmp_path / "b", bench, [0] * 14, BLIND)], True)):
        folder = tasks.write_tasks(bench, bench.video_folder, blind_runs, tmp_path / "tasks")
        for task in tasks.TASKS:
            known = yaml.load((folder / f"{task}.yaml").read_text(), Loader)
            assert known["task"] == task
            assert Path(known["dataset_kwargs"]["data_files"]["test"]).is_file()
            named = [known[k] for k in ("doc_to_visual", "doc_to_text", "doc_to_target", "process_results")]
            named += [metric["aggregation"] for metric in known["metric_list"]]
            for name in named:
                assert callable(getattr(tasks, name.removeprefix(f"{tasks.__name__}.")))
            metrics = [metric["metric"] for metric in known["metric_list"]]
            assert ("mda" in metrics) == (with_mda and task == "egomemoria")


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
    assert tasks.avg(rows[:4]) == pytest.approx(tasks.accuracy(rows[:4]))  # one group alone


def test_lmms_evals_own_samples_serve_as_a_blind_run(bench: Benchmark, tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    write_jsonl(file, [{"doc_id": n, "accuracy": row} for n, row in enumerate(rows_of(bench, [0] * 14, {}))])
    folder = tasks.write_tasks(bench, bench.video_folder, [file], tmp_path / "tasks")
    right = {doc["id"] for doc in read_jsonl(folder / "documents.jsonl") if doc["blind_right"] == ["other"]}
    assert right == {q.id for q in bench.questions if q.answer == 0}
    write_jsonl(file, [{"accuracy": 1}])
    with pytest.raises(InputError, match="row 1 is no sample of egomemoria_blind"):
        tasks.write_tasks(bench, bench.video_folder, [file], tmp_path / "tasks")
    write_jsonl(file, [])
    with pytest.raises(InputError, match="14 questions of small have no sample, first 'q0'"):
        tasks.write_tasks(bench, bench.video_folder, [file], tmp_path / "tasks")


def test_a_run_that_saw_the_videos_is_no_blind_run(bench: Benchmark, tmp_path: Path) -> None:
    seeing = write_run(tmp_path / "r", bench, [0] * 14, RunSettings(select="uniform", keep=4))
    with pytest.raises(InputError, match="is no blind run: it was made with uniform-keep4"):
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
    assert {p.name for p in folder.iterdir()} == {"documents.jsonl", "egomemoria.yaml", "egomemoria_blind.yaml"}
    assert json.loads((folder / "documents.jsonl").read_text().splitlines()[0])["id"] == "q0"
    assert "small: 14 questions" in done.stderr
