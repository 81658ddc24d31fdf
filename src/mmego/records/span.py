"""A stretch of video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of video: `start` <= `end`, both in seconds."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not self.start <= self.end:
            raise InputError(f"a span needs start <= end, got [{self.start}, {self.end}]")

    @property
    def length(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start

    def holds(self, time: float) -> bool:
        """True if `time` lies in the closed span."""
        return self.start <= time <= self.end

    def to_json(self) -> list[float]:
        """``[start, end]``."""
        return [self.start, self.end]

    @classmethod
    def from_json(cls, value: Any) -> Span:
        """From ``[start, end]``; raises InputError for anything else."""
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise InputError(f"a span is written [start, end] in seconds, got {value!r}")
        return cls(float(value[0]), float(value[1]))
