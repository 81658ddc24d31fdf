"""The filter `index`: the turn cites at least one sentence, and each one exists in the clip."""

from __future__ import annotations

from mmego.qa.filters.turn_case import TurnCase, is_index


def check_index(case: TurnCase) -> str | None:
    """Return what is wrong with the cited sentences, or None."""
    if not case.turn.narrations:
        return "cites no sentence"
    number = len(case.sample.clip.narrations)
    return None if all(is_index(i, number) for i in case.turn.narrations) else "cites a sentence that is not there"
