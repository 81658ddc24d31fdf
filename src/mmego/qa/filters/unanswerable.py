"""The filter `unanswerable`: drop what a second model answers wrong with the narrations."""

from __future__ import annotations

from mmego.qa.filters.turn_case import TurnCase


def check_unanswerable(case: TurnCase) -> str | None:
    """Return a reason where the judge was wrong with the narrations. Without a verdict return None."""
    return "not answered right with the narrations" if case.verdict.narrated is False else None
