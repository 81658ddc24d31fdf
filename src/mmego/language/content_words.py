"""Content words: the words of a question, an answer or a sentence that carry its meaning.

Words are compared by stems, which are for comparison only, not for display. "Took", "picks" and "grabs" have the same
stem, as have "knives" and "knife", "2" and "two", "grey" and "gray". Words without content (articles, prepositions,
"did", "thing") have no stem.
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
"""Words without content, most of which only connect other words."""
ANYBODY = word_set("person people someone somebody anyone friend player individual")
"""Words for another person that do not identify the person."""

_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")
_NUMBERS = {word: str(i) for i, word in enumerate((*NUMBERS, *_TEENS))} | {"twice": "2", "thrice": "3"}
# Words with the same meaning. Verbs of one kind (`lexicon.KIND_OF`) are one word here, with any particle.
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
# "Leaves" is more often a noun (of a plant) than a verb. For the verb see `narrated_words`.
_WORDS = {"leave": "put", "leaving": "put", "left": "put", "leaves": "leaf"}
# In "I left it there" the word is a verb; in "the left drawer" it is not.
_SUBJECTS = word_set("i he she they we you man woman person lady boy girl")
_AFTER_RIGHT = word_set("after before away next now then")


def _plain(word: str) -> str:
    """Remove the ending: "knives", "knife" -> "knif"; "cutting", "cuts", "cut" -> "cut"."""
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


_SAME_STEM = {_plain(other): _plain(word) for word, others in _SAME.items() for other in others.split()}


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Return the stem of one lower-case word, "" for a word without content."""
    word = word.removesuffix("'s").replace("'", "")
    if word in _NUMBERS:
        return _NUMBERS[word] if word != "one" else ""
    if word[:1].isdigit():
        return word.lstrip("0") or "0"
    if word in STOP or len(word) == 1:
        return ""
    found = _WORDS.get(word) or _plain(word)
    return _SAME_STEM.get(found, found)


@lru_cache(maxsize=1 << 16)
def content(text: str) -> tuple[str, ...]:
    """Return the stems of a text's content words, in order."""
    words = _TOKEN.findall(text.lower().replace("\u2019", "'"))
    found: list[str] = []
    for i, word in enumerate(words):
        if word == "left" and not (i and words[i - 1] in _SUBJECTS):
            found.append("left")
        elif word == "right" and i + 1 < len(words) and words[i + 1] in _AFTER_RIGHT:
            continue
        elif part := stem(word):
            found.append(part)
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def content_set(text: str) -> frozenset[str]:
    """Return the stems of a text's content words as a set."""
    return frozenset(content(text))


@lru_cache(maxsize=1 << 16)
def numbers(text: str) -> frozenset[str]:
    """Return the whole numbers of a text, in words or digits, as digits. "Once" and "one" are 1."""
    words = _TOKEN.findall(text.lower())
    return frozenset("1" if w in ("one", "once") else stem(w) for w in words if _is_number(w))


def _is_number(word: str) -> bool:
    return word in _NUMBERS or word == "once" or word[0].isdigit()


def narrated_words(narrations: Iterable[Narration]) -> set[str]:
    """Return the stems that the sentences support: their content words, and words for the people who act in them."""
    found: set[str] = set()
    for narration in narrations:
        found |= content_set(narration.text)
        found.update(*(content_set(noun) for noun in narration.nouns))
        if narration.verb:
            found |= content_set(narration.verb)
        for action in parse(narration):
            found |= content_set(action.verb)
        if narration.actor != "C":
            found |= _ANYBODY_STEMS
    if found & _PEOPLE_STEMS:
        found |= _ANYBODY_STEMS
    return found


_ANYBODY_STEMS = frozenset(stem(word) for word in ANYBODY)
_PEOPLE_STEMS = frozenset(filter(None, (stem(word) for word in PEOPLE)))


def missing_stems(text: str, known: set[str], sentences: Sequence[Narration]) -> list[str]:
    """Return the content stems of `text` that are not in `known`.

    The number of `sentences` counts as known: two sentences with one plate each support "two plates".
    """
    return [part for part in content(text) if part not in known and part != str(len(sentences))]
