"""A benchmark as lmms-eval tasks: its questions as documents, and the functions that the task files name.

``mmego lmms-eval-tasks BENCH`` writes a folder (documents and two task files) and prints where it is:

    python -m lmms_eval --model mmego --tasks egomemoria --include_path $(mmego lmms-eval-tasks BENCH)
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmego.bench.data.folder import Benchmark
from mmego.bench.data.runs import load_run
from mmego.bench.run.models import ShownVideo
from mmego.bench.scoring.metrics import average_of_groups, mda
from mmego.errors import InputError, VideoError
from mmego.files import atomic_path, read_records, require_folder, write_jsonl, write_text
from mmego.integrations.lmms_eval import letter
from mmego.records import MCQ, Span, VideoInput
from mmego.records.length_classes import length_group
from mmego.video.files import VideoFiles

Doc = Mapping[str, Any]
GROUPS = ("short", "medium", "long")
POST_PROMPT = "Answer with the option's letter from the given choices directly."
SEEING, BLIND = "egomemoria", "egomemoria_blind"
DOCUMENTS = {SEEING: "documents.jsonl", BLIND: "documents_blind.jsonl"}
"""One file per task, since a row of results names its task only if its document does."""


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the paths of a document's videos."""
    return list(doc["paths"])


def doc_to_visual_blind(doc: Doc) -> list[str]:
    """Return no pictures."""
    return []


def doc_to_text(doc: Doc, lmms_eval_specific_kwargs: Mapping[str, Any] | None = None) -> str:
    """Return the question, its lettered choices and how to answer."""
    options = [f"{letter(number)}. {option}" for number, option in enumerate(doc["options"])]
    return "\n".join([doc["question"], *options, POST_PROMPT])


def doc_to_target(doc: Doc) -> str:
    """Return the right letter."""
    return letter(int(doc["answer"]))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return, for each metric, a row with the letter that was read, if any, and whether it is right."""
    from lmms_eval.tasks._task_utils.mcq_extract import extract_mcq_answer

    letters = [letter(number) for number in range(len(doc["options"]))]
    found = extract_mcq_answer(results[0], letters)
    row = {
        "id": doc["id"],
        "benchmark": doc["benchmark"],
        "blind": doc["blind"],
        "choice": letters.index(found) if found in letters else None,
        "right": found == doc_to_target(doc),
        "group": doc["group"],
        "blind_right": list(doc["blind_right"]),
        "panel": list(doc["panel"]),
    }
    return dict.fromkeys(("accuracy", "avg", "mda", "mda_all", "no_answer"), row)


def accuracy(rows: Sequence[Doc]) -> float:
    """Return the percentage of right answers; an answer without a letter is wrong."""
    return 100 * sum(bool(row["right"]) for row in rows) / len(rows)


def avg(rows: Sequence[Doc]) -> float:
    """Return the paper's "Avg" in percent: the mean of short, medium and long; NaN if one has no question."""
    return _over_groups(rows, accuracy)


def mda_avg(rows: Sequence[Doc]) -> float:
    """Return the paper's MDA in percent, averaged as in `avg`, with the blind runs of `write_tasks`."""
    return _over_groups(rows, mda_all)


def mda_all(rows: Sequence[Doc]) -> float:
    """Return MDA in percent over all questions, with and without a group."""
    blind = {model: {row["id"] for row in rows if model in row["blind_right"]} for model in rows[0]["panel"]}
    return 100 * mda({row["id"]: row["right"] for row in rows}, blind)


def no_answer(rows: Sequence[Doc]) -> float:
    """Return the number of questions without a letter as answer."""
    return float(sum(row["choice"] is None for row in rows))


def _over_groups(rows: Sequence[Doc], figure: Callable[[Sequence[Doc]], float]) -> float:
    """Return the average of `figure` over the groups; NaN if a group is empty (lmms-eval's ``--limit``)."""
    by_group = {group: [row for row in rows if row["group"] == group] for group in GROUPS}
    found = {group: figure(part) if part else math.nan for group, part in by_group.items()}
    return average_of_groups(found, GROUPS)


def missing_groups(bench: Benchmark) -> list[str]:
    """Return the groups without a question in a benchmark; its tasks then have no ``avg`` and no ``mda``."""
    there = {_group(question) for question in bench.questions}
    return [group for group in GROUPS if group not in there]


def write_tasks(bench: Benchmark, videos: Path, blind_runs: Sequence[Path], folder: Path) -> Path:
    """Write documents and task files of a benchmark; return `folder`.

    Args:
        bench: its questions become documents.
        videos: folder of its videos; questions of a missing video become documents without an answer.
        blind_runs: the panel: finished blind runs (folders of ``mmego bench run``) or lmms-eval's samples of
            ``egomemoria_blind`` (a .jsonl file with the model's name). Without any there is no MDA.
        folder: replaced if it exists and holds nothing but tasks.

    Raises:
        InputError: `folder` holds other files; a run is not blind, not finished or of another benchmark.
    """
    files = VideoFiles(videos)
    files.check(bench.videos)
    _refuse_foreign(folder)
    panel = dict(_blind_right(path, bench) for path in blind_runs)
    if len(panel) < len(blind_runs):
        raise InputError(f"two blind runs of one model: {', '.join(map(str, blind_runs))}")
    with atomic_path(folder) as scratch:
        scratch.mkdir()
        metrics = _metrics(bool(panel), not missing_groups(bench))
        for task, name in DOCUMENTS.items():
            rows = (_document(q, bench, files, panel, task == BLIND) for q in bench.questions)
            write_jsonl(scratch / name, rows)
            write_text(scratch / f"{task}.yaml", _task_file(task, Path(folder).resolve() / name, metrics))
    return folder


