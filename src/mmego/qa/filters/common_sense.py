"""The filter `common_sense`: drop what a second model answers right without the narrations."""

from __future__ import annotations

from mmego.qa.filters.turn_case import TurnCase


def check_common_sense(case: TurnCase) -> str | None:
    """Return a reason where the judge was right without the narrations. Without a verdict return None."""
    return "answered right without the narrations" if case.verdict.blind is True else None
