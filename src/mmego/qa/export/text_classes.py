"""Rough classes of questions and answers, for statistics only: question opening, answer kind, verbs, things."""

from __future__ import annotations

import re

from mmego.language.lexicon import COLOURS, KIND_OF, NUMBERS, PEOPLE, PHRASAL, UNKNOWN, base_form, past_form, word_set

_AUXILIARIES = word_set("did do does was were is are am had has have will would can could should")
_PRONOUNS = word_set("i you he she they we it who somebody someone")
_DETERMINERS = word_set("the a an my your his her their our another")
_PLACES = word_set(
    "on in from under behind near inside at to into onto between beside above over against next below out off by"
)
# A noun phrase ends before one of these.
_ENDS = (
    _PLACES
    | _AUXILIARIES
    | _PRONOUNS
    | _DETERMINERS
    | word_set(
        """that which with of and or for first last next then before after while when where what how again up down
        open closed away back only around through across along as than there here"""
    )
)
_FILLERS = word_set("then just also last first finally ever already still")
# Words in the place of a noun that are not nouns: "the first thing", "the other one".
_NO_THINGS = UNKNOWN | word_set("first last next other same right left time times second seconds video end start")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", text.lower())


def question_opening(question: str) -> str:
    """Return the first two words of a question in lower case ("where did"): its type."""
    return " ".join(_words(question)[:2])


def answer_kind(answer: str) -> str:
    """Return ``yes/no``, ``number``, ``colour``, ``place``, ``person``, ``thing``, ``sentence`` or ``other``."""
    words = _words(answer)
    if not words:
        return "other"
    if words[0] in ("yes", "no"):
        return "yes/no"
    if words[0] in NUMBERS or words[0].isdigit() or words[0] in ("once", "twice"):
        return "number"
    if all(word in COLOURS or word in ("and", "light", "dark") for word in words):
        return "colour"
    if len(words) > 7 or words[0] in _PRONOUNS:
        return "sentence"
    if words[0] in _PLACES:
        return "place"
    bare = [word for word in words if word not in _DETERMINERS]
    if bare and bare[-1] in PEOPLE:
        return "person"
    return "thing" if words[0] in _DETERMINERS else "other"


def asked_verbs(question: str) -> list[str]:
    """Return the base forms of the verbs that a question asks about, with their particle ("pick up"), each once.

    They are found by position: after "did I", "did the man", or after a pronoun if the word is a past form.
    """
    words = _words(question)
    found: dict[str, None] = {}
    for index, word in enumerate(words):
        following = words[index + 1 : index + 2]
        # "What do I drink?" asks about "drink". In "What did I do before ...", no verb follows "do".
        if word in ("did", "does") or (word == "do" and following and following[0] in _PRONOUNS):
            place = _after_subject(words, index + 1)
            if place is not None:
                found[_with_particle(words, place, words[place])] = None
        elif word in _PRONOUNS and (index == 0 or words[index - 1] not in _AUXILIARIES):
            place = index + 1
            if place < len(words) and _is_past(words[place]):
                found[_with_particle(words, place, base_form(words[place]))] = None
    return list(found)


def _after_subject(words: list[str], start: int) -> int | None:
    """Return the index of the word after the subject at `start`: a pronoun, or a phrase that ends in a person."""
    place = start
    if place < len(words) and words[place] in _DETERMINERS:
        place += 1
        while place < len(words) and words[place] not in PEOPLE:
            place += 1
    place += 1
    # "the man in black", "the woman with the dog"
    if place < len(words) and (words[place] in _PLACES or words[place] == "with"):
        place += 3 if words[place + 1 : place + 2] and words[place + 1] in _DETERMINERS else 2
    while place < len(words) and words[place] in _FILLERS:
        place += 1
    return place if place < len(words) else None


def _is_past(word: str) -> bool:
    base = base_form(word)
    return word.endswith("ed") or (base != word and past_form(base) == word) or (word in KIND_OF)


def _with_particle(words: list[str], place: int, verb: str) -> str:
    """Return the verb with the particle right after it ("pick up the mug"), if there is one."""
    following = words[place + 1 : place + 2]
    phrase = " ".join([verb, *following])
    return phrase if phrase in PHRASAL else verb


def named_things(text: str) -> list[str]:
    """Return the heads of the noun phrases that begin with an article or "my" ("mug" of "the red mug"), each once."""
    words = _words(text)
    found: dict[str, None] = {}
    for index, word in enumerate(words):
        if word not in _DETERMINERS:
            continue
        end = index + 1
        while end < len(words) and words[end] not in _ENDS:
            end += 1
        head = words[end - 1] if end > index + 1 else ""
        if head and head not in _NO_THINGS and head not in PEOPLE and head not in COLOURS and not head.isdigit():
            found[head] = None
    return list(found)
