"""The folder of a benchmark while it is made: its options, whether it is finished, and the steps that made it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmego.bench.data.folder import ABOUT, QUESTIONS, Benchmark, load_benchmark, save_benchmark
from mmego.errors import InputError
from mmego.files import read_object, require_folder, write_json
from mmego.records import MCQ

OPTIONS = "options.json"
JOURNAL = "journal"
"""Folder of the paid answers of a language model."""
HISTORY = "history"


def begin(folder: Path, shape: Mapping[str, Any]) -> Benchmark | None:
    """Record what shapes the benchmark; return it if it is already finished with the same options, else None.

    Until something is paid for or finished, you can correct a wrong option and use the same folder again.

    Raises:
        InputError: the folder was started with other options (the message names them), holds another benchmark, or is a
            file.
    """
    folder = Path(folder)
    require_folder(folder)
    given = json.loads(json.dumps(shape))
    path = folder / OPTIONS
    if path.exists():
        recorded = read_object(path)
        different = [
            f"{name} was {json.dumps(recorded.get(name))}, is {json.dumps(given.get(name))}"
            for name in sorted(given.keys() | recorded.keys())
            if recorded.get(name) != given.get(name)
        ]
        begun = (folder / ABOUT).exists() or (folder / JOURNAL).exists()
        if different and begun:
            changes = "; ".join(text if len(text) < 200 else f"{text.split(' was ')[0]} differs" for text in different)
            raise InputError(f"{folder} was begun with other options ({changes}): choose another folder for these")
        if not different:
            return load_benchmark(folder) if (folder / ABOUT).exists() else None
    elif (folder / QUESTIONS).exists():
        raise InputError(f"{folder} holds another benchmark: choose another folder")
    write_json(path, given)
    return None


def history_of(benchmark: Benchmark) -> list[dict[str, Any]]:
    """Return the steps that made a benchmark, oldest first; [] for an imported one or a bare file."""
    path = benchmark.path / ABOUT
    steps = read_object(path).get(HISTORY, []) if path.exists() else []
    return list(steps)


def save_step(
    folder: Path,
    name: str,
    questions: Sequence[MCQ],
    step: Mapping[str, Any],
    parent: Benchmark | None = None,
) -> Benchmark:
    """Write a benchmark with the step that made it, after those of its `parent`; link to the parent's videos.

    Raises:
        InputError: no question is left.
    """
    if not questions:
        raise InputError(f"no question is left for {folder}")
    steps = [] if parent is None else history_of(parent)
    made = dict(step) if parent is None else {**step, "parent": {"name": parent.name, "sha256": parent.sha256}}
    if parent is not None and parent.video_folder.is_dir() and not (folder / "videos").exists():
        # Relative, so that both can move together.
        (folder / "videos").symlink_to(os.path.relpath(parent.video_folder.resolve(), folder.resolve()))
    return save_benchmark(folder, name, questions, {HISTORY: [*steps, made]})
