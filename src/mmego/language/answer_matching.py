"""Comparison of two short answers by simple rules."""

from __future__ import annotations

import re
from collections import Counter

from mmego.language.lexicon import NUMBERS, is_colour, word_set

LEAST_F1 = 0.6
"""Fewest shared words, as F1, for answers that agree ("the red mug", "a red coffee mug": 0.8)."""

_SKIPPED = word_set(
    """a an the i my me we our you your it its is was were are am be did do does had have has that this there of so
    probably maybe likely answer"""
)
_NUMBER_OF = {word: str(number) for number, word in enumerate(NUMBERS)} | {"once": "1", "twice": "2", "thrice": "3"}
_OTHER_NAME = {
    **{"gray": "grey", "golden": "gold", "color": "colour", "onto": "on", "upon": "on", "into": "in", "inside": "in"},
    **{"within": "in", "nope": "no", "yeah": "yes", "refrigerator": "fridge", "times": "time"},
}
_DOES_NOT_KNOW = re.compile(
    r"\b(?:i (?:do not|don['’]?t) know|unknown|not sure|cannot (?:tell|know|say)|can['’]?t (?:tell|know|say)|no idea|"
    r"(?:do not|don['’]?t|does not|doesn['’]?t) (?:say|tell))\b",
    re.IGNORECASE,
)
_YES_NO = ("yes", "no")


def answers_agree(given: str, truth: str) -> bool:
    """Return whether the answer `given` means the same as `truth`.

    Yes and no, numbers and colours must be equal. The F1 of shared words must be at least `LEAST_F1`. Articles, "I",
    forms of "be" and plural endings do not count. "I do not know" agrees with no answer.
    """
    if _DOES_NOT_KNOW.search(given):
        return False
    ours, theirs = _words(given), _words(truth)
    if not ours or not theirs:
        return False
    if theirs[0] in _YES_NO or ours[0] in _YES_NO:
        # "Yes, I did" and "yes" agree; "no, it was the mug" and "the mug" do not.
        return ours[0] == theirs[0]
    if set(filter(str.isdigit, ours)) != set(filter(str.isdigit, theirs)):
        return False
    our_colours, their_colours = set(filter(is_colour, ours)), set(filter(is_colour, theirs))
    # An extra colour is not a contradiction ("mug": "the red mug"); a different colour is.
    if our_colours and their_colours and our_colours != their_colours:
        return False
    shared = sum((Counter(ours) & Counter(theirs)).values())
    if all(word.isdigit() or word == "time" for word in theirs):
        return shared > 0  # "three", "3 times", "it was three times in the kitchen": the number is the answer
    return 2 * shared / (len(ours) + len(theirs)) >= LEAST_F1


def _words(text: str) -> list[str]:
    """Return the words that count: lower case, numbers as digits, singular, one name for one thing."""
    found = re.findall(r"[a-z]+|\d+", text.lower().replace("’", "'").replace("'s", ""))
    named = [_OTHER_NAME.get(_NUMBER_OF.get(word, word), _NUMBER_OF.get(word, word)) for word in found]
    kept = [word for word in named if word not in _SKIPPED] or named
    return [_singular(word) for word in kept]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
