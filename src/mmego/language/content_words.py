"""Content words: what of a question, an answer or a sentence must be found again in another text.

Words are compared by stems: hashes for comparing, not words to show. "took", "picks" and "grabs" have one stem, as have
"knives" and "knife", "2" and "two", "grey" and "gray". Words that carry no content (articles, prepositions, "did",
"thing") have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mmego.language.lexicon import NUMBERS, PEOPLE, UNKNOWN, base_form, word_set
from mmego.language.parser import parse
from mmego.records import Narration

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")

STOP = UNKNOWN | word_set(
    """a an the this that these those some any each every all both another other others my your his her its our their
    mine i me we us you he she him they them it myself himself herself who whom whose which what where when why how
    of to from in on at into onto inside out off up down over by with for as about through around along across between
    and or but nor not than then so also too just again back away together there here now very still same
    is are was were be been being am do does did done doing have has had having will would could may might should
    yes no don't didn't wasn't i'm i've i'd it's that's isn't aren't there's
    one ones time times first last next before after while during until once finally later earlier end beginning start
    used use uses using went go goes going gone got began begin begins started starts continue continues continued
    finish finished finishes try tries tried well"""
)
"""Words without content of their own, most of them because they only tie others together."""
ANYBODY = word_set("person people someone somebody anyone friend player individual")
"""Words that name another person without saying which."""

_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")
_NUMBERS = {word: str(i) for i, word in enumerate((*NUMBERS, *_TEENS))} | {"twice": "2", "thrice": "3"}
# Pairs of one meaning. Deeds of one kind (`words.KIND_OF`) are one word here, whatever the particle.
_SAME = {
    "take": "pick grab fetch collect get taken gotten obtain retrieve remove",
    "put": "place set lay lie lain drop return rest position insert hang hung deposit lying keep kept",
    "close": "shut",
    "turn": "switch",
    "walk": "enter come",
    "look": "see seen watch stare saw",
    "hold": "carry",
    "wipe": "clean",
    "fridge": "refrigerator",
    "television": "tv telly",
    "tap": "faucet",
    "sofa": "couch",
    "cupboard": "cabinet",
    "phone": "cellphone smartphone mobile",
    "bin": "dustbin trash",
    "gray": "grey",
    "color": "colour",
    "woman": "lady women",
    "man": "guy men",
    "child": "kid",
    "find": "found",
    "wind": "wound",
    "eat": "eaten",
    "break": "broken",
    "write": "written",
    "choose": "chosen",
    "draw": "drawn",
    "show": "shown",
    "throw": "thrown",
    "wear": "worn",
    "tear": "torn",
    "drive": "driven",
    "hide": "hidden",
    "shake": "shaken",
    "freeze": "frozen",
}
# "Leaves" grow on plants more often than somebody leaves things: for the deed see `told_by`.
_WORDS = {"leave": "put", "leaving": "put", "left": "put", "leaves": "leaf"}
# "I left it there" is a deed; "the left drawer" is not.
_LEAVER = word_set("i he she they we you man woman person lady boy girl")
_PASSING = word_set("after before away next now then")


def _plain(word: str) -> str:
    """Strip the ending: "knives", "knife" -> "knif"; "cutting", "cuts", "cut" -> "cut"."""
    stem = word
    if word.endswith("ies") and len(word) > 4:
        stem = word[:-3] + "y"
    elif re.search(r"(?:ss|sh|ch|x|zz|s|o)es$", word):
        stem = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        stem = word[:-1]
    elif word.endswith("ing") and len(word) > 5 and re.search(r"[aeiouy]", word[:-3]):
        stem = word[:-3]
    elif word.endswith("ed") and not word.endswith("eed") and len(word) > 4 and re.search(r"[aeiouy]", word[:-2]):
        stem = word[:-2]
    elif not word.endswith("s"):
        stem = base_form(word)
    stem = stem[:-1] if stem.endswith("e") and len(stem) > 2 else stem
    if len(stem) > 3 and stem[-1] == stem[-2]:
        stem = stem[:-1]
    if stem.endswith("v"):
        return stem[:-1] + "f"
    return stem[:-1] + "i" if stem.endswith("y") and len(stem) > 2 else stem


_MEANS = {_plain(other): _plain(word) for word, others in _SAME.items() for other in others.split()}


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The stem of one lower-case word, "" for a word without content."""
    word = word.removesuffix("'s").replace("'", "")
    if word in _NUMBERS:
        return _NUMBERS[word] if word != "one" else ""
    if word[:1].isdigit():
        return word.lstrip("0") or "0"
    if word in STOP or len(word) == 1:
        return ""
    found = _WORDS.get(word) or _plain(word)
    return _MEANS.get(found, found)


@lru_cache(maxsize=1 << 16)
def content(text: str) -> tuple[str, ...]:
    """The stems of a text's content words, in order."""
    words = _TOKEN.findall(text.lower().replace("\u2019", "'"))
    found: list[str] = []
    for i, word in enumerate(words):
        if word == "left" and not (i and words[i - 1] in _LEAVER):
            found.append("left")
        elif word == "right" and i + 1 < len(words) and words[i + 1] in _PASSING:
            continue
        elif part := stem(word):
            found.append(part)
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def content_set(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(content(text))


@lru_cache(maxsize=1 << 16)
def numbers(text: str) -> frozenset[str]:
    """The whole numbers a text names in words or digits, as digits; "once" and "one" are 1."""
    words = _TOKEN.findall(text.lower())
    return frozenset("1" if w in ("one", "once") else stem(w) for w in words if _is_number(w))


def _is_number(word: str) -> bool:
    return word in _NUMBERS or word == "once" or word[0].isdigit()


def told_by(narrations: Iterable[Narration]) -> set[str]:
    """All that a question on these sentences may say: their content words, and words for people who act in them."""
    told: set[str] = set()
    for narration in narrations:
        told |= content_set(narration.text)
        told.update(*(content_set(noun) for noun in narration.nouns))
        if narration.verb:
            told |= content_set(narration.verb)
        for action in parse(narration):
            told |= content_set(action.verb)
        if narration.actor != "C":
            told |= _ANYBODY_STEMS
    if told & _PEOPLE_STEMS:
        told |= _ANYBODY_STEMS
    return told


_ANYBODY_STEMS = frozenset(stem(word) for word in ANYBODY)
_PEOPLE_STEMS = frozenset(filter(None, (stem(word) for word in PEOPLE)))


def missing(text: str, told: set[str], sentences: Sequence[Narration]) -> list[str]:
    """The content stems of `text` that are not `told`; "two plates" is told by two sentences of one plate each."""
    return [part for part in content(text) if part not in told and part != str(len(sentences))]
