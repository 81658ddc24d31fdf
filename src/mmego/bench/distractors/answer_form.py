"""The form of an answer: what kind of thing it names, how it begins and how it is written. Pure functions on text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from mmego.language.content_words import numbers
from mmego.language.lexicon import BODY, COLOURS, NUMBERS, base_form, is_colour, word_set
from mmego.qa.filters.turn_case import yes_or_no

AnswerForm = Literal["object", "place", "source", "action", "count", "colour", "hand", "yes_no", "free"]

_LONG_PREPOSITIONS = ("next to", "in front of", "on top of", "out of", "close to", "in between")
_PREPOSITIONS = word_set(
    "on onto in into inside under underneath beneath behind near over above below beside against between to at by from"
)
_LEAD = re.compile(
    rf"^(?:({'|'.join((*_LONG_PREPOSITIONS, *sorted(_PREPOSITIONS)))})\s+)?(?:(the|my|another|an?|some|both|one)\s+)?",
    re.IGNORECASE,
)
_ARTICLES = word_set("a an the some")
_SUBJECT = re.compile(r"^(I|he|she|they|we|(?:the )?(?:man|woman|boy|girl|person|other person|lady))\s+(?=[a-z])", re.I)
_NO_NAMES = word_set(
    """because since so to it he she they we i was were is are not no never when while until if with without as during
    after before that this there then just only still"""
)
_HAND = re.compile(
    r"^(?:with )?(?:my |the )?(?:left|right)(?: hand)?$|^(?:with )?both(?: of)?(?: my| the)?(?: hands)?$", re.I
)
_COUNT = re.compile(rf"^(?:{'|'.join((*NUMBERS, 'once', 'twice', 'thrice'))}|\d+)\b(?:[ -][a-z]+){{0,2}}\.?$", re.I)
_MOST_WORDS_OF_A_NAME = 7
# Prepositions that name the same place: "into" is "in".
_SORTS = {"onto": "on", "on top of": "on", "into": "in", "inside": "in", "to": "in", "underneath": "under"}
_NUMBERING = re.compile(r"^\s*(?:\(?[A-Da-d1-4][.):]|[A-D]\s*[-–]|option\b|answer\b|[-*•])\s*", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def normalized(text: str) -> str:
    """Return `text` for comparing: lower case, numbers as digits, no articles, no punctuation, single spaces."""
    words = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'"))
    digits = {word: str(i) for i, word in enumerate(NUMBERS)} | {"once": "1 time", "twice": "2 times"}
    plain = " ".join(digits.get(word, word) for word in words if word not in _ARTICLES)
    return plain.replace("1 times", "1 time")


@lru_cache(maxsize=1 << 16)
def leading_words(text: str) -> tuple[str, str]:
    """Return the preposition and the article that a name or place begins with, in lower case; "" where it has none."""
    match = _LEAD.match(text)
    return (match[1] or "").lower() if match else "", (match[2] or "").lower() if match else ""


@lru_cache(maxsize=1 << 16)
def bare_name(text: str) -> str:
    """Return a name without preposition, article and final full stop: "on the sofa." becomes "sofa"."""
    return _LEAD.sub("", text.rstrip(" .!"), count=1).lower()


def preposition_class(preposition: str) -> str:
    """Return the class of a preposition: "into" and "inside" are "in"."""
    return _SORTS.get(preposition, preposition)


def subject(text: str) -> str:
    """Return the subject of a sentence as it is written ("I", "the man"), or "" if the text is not a sentence."""
    match = _SUBJECT.match(text)
    return match[1] if match else ""


def predicate(text: str) -> str:
    """Return a sentence without its subject and final full stop."""
    return _SUBJECT.sub("", text.rstrip(" .!"), count=1)


def form_of(question: str, answer: str, category: str = "") -> AnswerForm:
    """Return the form of an answer; where the text alone does not decide, the question and its category do."""
    lowered, text = question.lower().strip(), answer.strip()
    if yes_or_no(text) is not None:
        return "yes_no"
    if category == "hand" or _HAND.match(text.rstrip(".")):
        return "hand"
    if _COUNT.match(text) and (lowered.startswith(("how many", "how often")) or category == "count"):
        return "count"
    if category == "colour" or re.match(r"(?:what|which) colou?r\b", lowered):
        return "colour" if any(is_colour(w) for w in normalized(text).split()) else "free"
    words = text.rstrip(".").split()
    if subject(text) or (category == "other_person" and _is_verb_phrase(text)):
        return "action"
    if len(words) > _MOST_WORDS_OF_A_NAME or not words or re.search(r"[;:?!]|, |\.\s", text):
        return "free"
    preposition, _ = leading_words(text)
    if preposition == "from":
        return "source"
    if preposition:
        return "place" if bare_name(text) else "free"
    return "object" if _is_name(text) else "free"


def _is_verb_phrase(text: str) -> bool:
    """Return True for a verb phrase ("put the cup on the table"): it does not begin as a name does."""
    return not leading_words(text)[0] and not leading_words(text)[1] and len(text.split()) > 1


def _is_name(text: str) -> bool:
    """Return True for a short noun phrase: it begins with an article, or its first word is not a verb form."""
    if leading_words(text)[1]:
        return True
    first = text.split()[0].lower()
    if first in _NO_NAMES:
        return False
    return len(text.split()) <= 3 and (base_form(first) == first or first in BODY) and not first.endswith("ing")


def written_like(choice: str, like: str) -> str:
    """Return `choice` written like the answer `like`: with the same kind of first letter and full stop."""
    text = choice.strip().rstrip(".")
    if like[:1].isupper() and not like.startswith("I "):
        text = text[:1].upper() + text[1:]
    elif text[:1].isupper() and like[:1].islower() and text[1:2].islower():
        text = text[:1].lower() + text[1:]
    return text + ("." if like.rstrip().endswith(".") else "")


def with_leading_words(name: str, like: str) -> str | None:
    """Return a bare name with the preposition and article of `like`, or None if they do not fit together."""
    preposition, article = leading_words(like)
    if article in ("a", "an"):
        article = "an" if name[:1] in "aeiou" else "a"
    if article in ("a", "an", "another", "one") and name.split(" of ")[0].endswith("s") and not name.endswith("ss"):
        return None
    return " ".join(part for part in (preposition, article, name) if part)


def has_numbering(text: str) -> bool:
    """Return True if the text begins with a letter or number of its own ("A) the mug", "2. the mug", "- the mug")."""
    return _NUMBERING.match(text) is not None


def has_colour(text: str) -> bool:
    """Return True if the text names a colour."""
    return any(word in COLOURS for word in re.findall(r"[a-z]+", text.lower()))


def has_number(text: str) -> bool:
    """Return True if the text names a number, in digits or in words."""
    return bool(numbers(text))


def _article(text: str) -> str:
    """Return the article: "a" for "an", and "" for a number ("one time")."""
    article = leading_words(text)[1]
    return {"an": "a", "one": ""}.get(article, article)


FEATURES: dict[str, Callable[[str], object]] = {
    "preposition": lambda text: preposition_class(leading_words(text)[0]),
    "article": _article,
    "subject": lambda text: subject(text).lower(),
    "capital letter": lambda text: bool(re.search(r"(?<!^)(?<!\. )\b(?!I\b)[A-Z]", text)),
    "first letter": lambda text: text[:1].isupper(),
    "full stop": lambda text: text.rstrip()[-1:] in (".", "!", "?"),
    "colour": has_colour,
    "number": has_number,
    "two things": lambda text: " and " in text or "," in text,
    "preposition inside": lambda text: any(w in _PREPOSITIONS for w in bare_name(predicate(text)).split()[1:]),
}
"""What a choice shows at a glance. If the answer alone has one of these, or alone lacks it, the answer stands out."""


@lru_cache(maxsize=1 << 16)
def features(text: str) -> tuple[object, ...]:
    """Return the values of `FEATURES`, in order."""
    return tuple(feature(text) for feature in FEATURES.values())
