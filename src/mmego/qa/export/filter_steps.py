"""The number of turns that each filter saw, dropped and left, from a data set's ``stats.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmego.errors import InputError


@dataclass(frozen=True, slots=True)
class FilterStep:
    """The counts of one filter: turns `seen`, turns `dropped`, and drops by reason."""

    name: str
    seen: int
    dropped: int
    reasons: Mapping[str, int]

    @property
    def left(self) -> int:
        """The number of turns that passed."""
        return self.seen - self.dropped

    @property
    def keep_rate(self) -> float:
        """The share of the seen turns that passed; 1 if none was seen."""
        return self.left / self.seen if self.seen else 1.0


def read_filter_steps(stats: Mapping[str, Any]) -> list[FilterStep]:
    """Return the filters in their order, [] if the statistics have none. Raises InputError for a malformed one."""
    try:
        return [
            FilterStep(str(row["name"]), int(row["seen"]), int(row["dropped"]), dict(row.get("reasons", {})))
            for row in stats.get("filters", [])
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"stats.json: a filter needs name, seen, dropped and reasons: {error!r}") from error
