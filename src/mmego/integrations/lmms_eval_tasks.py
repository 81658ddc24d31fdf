"""lmms-eval tasks of a benchmark: its questions as documents, and the functions that the task files name.

``mmego lmms-eval-tasks BENCH`` writes a folder (documents and two task files) and prints where it is:

    python -m lmms_eval --model mmego --tasks egomemoria --include_path $(mmego lmms-eval-tasks BENCH)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmego.bench.folder import Benchmark
from mmego.bench.metrics import average_of_groups, mda
from mmego.bench.runs import load_run
from mmego.errors import InputError, VideoError
from mmego.files import atomic_path, read_jsonl, write_jsonl, write_text
from mmego.integrations.lmms_eval import letter
from mmego.qa.lengths import length_group
from mmego.records import MCQ
from mmego.video.files import VideoFiles

Doc = Mapping[str, Any]
GROUPS = ("short", "medium", "long")
POST_PROMPT = "Answer with the option's letter from the given choices directly."
DOCUMENTS = "documents.jsonl"
TASKS = ("egomemoria", "egomemoria_blind")


def doc_to_visual(doc: Doc) -> list[str]:
    """The videos of a document, as paths."""
    return list(doc["paths"])


def doc_to_visual_blind(doc: Doc) -> list[str]:
    """No picture at all."""
    return []


def doc_to_text(doc: Doc, lmms_eval_specific_kwargs: Mapping[str, Any] | None = None) -> str:
    """The question, its lettered options and how to answer."""
    options = [f"{letter(number)}. {option}" for number, option in enumerate(doc["options"])]
    return "\n".join([doc["question"], *options, POST_PROMPT])


def doc_to_target(doc: Doc) -> str:
    """The right letter."""
    return letter(int(doc["answer"]))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, dict[str, Any]]:
    """One row a question under each metric: whether it was right, and whether a letter could be read at all."""
    from lmms_eval.tasks._task_utils.mcq_extract import extract_mcq_answer

    letters = [letter(number) for number in range(len(doc["options"]))]
    said = extract_mcq_answer(results[0], letters)
    row = {
        "id": doc["id"],
        "choice": letters.index(said) if said in letters else None,
        "right": said == doc_to_target(doc),
        "group": doc["group"],
        "blind_right": list(doc["blind_right"]),
        "panel": list(doc["panel"]),
    }
    return dict.fromkeys(("accuracy", "avg", "mda", "no_answer"), row)


def accuracy(rows: Sequence[Doc]) -> float:
    """Percent right of all questions; one without a letter is wrong."""
    return 100 * sum(bool(row["right"]) for row in rows) / len(rows)


def avg(rows: Sequence[Doc]) -> float:
    """The paper's "Avg" in percent: the unweighted mean over the groups short, medium and long that there are."""
    return _over_groups(rows, accuracy)


def mda_avg(rows: Sequence[Doc]) -> float:
    """The paper's MDA in percent, averaged as `avg`, from the blind runs given when the tasks were written."""
    return _over_groups(rows, _mda)


def no_answer(rows: Sequence[Doc]) -> float:
    """How many questions got no letter."""
    return float(sum(row["choice"] is None for row in rows))


def _mda(rows: Sequence[Doc]) -> float:
    blind = {model: {row["id"] for row in rows if model in row["blind_right"]} for model in rows[0]["panel"]}
    return 100 * mda({row["id"]: row["right"] for row in rows}, blind)


def _over_groups(rows: Sequence[Doc], figure: Callable[[Sequence[Doc]], float]) -> float:
    by_group = {group: [row for row in rows if row["group"] == group] for group in GROUPS}
    found = {group: figure(part) for group, part in by_group.items() if part}
    return average_of_groups(found, tuple(found)) if found else figure(rows)