def _refuse_foreign(folder: Path) -> None:
    """Raise InputError if `folder`, which will be replaced, holds anything that `write_tasks` did not write."""
    require_folder(folder)
    own = {*DOCUMENTS.values(), *(f"{task}.yaml" for task in DOCUMENTS)}
    foreign = sorted({path.name for path in folder.iterdir()} - own) if folder.exists() else []
    if foreign:
        raise InputError(f"{folder} holds other files ({', '.join(foreign[:3])}): give a folder for the tasks only")


def default_folder(bench: Benchmark, cache: Path) -> Path:
    """Return the benchmark's own folder in `cache`, so that tasks of two benchmarks do not mix."""
    where = hashlib.sha256(str(bench.path.resolve()).encode()).hexdigest()[:12]
    return cache / "lmms-eval-tasks" / f"{bench.name}-{where}"


def _document(
    question: MCQ, bench: Benchmark, files: VideoFiles, panel: Mapping[str, frozenset[str]], blind: bool
) -> dict[str, Any]:
    one = VideoInput(question.video, question.video, question.clip)
    # A blind task gets no pictures. An empty list, not None: lmms-eval reads documents with Arrow, one type a column.
    shown = () if blind else tuple((v, _path(files, v.video)) for v in question.inputs or (one,))
    return {
        "id": question.id,
        "benchmark": bench.sha256,
        "blind": blind,
        "question": question.question,
        "options": list(question.options),
        "answer": question.answer,
        "paths": [path for _, path in shown],
        # lmms-eval has no clips: our own model reads this field, other models see the whole files.
        "inputs": [{"name": v.name, "path": path, "clip": v.clip.to_json() if v.clip else None} for v, path in shown],
        "category": question.category,
        "length_class": question.length_class,
        "group": _group(question),
        "panel": list(panel),
        "blind_right": [model for model, right in panel.items() if question.id in right],
    }


def shown_of(doc: Doc, visuals: Sequence[Any]) -> tuple[ShownVideo, ...]:
    """Return the videos for our own model: a document's `inputs` with their clips, or the files of another's task."""
    inputs: Any = doc.get("inputs")
    ours = isinstance(inputs, list) and all(
        isinstance(one, Mapping) and {"name", "path", "clip"} <= set(one) for one in inputs
    )
    if ours and [one["path"] for one in inputs] == list(visuals):
        return tuple(
            ShownVideo(one["name"], Path(one["path"]), Span.from_json(one["clip"]) if one["clip"] else None)
            for one in inputs
        )
    return tuple(ShownVideo(f"video {n}", Path(str(visual)), None) for n, visual in enumerate(visuals, 1))


def _group(question: MCQ) -> str:
    return length_group(question.length_class) if question.length_class else ""


def _path(files: VideoFiles, name: str) -> str:
    try:
        return str(files.find(name).resolve())
    except VideoError:
        return str((files.folder / name).resolve())


def _blind_right(path: Path, bench: Benchmark) -> tuple[str, frozenset[str]]:
    """Return ``(model, ids answered right without pictures)`` of one blind run."""
    if path.is_file():
        return path.stem, _samples_right(path, bench)
    run = load_run(path, bench)
    if not run.settings.blind:
        raise InputError(f"{path} is not a blind run: it was made with {run.settings}")
    return run.model, frozenset(name for name, right in run.correct(bench).items() if right)


def _samples_right(path: Path, bench: Benchmark) -> frozenset[str]:
    """Read the samples that lmms-eval's ``--log_samples`` wrote for ``egomemoria_blind``."""
    right: dict[str, bool] = {}
    known = {q.id for q in bench.questions}
    for number, row in enumerate(read_records(path), 1):
        found = row.get("accuracy") if isinstance(row, dict) else None
        if not isinstance(found, dict) or not {"id", "right", "blind", "benchmark"} <= set(found):
            raise InputError(
                f"{path}: row {number} is not a sample of {BLIND}: its accuracy lacks id, right, blind or benchmark"
            )
        if found["blind"] is not True:
            raise InputError(f"{path}: row {number} is a sample of {SEEING}, which shows the videos, not of {BLIND}")
        if found["benchmark"] != bench.sha256 or found["id"] not in known:
            raise InputError(
                f"{path}: row {number} is a sample of another benchmark than {bench.name}: {found['id']!r}"
            )
        if found["id"] in right:
            raise InputError(f"{path}: row {number}: the question {found['id']!r} is there twice")
        right[found["id"]] = bool(found["right"])
    missing = [q.id for q in bench.questions if q.id not in right]
    if missing:
        raise InputError(f"{path}: {len(missing)} questions of {bench.name} have no sample, first {missing[0]!r}")
    return frozenset(name for name, was_right in right.items() if was_right)


def _metrics(with_panel: bool, with_groups: bool) -> dict[str, str]:
    """Return the metrics of the seeing task, each with the function of this module that computes it."""
    found = {"accuracy": "accuracy", "no_answer": "no_answer"}
    if with_groups:
        found["avg"] = "avg"
    if with_panel:
        found["mda_all"] = "mda_all"
    if with_panel and with_groups:
        found["mda"] = "mda_avg"
    return found


def _task_file(task: str, documents: Path, metrics: Mapping[str, str]) -> str:
    here = "mmego.integrations.lmms_eval_tasks"
    blind = task == BLIND
    listed = "".join(
        f"  - metric: {metric}\n    aggregation: !function {here}.{function}\n"
        f"    higher_is_better: {'false' if metric == 'no_answer' else 'true'}\n"
        for metric, function in metrics.items()
        if not (blind and metric.startswith("mda"))
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
