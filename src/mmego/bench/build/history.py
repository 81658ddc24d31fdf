"""The folder of a benchmark while it is made: begun with which options, finished or not, and where it came from."""

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
"""Folder of the answers that a language model was paid for."""
HISTORY = "history"


def begin(folder: Path, shape: Mapping[str, Any]) -> Benchmark | None:
    """Record what shapes the benchmark; returns it if it was finished with the same options already, else None.

    Until something is paid for or finished, nothing is begun: a wrong option can be mended in the same folder.

    Raises:
        InputError: the folder was begun with other options (it names them), holds another benchmark, or is a file.
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
            told = "; ".join(text if len(text) < 200 else f"{text.split(' was ')[0]} differs" for text in different)
            raise InputError(f"{folder} was begun with other options ({told}): choose another folder for these")
        if not different:
            return load_benchmark(folder) if (folder / ABOUT).exists() else None
    elif (folder / QUESTIONS).exists():
        raise InputError(f"{folder} holds another benchmark: choose another folder")
    write_json(path, given)
    return None


def history_of(benchmark: Benchmark) -> list[dict[str, Any]]:
    """The steps that made a benchmark, oldest first; empty for one that was imported or is a bare file."""
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
    """Write a benchmark with the step that made it, after those of its `parent`; videos beside that are linked to.

    Raises InputError if there is no question left.
    """
    if not questions:
        raise InputError(f"no question is left for {folder}")
    steps = [] if parent is None else history_of(parent)
    made = dict(step) if parent is None else {**step, "parent": {"name": parent.name, "sha256": parent.sha256}}
    if parent is not None and parent.video_folder.is_dir() and not (folder / "videos").exists():
        # Relative, so that both can move together.
        (folder / "videos").symlink_to(os.path.relpath(parent.video_folder.resolve(), folder.resolve()))
    return save_benchmark(folder, name, questions, {HISTORY: [*steps, made]})