def write_tasks(bench: Benchmark, videos: Path, blind_runs: Sequence[Path], folder: Path) -> Path:
    """Write documents and task files of a benchmark; returns `folder`.

    Args:
        bench: its questions become documents.
        videos: folder of its videos; one that is missing stays a document, whose question gets no answer.
        blind_runs: the panel: finished blind runs (folders of ``mmego bench run``) or lmms-eval's samples of
            ``egomemoria_blind`` (a .jsonl file, called like the model by its name). None: no MDA.
        folder: replaced if it is there.

    Raises:
        InputError: a run that is not blind, not whole or of another benchmark.
    """
    files = VideoFiles(videos)
    files.check(bench.videos)
    panel = dict(_blind_right(path, bench) for path in blind_runs)
    if len(panel) < len(blind_runs):
        raise InputError(f"two blind runs of one model: {', '.join(map(str, blind_runs))}")
    with atomic_path(folder) as scratch:
        scratch.mkdir()
        write_jsonl(scratch / DOCUMENTS, (_document(q, files, panel) for q in bench.questions))
        for task in TASKS:
            write_text(scratch / f"{task}.yaml", _task_file(task, Path(folder).resolve() / DOCUMENTS, bool(panel)))
    return folder


def default_folder(bench: Benchmark, cache: Path) -> Path:
    """A folder in `cache` of the benchmark's own, so that tasks of two benchmarks do not meet."""
    where = hashlib.sha256(str(bench.path.resolve()).encode()).hexdigest()[:12]
    return cache / "lmms-eval-tasks" / f"{bench.name}-{where}"


def _document(question: MCQ, files: VideoFiles, panel: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    named = [one.video for one in question.inputs] or [question.video]
    return {
        "id": question.id,
        "question": question.question,
        "options": list(question.options),
        "answer": question.answer,
        "paths": [_path(files, name) for name in named],
        # lmms-eval knows no clips: our own model reads this field, others see the whole file.
        "clip": None if question.clip is None or question.inputs else question.clip.to_json(),
        "category": question.category,
        "length_class": question.length_class,
        "group": length_group(question.length_class) if question.length_class else "",
        "panel": list(panel),
        "blind_right": [model for model, right in panel.items() if question.id in right],
    }


def _path(files: VideoFiles, name: str) -> str:
    try:
        return str(files.find(name).resolve())
    except VideoError:
        return str((files.folder / name).resolve())


def _blind_right(path: Path, bench: Benchmark) -> tuple[str, frozenset[str]]:
    """``(model, ids answered right without any picture)`` of one blind run."""
    if path.is_file():
        return path.stem, _samples_right(path, bench)
    run = load_run(path, bench)
    if not run.settings.blind:
        raise InputError(f"{path} is no blind run: it was made with {run.settings}")
    return run.model, frozenset(name for name, right in run.correct(bench).items() if right)


def _samples_right(path: Path, bench: Benchmark) -> frozenset[str]:
    """From the samples that lmms-eval's ``--log_samples`` wrote for ``egomemoria_blind``."""
    right: dict[str, bool] = {}
    for number, row in enumerate(read_jsonl(path), 1):
        found = row.get("accuracy") if isinstance(row, dict) else None
        if not isinstance(found, dict) or "id" not in found:
            raise InputError(f"{path}: row {number} is no sample of egomemoria_blind: it has no accuracy with an id")
        right[found["id"]] = found["right"]
    missing = [q.id for q in bench.questions if q.id not in right]
    if missing:
        raise InputError(f"{path}: {len(missing)} questions of {bench.name} have no sample, first {missing[0]!r}")
    return frozenset(name for name, was_right in right.items() if was_right)


def _task_file(task: str, documents: Path, with_mda: bool) -> str:
    here = "mmego.integrations.lmms_eval_tasks"
    blind = task.endswith("_blind")
    metrics = {"accuracy": "accuracy", "avg": "avg", "no_answer": "no_answer"}
    if with_mda and not blind:
        metrics["mda"] = "mda_avg"
    listed = "".join(
        f"  - metric: {metric}\n    aggregation: !function {here}.{function}\n"
        f"    higher_is_better: {'false' if metric == 'no_answer' else 'true'}\n"
        for metric, function in metrics.items()
    )
    return (
        f"task: {task}\n"
        "dataset_path: json\n"
        "dataset_kwargs:\n  data_files:\n"
        f"    test: {json.dumps(str(documents))}\n"
        "test_split: test\n"
        "output_type: generate_until\n"
        f"doc_to_visual: !function {here}.doc_to_visual{'_blind' if blind else ''}\n"
        f"doc_to_text: !function {here}.doc_to_text\n"
        f"doc_to_target: !function {here}.doc_to_target\n"
        f"process_results: !function {here}.process_results\n"
        "generation_kwargs:\n  max_new_tokens: 16\n  temperature: 0\n  do_sample: false\n"
        f"metric_list:\n{listed}"
        "metadata:\n  version: 1.0\n"
    )
