"""The filter `answer_in_question`: the question does not contain its own answer."""

from __future__ import annotations

import re

from mmego.language.content_words import content_set
from mmego.language.lexicon import base_form
from mmego.language.verbs import KNOWN_VERBS
from mmego.qa.filters.turn_case import TurnCase, yes_or_no

# "Salt or pepper?", "which of them", "in what order": the answer must be one of the things that the question names.
_CHOICE = re.compile(r"\bor\b|\bwhich of\b|\border\b", re.IGNORECASE)
# "What did I do with the oil?": "I got the oil" is news, though "got" is not a content word elsewhere.
_ASKS_FOR_ACTION = re.compile(r"\b(?:do|doing|done|happen(?:ed|s)?)\b", re.IGNORECASE)
_NO_ACTION_VERBS = frozenset(("be", "have", "do", "need", "use"))


def check_answer_in_question(case: TurnCase) -> str | None:
    """Return a reason where the question has all content words of the answer.

    Where the question asks for an action, it must have the answer's verb, too.
    """
    if yes_or_no(case.answer) is not None or case.asked.form == "count" or _CHOICE.search(case.question):
        return None
    if _ASKS_FOR_ACTION.search(case.question) and _action_verbs(case.answer) - _action_verbs(case.question):
        return None
    words = content_set(case.answer)
    return "the question holds the answer" if words and words <= content_set(case.question) else None


def _action_verbs(text: str) -> set[str]:
    """Return the base forms of the words of a text that may be verbs of actions."""
    words = re.findall(r"[a-z]+", text.lower())
    return {base for word in words if (base := base_form(word)) in KNOWN_VERBS} - _NO_ACTION_VERBS
