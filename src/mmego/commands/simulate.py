"""``mmego simulate``: make first-person videos of simulated households, with narrations and truth."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import tyro

from mmego.commands.common import INTERRUPTED, parse


def run(arguments: Sequence[str]) -> int:
    """Write the videos, their narrations and the truth; return the exit code."""
    from mmego.sim.dataset import SimulateOptions, simulate

    @dataclass(frozen=True)
    class Options(SimulateOptions):
        __doc__ = SimulateOptions.__doc__
        out: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="OUT")]
        """Folder to write to; made if missing, continued if it was begun with the same flags."""

    # Worker processes unpickle the options, so their class must be one that every process can import.
    options = SimulateOptions(**asdict(parse(Options, "simulate", arguments)))
    try:
        simulate(options)
    except KeyboardInterrupt:
        print("mmego simulate: stopped; the same command goes on from here", file=sys.stderr)
        return INTERRUPTED
    return 0
