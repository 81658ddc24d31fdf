"""The option whose own words a reply uses. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mmego.bench.said_words import NEGATION, REFUSAL

MOST_WORDS = 300
"""Characters of a reply that are read for an option's words; in a longer one all options come up."""
_TOKEN = re.compile(r"\d+(?::\d+)++|\w++")
_CLAUSE = re.compile(r"[,.;:!?\n。，；！？](?!\d)|(?<![^\W_])(?i:but|aber|mais|pero|mas|sondern)(?![^\W_])")
_ARTICLES = frozenset(("a", "an", "the"))


def tokens(text: str) -> tuple[str, ...]:
    """The words that count, in order: no articles, no plural endings, in small letters."""
    found = (match[0].casefold() for match in _TOKEN.finditer(text))
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)


def same(said: str, option: str) -> bool:
    """True for the same words, whatever the capitals, spaces, full stops and quotation marks around them."""
    return bool(option.strip()) and _bare(said) == _bare(option)


def equal_to(said: str, options: Sequence[str]) -> list[int]:
    """The options that `said` is, by their words; where there is none, by their words without articles."""
    exact = [i for i, option in enumerate(options) if same(said, option)]
    plain = _content(said)
    return exact or [i for i, option in enumerate(options) if plain and _content(option) == plain]


def begins_with(said: str, options: Sequence[str]) -> list[int]:
    """The options whose words `said` begins with; of those that begin alike the longest alone."""
    words = tokens(said[:1000])
    found = [i for i, option in enumerate(options) if (own := tokens(option)) and words[: len(own)] == own]
    longest = max((len(tokens(options[i])) for i in found), default=0)
    return [i for i in found if len(tokens(options[i])) == longest]


def read_text(said: str, options: Sequence[str]) -> int | None:
    """The one option whose words stand in `said`, a short answer; None for none, several, or one that is denied."""
    first = _first_word(said, options)
    if first is not None:
        return first
    if len(said) > MOST_WORDS or REFUSAL.search(said):
        return None
    if any(NEGATION.search(option) for option in options):
        # "no cup at all" is an option: a denial cannot be known from it.
        return _only(_contained(said, options))
    kept = " . ".join(clause for clause in _CLAUSE.split(said) if clause and not NEGATION.search(clause))
    contained = _contained(kept, options)
    words = set(tokens(kept))
    marks = _distinctive(tuple(options))
    hinted = {i for i, own in enumerate(marks) if own & words}
    if contained:
        return _only(contained) if hinted <= contained else None
    whole = {i for i in hinted if marks[i] <= words}
    return _only(whole) if whole == hinted else None


def _first_word(said: str, options: Sequence[str]) -> int | None:
    """ "No, it is not there": a word that is an option, and then a pause."""
    match = re.match(r"(\w+)\s?(?:[,.;!:\n—]|$)", said)
    found = [] if match is None else [i for i, option in enumerate(options) if _bare(option) == match[1].casefold()]
    return found[0] if len(found) == 1 and len(found) < len(options) and match is not None else None


def _contained(said: str, options: Sequence[str]) -> set[int]:
    """The options that stand in `said` word for word, not as a part of another that does."""
    left, found = _bare(said), set()
    for i in sorted(range(len(options)), key=lambda i: -len(_bare(options[i]))):
        own = _bare(options[i])
        # Chinese and Japanese have no spaces between words.
        edges = (r"(?<!\w)", r"(?!\w)") if own.isascii() else ("", "")
        if own and not (own.isascii() and len(own) < 3) and re.search(f"{edges[0]}{re.escape(own)}{edges[1]}", left):
            found.add(i)
            left = re.sub(f"{edges[0]}{re.escape(own)}{edges[1]}", " . ", left)
    return found


@lru_cache(maxsize=4096)
def _distinctive(options: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The words of each option that no other has."""
    words = [frozenset(tokens(option)) - _ARTICLES for option in options]
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
