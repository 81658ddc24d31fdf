"""The filter `schema`: texts are texts, the question asks something, and the key spans lie in the clip."""

from __future__ import annotations

import re

from mmego.qa.filters.turn_case import MOST_CHARACTERS, TurnCase

_ASKS = re.compile(
    r"^(?:who|whom|whose|what|which|where|when|why|how|did|do|does|was|were|is|are|have|has|had|can|could|tell|name"
    r"|list|describe|explain|in which|on which|at which|from which|with which|for which|in what|on what|with what)\b",
    re.IGNORECASE,
)


def check_schema(case: TurnCase) -> str | None:
    """Return what is wrong with the form of the turn, or None."""
    turn, slack = case.turn, case.options.span_slack
    if not (isinstance(turn.question, str) and isinstance(turn.answer, str)):
        return "question or answer is no text"
    if max(len(turn.question), len(turn.answer)) > MOST_CHARACTERS:
        return f"question or answer of more than {MOST_CHARACTERS:,} characters"
    if not turn.question.strip() or not turn.answer.strip():
        return "empty question or answer"
    if not (turn.question.rstrip(" \"')").endswith("?") or _ASKS.match(turn.question.strip())):
        return "does not ask"
    if not turn.key_spans:
        return "no key span"
    clip = case.sample.clip.clip
    for span in turn.key_spans:
        if span.start < clip.start - slack or span.end > clip.end + slack:
            return "key span outside the clip"
    return None
