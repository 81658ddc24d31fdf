"""The filter `unsure`: drop an answer that hedges or says that it does not know."""

from __future__ import annotations

import re

from mmego.qa.filters.turn_case import TurnCase

_FOUND_OUT = "|".join(("determined", "inferred", "known", "told"))
_UNSURE = re.compile(
    r"\b(?:i (?:do not|don't|did not|didn't|cannot|can't) (?:know|remember|recall|tell|say)|not sure|unsure|unknown"
    rf"|unclear|uncertain|cannot be (?:{_FOUND_OUT})|can't be determined"
    r"|no (?:information|mention|evidence)|not (?:enough|sufficient) (?:information|detail)|n/a|none of the above"
    r"|probably|possibly|perhaps|maybe|presumably|likely|might(?: have)?|may have|could have|seem(?:s|ed)?"
    r"|appear(?:s|ed)? to|apparently|most likely|it is implied|implies|suggests?|as an ai)\b",
    re.I,
)


def check_unsure(case: TurnCase) -> str | None:
    """Return a reason for an answer that is not sure of itself."""
    return "the answer is not sure" if is_unsure(case.answer) else None


def is_unsure(answer: str) -> bool:
    """Return True for an answer that hedges or says that it does not know."""
    return _UNSURE.search(answer) is not None
