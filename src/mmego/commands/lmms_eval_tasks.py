"""``mmego lmms-eval-tasks``: write a benchmark as tasks of lmms-eval."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from mmego.commands.common import parse
from mmego.errors import InputError
from mmego.files import cache_folder

OptionalFolder = Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")]


DEFAULT = Path("egomemoria-sim")


@dataclass(frozen=True)
class LmmsEvalTasksOptions:
    """Write a benchmark as the lmms-eval tasks egomemoria and egomemoria_blind; print the folder for --include_path."""

    bench: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BENCH")] = DEFAULT
    """The benchmark's folder, or a JSON Lines file of questions. Default: the result of `mmego bench simulate -o
    egomemoria-sim`."""
    videos: OptionalFolder = None
    """Folder of the videos. Default: videos/ in the benchmark's folder."""
    blind: Annotated[tuple[Path, ...], tyro.conf.arg(metavar="RUN [RUN ...]", help_behavior_hint="")] = ()
    """Finished blind runs, one for each model of the panel: folders of `mmego bench run --blind`, or lmms-eval's
    samples of egomemoria_blind. With them egomemoria has the metrics mda and mda_all."""
    output: Annotated[Path | None, tyro.conf.arg(aliases=["-o"], metavar="FOLDER", help_behavior_hint="")] = None
    """Folder to write to. Default: one for this benchmark in the user's cache."""


def run(arguments: Sequence[str]) -> int:
    """Write the folder and print only its path on stdout; return the exit code."""
    options = parse(LmmsEvalTasksOptions, "lmms-eval-tasks", arguments)
    from mmego.bench.data.folder import load_benchmark
    from mmego.integrations.lmms_eval_tasks import default_folder, missing_groups, write_tasks

    if options.bench == DEFAULT and not DEFAULT.exists():
        raise InputError(f"no benchmark at {DEFAULT}: make it with `mmego bench simulate -o {DEFAULT}`, or give BENCH")
    bench = load_benchmark(options.bench)
    cache = cache_folder()
    if options.output is None and cache is None:
        raise InputError("there is no cache folder here (no home, no MMEGO_CACHE): give a folder with -o FOLDER")
    folder = options.output or default_folder(bench, cache or Path())
    write_tasks(bench, options.videos or bench.video_folder, options.blind, folder)
    print(f"{bench.name}: {len(bench.questions)} questions, {len(options.blind)} blind runs", file=sys.stderr)
    missing = missing_groups(bench)
    if missing:
        print(f"no avg and no mda: the benchmark has no question in {', '.join(missing)}", file=sys.stderr)
    print(folder.resolve())
    return 0
