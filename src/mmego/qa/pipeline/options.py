"""Where and how fast a run of the data engine works; nothing of it changes the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mmego.errors import InputError
from mmego.qa.pipeline.progress import Prices

Executor = Literal["local", "slurm", "ray"]


@dataclass(frozen=True)
class ClusterOptions:
    """What a cluster needs to know."""

    partition: str = "cpu"
    """Slurm partition."""
    time: str = "24:00:00"
    """Slurm time limit of one task."""
    memory: int = 2
    """Gigabytes of memory to reserve for one task, on Slurm and on Ray."""
    sbatch: tuple[str, ...] = ()
    """Further arguments of sbatch, each NAME=VALUE: account=vision qos=low."""

    def __post_init__(self) -> None:
        for pair in self.sbatch:
            if not pair.partition("=")[2] or pair.startswith("-"):
                raise InputError(f"an sbatch argument is written NAME=VALUE without dashes, got {pair!r}")


@dataclass(frozen=True)
class RunOptions:
    """How a run works: `workers` None takes what suits the machine; `retry_failed` asks again where calls were given
    up after all their attempts (what was answered is in the journals and costs nothing)."""

    executor: Executor = "local"
    workers: int | None = None
    cluster: ClusterOptions = field(default_factory=ClusterOptions)
    prices: Prices = field(default_factory=Prices)
    retry_failed: bool = False
