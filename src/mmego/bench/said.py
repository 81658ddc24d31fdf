"""The option that a chat model's answer names, read strictly: a guess of ours would be counted as the model's. Pure."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)
_MARKUP = re.compile(r"[*_`]|\\boxed|\\text|[{}$]")
_WHOLE = re.compile(r"\W*([A-Za-z])\W*")
_START = re.compile(r"\s*(?:\(([A-Za-z])\)|([A-Za-z])[.:)])(?=\s|$)\s*")
_SAID = re.compile(
    r"\b(?:answer|option|choice)(?: letter)?(?:\s+is|\s*:|\s+would be)?:?\s+(?:option\s+)?\(?([A-Z])\b", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:not|isn't|never|wrong|incorrect|neither|cannot|can't|unable)\b", re.IGNORECASE)


def read_letter(text: str, options: Sequence[str]) -> int | None:
    """The 0-based option that `text` names; None if it names none, or more than one.

    ``B``, ``(b)``, ``B.``, ``B. in the drawer``, ``**B**`` and ``The answer is B`` name the second. ``B or C``,
    ``in the drawer``, ``B. on the sofa`` (another option's words), ``not B`` and letters beyond the options do not.
    """
    said = _MARKUP.sub("", _THOUGHT.sub("", text)).strip()
    letters = string.ascii_uppercase[: len(options)]
    whole = _WHOLE.fullmatch(said)
    if whole:
        return _index(whole.group(1), letters)
    start = _START.match(said)
    rest = said
    claimed: set[str] = set()
    if start:
        claimed.add((start.group(1) or start.group(2)).upper())
        rest = said[start.end() :]
        named = [letters[i] for i, option in enumerate(options) if _same(rest, option)]
        if named:
            # A letter and an option's own words ("B. Vitamin C"): they must agree.
            return _index(min(claimed), letters) if claimed <= set(named) else None
    if _DENIED.search(said):
        return None
    claims = [match.group(1) for match in _SAID.finditer(rest)]
    claimed |= {claim.upper() for claim in claims if claim.isupper()}
    mentioned = claimed | {letter for letter in letters if _mentions(rest, letter)}
    return _index(min(claimed), letters) if claimed and len(mentioned) == 1 else None


def _index(letter: str, letters: str) -> int | None:
    place = letters.find(letter.upper())
    return None if place < 0 else place


def _same(said: str, option: str) -> bool:
    return said.strip(" .\n").casefold() == option.strip(" .\n").casefold()


def _mentions(text: str, letter: str) -> bool:
    """True if the capital stands alone in `text`; as an article or pronoun ("A man", "I think") it does not."""
    word = rf"(?<![\w']){letter}(?![\w'])"
    return re.search(word + r"(?!\s+[a-z])" if letter in "AI" else word, text) is not None
