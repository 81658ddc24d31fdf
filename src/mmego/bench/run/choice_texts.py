"""The option whose own words a reply uses, and the places made for an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mmego.bench.run.choice_words import NEGATION, NO_NOUN, NOTHING_BETWEEN, NUMBERS, REFUSAL

MOST_WORDS = 300
"""Characters of a reply that are read for an option's words; in a longer one all options come up."""
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


def begins_with_letter(said: str, options: Sequence[str]) -> str | None:
    """The letter that `said` begins with; None where that is an article, a pronoun or a name ("A mug", "C opens").

    A letter with a mark behind it ("A.", "(A)", "A -") is never an article. One without is none before a word that
    is no noun ("A on the sofa"), and B ("B red cup") is none before an option's words.
    """
    match = _FIRST_LETTER.match(said)
    if match is None:
        return None
    letter, behind = match["letter"].upper(), said[match.end("letter") :]
    if match["mark"] is not None and not re.match(r"-\w", behind):
        return letter
    if match["label"] or NO_NOUN.match(behind) or (letter not in "AI" and begins_with(behind, options)):
        return letter
    # "A-on the sofa", but not "A-frame".
    return letter if behind.startswith("-") and begins_with(behind, options) else None


def held_places(said: str) -> list[str]:
    """What stands in the last place made for an answer, after what stands in places just before it."""
    for pattern in (_TAG, _BOXED, _FIELD):
        found = list(pattern.finditer(said))[-8:]
        parts = [next((part for part in reversed(match.groups()) if part is not None), "") for match in found]
        # Words between two places are a correction: the last counts.
        first = len(found) - 1
        while first > 0 and NOTHING_BETWEEN.fullmatch(said[found[first - 1].end() : found[first].start()]):
            first -= 1
        if found:
            return parts[first:]
    return []


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


def counts(option: str) -> bool:
    """True if an option is about numbers: then "2" is what it says, not the second."""
    return any(character.isdigit() for character in option) or bool(set(tokens(option)) & set(NUMBERS))


def without_markup(said: str) -> str:
    """The reply as plain text; a letter that is emphasised at its beginning gets brackets."""
    # "**A** mug" begins with a letter, "A mug" with a word.
    return _MARKUP.sub("", _EMPHASIS.sub(lambda match: f"({match[2] or match[3]})", said)).strip()
