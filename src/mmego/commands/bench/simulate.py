"""``mmego bench simulate``: make the videos of EgoMemoria-Sim, the benchmark that ships with this package."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from mmego.commands.common import INTERRUPTED, parse

VERB = "bench simulate"
Switch = Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")]


@dataclass(frozen=True)
class SimulateOptions:
    """Make EgoMemoria-Sim: its questions, and the videos of its test houses, checked by hash.

    The same command continues a stopped run. Give the folder to `mmego bench run`.
    """

    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="FOLDER", help_behavior_hint="(required)")]
    """Folder to write to; made if missing. The questions are written last: with them it is complete."""
    mini: Switch = False
    """Make only a few short videos and their questions, enough to try a model or a change."""
    workers: int = 2
    """Number of worker processes, 1 to 256."""
    accept_other_bytes: Switch = False
    """Keep a video whose bytes differ (another version of PyAV or Panda3D) if the same things happen in it."""


def run(arguments: Sequence[str]) -> int:
    """Make what is missing and print what is there; return the exit code."""
    options = parse(SimulateOptions, VERB, arguments)
    from mmego.bench.egomemoria_sim.questions import load_shipped
    from mmego.bench.egomemoria_sim.videos import make_benchmark, other_bytes

    shipped = load_shipped()
    wanted = shipped.mini() if options.mini else shipped
    try:
        made = make_benchmark(wanted, options.out, options.workers, options.accept_other_bytes)
    except KeyboardInterrupt:
        print(f"mmego {VERB}: stopped; the same command goes on from here", file=sys.stderr)
        return INTERRUPTED
    minutes = sum(v.seconds for v in wanted.videos) / 60
    print(
        f"{made.name}: {len(made.questions)} questions on {len(made.videos)} videos ({minutes:.0f} min) in {made.path}"
    )
    if others := other_bytes(options.out):
        print(f"{len(others)} videos have other bytes than the package's; scores may differ a little", file=sys.stderr)
    return 0
