"""How many turns each filter saw, dropped and left, from a data set's ``stats.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmego.errors import InputError


@dataclass(frozen=True, slots=True)
class Step:
    """One filter: turns it `seen`, turns it `dropped`, and the drops by reason."""

    name: str
    seen: int
    dropped: int
    reasons: Mapping[str, int]

    @property
    def left(self) -> int:
        """Turns that passed."""
        return self.seen - self.dropped

    @property
    def keep_rate(self) -> float:
        """Share of the turns seen that passed; 1 where none was seen."""
        return self.left / self.seen if self.seen else 1.0


def funnel(stats: Mapping[str, Any]) -> list[Step]:
    """The filters in their order; empty where the statistics have none. Raises InputError for a malformed one."""
    try:
        return [
            Step(str(row["name"]), int(row["seen"]), int(row["dropped"]), dict(row.get("reasons", {})))
            for row in stats.get("filters", [])
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"stats.json: a filter needs name, seen, dropped and reasons: {error!r}") from error
