"""The choice whose own words a reply uses, and the places in a reply that are made for an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mmego.bench.run.choice_words import NEGATION, NO_NOUN, NOTHING_BETWEEN, NUMBERS, REFUSAL

MOST_WORDS = 300
"""Longest reply, in characters, that is searched for the words of a choice; in a longer one all choices occur."""
_TOKEN = re.compile(r"\d+(?::\d+)++|\w++")
_CLAUSE = re.compile(r"[,.;:!?\n。，；！？](?!\d)|(?<![^\W_])(?i:but|aber|mais|pero|mas|sondern)(?![^\W_])")
_FIRST_LETTER = re.compile(
    r"[^\w\n]{0,6}(?:(?P<label>(?i:option|choice|letter|answer))[\s:]{1,3}[^\w\n]{0,3})?(?P<letter>[A-Za-z])(?!\w|['’]\w)"
    r"(?P<mark>[^\w\s-]|\s{0,3}[-–—:=→>|).\]]\s?|[^\S\n]{0,3}\n)?"
)
_TAG = re.compile(
    r"<answer>(.{0,2000}?)(?:</answer>|\Z)|<\|begin_of_box\|>(.{0,2000}?)(?:<\|end_of_box\|>|\Z)", re.S | re.I
)
_BOXED = re.compile(r"\\boxed\s?\{((?:[^{}\n]|\{[^{}\n]{0,200}\}){0,200})\}")
_FIELD = re.compile(
    r"([\"'])(?:final_?\s?answer|answer|choice|option|letter|prediction|selected_?\s?(?:option|answer|choice))\1\s?:\s?"
    r"([\"'])(.{1,300}?)\2(?=\s{0,9}[,}\n]|\Z)",
    re.I,
)
_MARKUP = re.compile(r"[*_`$~]|\\(?:text|mathrm|mathbf|textbf|boldsymbol)\b|\\[()\[\]]|[{}]|^[#>]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\A\s{0,9}(?:([*_`~$]{1,3})[(\[]?([A-Za-z])[)\]]?\1|(?:\\\w{4,10})?\{([A-Za-z])\})")
_ARTICLES = frozenset(("a", "an", "the"))


def tokens(text: str) -> tuple[str, ...]:
    """Return the words in order, in lower case and without plural endings."""
    found = (match[0].casefold() for match in _TOKEN.finditer(text))
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)


def same_words(text: str, choice: str) -> bool:
    """Return True for the same words, whatever the capitals, spaces, full stops and quotation marks around them."""
    return bool(choice.strip()) and _bare(text) == _bare(choice)


def equal_choices(text: str, choices: Sequence[str]) -> list[int]:
    """Return the choices that `text` equals by words; if there are none, by words without articles."""
    exact = [i for i, choice in enumerate(choices) if same_words(text, choice)]
    plain = _content(text)
    return exact or [i for i, choice in enumerate(choices) if plain and _content(choice) == plain]


def choices_at_start(text: str, choices: Sequence[str]) -> list[int]:
    """Return the choices whose words `text` begins with; only the longest of those that begin alike."""
    words = tokens(text[:1000])
    found = [i for i, choice in enumerate(choices) if (own := tokens(choice)) and words[: len(own)] == own]
    longest = max((len(tokens(choices[i])) for i in found), default=0)
    return [i for i in found if len(tokens(choices[i])) == longest]


def letter_at_start(text: str, choices: Sequence[str]) -> str | None:
    """Return the letter that `text` begins with; None for an article, a pronoun or a name ("A mug", "C opens").

    A letter with a mark behind it ("A.", "(A)", "A -") is never an article. Without a mark, it is not one before a
    word that is not a noun ("A on the sofa"); and B ("B red cup") is not one before a choice's words.
    """
    match = _FIRST_LETTER.match(text)
    if match is None:
        return None
    letter, behind = match["letter"].upper(), text[match.end("letter") :]
    if match["mark"] is not None and not re.match(r"-\w", behind):
        return letter
    if match["label"] or NO_NOUN.match(behind) or (letter not in "AI" and choices_at_start(behind, choices)):
        return letter
    # "A-on the sofa", but not "A-frame".
    return letter if behind.startswith("-") and choices_at_start(behind, choices) else None


def answer_places(text: str) -> list[str]:
    """Return the content of the last place made for an answer, after that of the places right before it."""
    for pattern in (_TAG, _BOXED, _FIELD):
        found = list(pattern.finditer(text))[-8:]
        parts = [next((part for part in reversed(match.groups()) if part is not None), "") for match in found]
        # Words between two places are a correction: the last place counts.
        first = len(found) - 1
        while first > 0 and NOTHING_BETWEEN.fullmatch(text[found[first - 1].end() : found[first].start()]):
            first -= 1
        if found:
            return parts[first:]
    return []


def choice_by_words(text: str, choices: Sequence[str]) -> int | None:
    """Return the one choice whose words a short answer contains; None for none, several, or a denied one."""
    first = _first_word(text, choices)
    if first is not None:
        return first
    if len(text) > MOST_WORDS or REFUSAL.search(text):
        return None
    if any(NEGATION.search(choice) for choice in choices):
        # "no cup at all" is a choice: then a negation is not a denial.
        return _only(_contained(text, choices))
    kept = " . ".join(clause for clause in _CLAUSE.split(text) if clause and not NEGATION.search(clause))
    contained = _contained(kept, choices)
    words = set(tokens(kept))
    marks = _own_words(tuple(choices))
    hinted = {i for i, own in enumerate(marks) if own & words}
    if contained:
        return _only(contained) if hinted <= contained else None
    whole = {i for i in hinted if marks[i] <= words}
    return _only(whole) if whole == hinted else None


def _first_word(text: str, choices: Sequence[str]) -> int | None:
    """Return the choice that is the first word, before a pause: "No, it is not there"."""
    match = re.match(r"(\w+)\s?(?:[,.;!:\n—]|$)", text)
    found = [] if match is None else [i for i, choice in enumerate(choices) if _bare(choice) == match[1].casefold()]
    return found[0] if len(found) == 1 and len(found) < len(choices) and match is not None else None


def _contained(text: str, choices: Sequence[str]) -> set[int]:
    """Return the choices that `text` contains word for word, but not inside a longer one that it contains."""
    left, found = _bare(text), set()
    for i in sorted(range(len(choices)), key=lambda i: -len(_bare(choices[i]))):
        own = _bare(choices[i])
        # Chinese and Japanese have no spaces between words.
        edges = (r"(?<!\w)", r"(?!\w)") if own.isascii() else ("", "")
        if own and not (own.isascii() and len(own) < 3) and re.search(f"{edges[0]}{re.escape(own)}{edges[1]}", left):
            found.add(i)
            left = re.sub(f"{edges[0]}{re.escape(own)}{edges[1]}", " . ", left)
    return found


@lru_cache(maxsize=4096)
def _own_words(choices: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return the words of each choice that no other choice has."""
    words = [frozenset(tokens(choice)) - _ARTICLES for choice in choices]
    return tuple(
        own - frozenset().union(*(other for place, other in enumerate(words) if place != i))
        for i, own in enumerate(words)
    )


def _only(found: set[int]) -> int | None:
    return next(iter(found)) if len(found) == 1 else None


def _content(text: str) -> tuple[str, ...]:
    return tuple(word for word in tokens(text) if word not in _ARTICLES)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?\"'“”‘’`*。！？,;:()[]")


def is_about_numbers(choice: str) -> bool:
    """Return True if a choice is about numbers: then "2" is its text and not the second choice."""
    return any(character.isdigit() for character in choice) or bool(set(tokens(choice)) & set(NUMBERS))


def without_markup(text: str) -> str:
    """Return the reply as plain text; an emphasised letter at its beginning gets brackets."""
    # "**A** mug" begins with a letter, "A mug" with a word.
    return _MARKUP.sub("", _EMPHASIS.sub(lambda match: f"({match[2] or match[3]})", text)).strip()
