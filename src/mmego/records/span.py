"""A span: a part of a video."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass
from typing import Any

from mmego.errors import InputError
from mmego.records.values import milliseconds


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a video: `start` <= `end`, both finite, in seconds."""

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
        """Return whether `time` lies in the closed span."""
        return self.start <= time <= self.end

    def to_json(self) -> list[float]:
        """Return ``[start, end]`` with every digit."""
        return [self.start, self.end]

    def in_milliseconds(self) -> list[float]:
        """Return ``[start, end]`` in milliseconds, as in records that people read."""
        return [milliseconds(self.start), milliseconds(self.end)]

    @classmethod
    def from_json(cls, value: Any) -> Span:
        """Read ``[start, end]``; raise InputError for anything else, also for NaN and infinite numbers (1e400)."""
        if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(_is_number, value)):
            raise InputError(f"a span is written [start, end] in seconds, got {reprlib.repr(value)}")
        try:
            return cls(float(value[0]), float(value[1]))
        except OverflowError as error:  # a whole number of 400 digits
            raise InputError("a span needs finite times, got a number of more than 300 digits") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
