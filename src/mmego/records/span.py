"""A stretch of video."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from mmego.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of video: `start` <= `end`, both finite, in seconds."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not self.start <= self.end:
            raise InputError(f"a span needs start <= end, got [{self.start}, {self.end}]")
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise InputError(f"a span needs finite times, got [{self.start}, {self.end}]")

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
        """From ``[start, end]``; raises InputError for anything else, also for NaN and numbers without end (1e400)."""
        is_pair = isinstance(value, (list, tuple)) and len(value) == 2
        if not is_pair or not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in value):
            raise InputError(f"a span is written [start, end] in seconds, got {_shown(value)}")
        try:
            return cls(float(value[0]), float(value[1]))
        except OverflowError as error:  # a whole number of 400 digits
            raise InputError("a span needs finite times, got a number of more than 300 digits") from error


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
