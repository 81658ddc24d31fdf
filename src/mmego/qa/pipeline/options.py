"""Options for the speed and place of a run. They do not change the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mmego.errors import InputError
from mmego.qa.pipeline.progress import Prices

Executor = Literal["local", "slurm", "ray"]


@dataclass(frozen=True)
class ClusterOptions:
    """The resources of a task on a cluster."""

    partition: str = "cpu"
    """Slurm partition."""
    time: str = "24:00:00"
    """Slurm time limit of one task."""
    memory: int = 2
    """Gigabytes of memory to reserve for one task, on Slurm and on Ray."""
    sbatch: tuple[str, ...] = ()
    """More arguments of sbatch, each NAME=VALUE: account=vision qos=low."""

    def __post_init__(self) -> None:
        for pair in self.sbatch:
            if not pair.partition("=")[2] or pair.startswith("-"):
                raise InputError(f"write an sbatch argument as NAME=VALUE without dashes, got {pair!r}")


@dataclass(frozen=True)
class RunOptions:
    """How a run works.

    `workers` None takes the number of processors. `retry_failed` repeats calls that were given up; earlier answers are
    in the journals and cost nothing.
    """

    executor: Executor = "local"
    workers: int | None = None
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    prices: Prices = field(default_factory=Prices)
    retry_failed: bool = False
