"""A parser for narrations: "C picks up a red mug from the desk" -> who, verb, thing, places, hand.

Sentences are short and similar (third person, present tense; bare verbs in EPIC-KITCHENS): subject, verb with particle,
object, prepositional phrases, sometimes joined by "and". The parser does not guess: what it cannot read is None.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from mmego.language.lexicon import CONTAINERS, KIND_OF, PARTICLES, PEOPLE, PHRASAL, base_form, word_set
from mmego.language.nouns import singular
from mmego.language.phrases import Action, Place, Thing
from mmego.language.verbs import CLAUSE_VERBS, KNOWN_VERBS
from mmego.records import Narration
from mmego.records.narration import MOST_CHARACTERS

_ARTICLES = word_set("a an the his her their its my some another this that these those")
_ADVERBS = word_set("then slowly carefully quickly again also just now together finally firmly gently properly")
# The longest first. The value is the basic preposition of a place; "" ends the object without a place.
_PREPOSITIONS = (
    ("on top of", "on"),
    ("in front of", "in front of"),
    ("next to", "next to"),
    ("out of", "from"),
    ("off of", "from"),
    ("close to", "near"),
    ("onto", "on"),
    ("on", "on"),
    ("into", "in"),
    ("inside", "in"),
    ("in", "in"),
    ("from", "from"),
    ("off", "from"),
    ("under", "under"),
    ("below", "under"),
    ("underneath", "under"),
    ("behind", "behind"),
    ("beside", "next to"),
    ("near", "near"),
    ("against", "against"),
    ("between", "between"),
    ("over", "over"),
    ("above", "above"),
    ("to", "to"),
    ("towards", "to"),
    ("toward", "to"),
    ("at", "at"),
    ("with", "with"),
    ("using", "with"),
    ("by", ""),
    ("for", ""),
    ("through", ""),
    ("around", ""),
    ("along", ""),
    ("across", ""),
    ("while", ""),
)
_PREPOSITION_WORDS = frozenset(words.split()[0] for words, _ in _PREPOSITIONS) - {"close"}
_CAPITALS = {word.lower(): word for word in ("TV", "CD", "DVD", "USB", "PC")}
COMMON_WORDS = _PREPOSITION_WORDS | _ARTICLES | {"of", "close", "next", "front", "top"}
_SOMETHING = Thing("something")
_ONGOING = frozenset(("continue", "keep", "finish"))
_BEGINNING = frozenset(("start", "begin"))
_HAND = re.compile(r"^(?:(?:his|her|the|their|my|one) )*+(left|right|both|other)? ?(?:hands?)$")
_WORD = re.compile(r"\w")


def parse(narration: Narration) -> tuple[Action, ...]:
    """Return the actions of a narration in its order, none where the grammar finds no verb.

    Where the source names the verb and the nouns (EPIC-KITCHENS), the actions must agree with them. An object or a
    place that is not among the nouns becomes "something". If the verb differs, only an action on "something" remains.
    A text of more than `MOST_CHARACTERS` has no actions.
    """
    if len(narration.text) > MOST_CHARACTERS:  # checked here as well, to keep long texts out of the cache
        return ()
    actions = _parse(narration.text, narration.actor)
    if narration.verb is not None and actions and not _same_verb(narration.verb, actions[0].verb):
        return (Action(narration.actor, actions[0].subject, base_form(_first(narration.verb)), "", _SOMETHING),)
    if not narration.nouns:
        return actions
    named = {singular(word) for noun in narration.nouns for word in re.split(r"[:\s]+", noun.lower())}
    return tuple(_with_nouns(action, named) for action in actions)


def _first(verb: str) -> str:
    return re.split(r"[-\s]", verb.lower())[0]


def _same_verb(column: str, verb: str) -> bool:
    """Return whether the source's verb is the parsed one. To turn a tap on is to open it."""
    named, read = base_form(_first(column)), verb.split()[0]
    return named == read or (named == "turn" and read in ("open", "close"))


def _with_nouns(action: Action, named: set[str]) -> Action:
    """Return the action with "something" for an object or a place without any of the words `named`."""

    def is_named(thing: Thing) -> bool:
        return any(singular(word) in named for word in thing.name.split())

    if action.place is not None and not is_named(action.place.thing):
        action = replace(action, place=replace(action.place, thing=_SOMETHING))  # "in the pain"
    if action.source is not None and not is_named(action.source.thing):
        action = replace(action, source=replace(action.source, thing=_SOMETHING))
    if action.object is None or is_named(action.object):
        return action
    return replace(action, object=_SOMETHING)


@lru_cache(maxsize=65536)
def _parse(text: str, actor: str) -> tuple[Action, ...]:
    if len(text) > MOST_CHARACTERS:
        return ()
    subject, words = _split_subject(text, actor)
    actions: list[Action] = []
    for clause in _clauses(words):
        action = _clause(clause, actor, subject)
        if action is None:
            continue
        if action.object is not None and action.object.name in ("it", "them") and actions:
            action = replace(action, object=_referent(action, actions))
        if actions and actions[-1].object is None and actions[-1].rest == "" and action.object is not None:
            actions[-1] = replace(actions[-1], object=action.object)  # "take and wash knives"
        actions.append(action)
    return tuple(actions)


def _referent(action: Action, earlier: list[Action]) -> Thing | None:
    """Return the thing that "it" means: the last one mentioned.

    After "close", it is the thing that was opened, or that something was put in.
    """
    if action.kind == "close":
        for before in reversed(earlier):
            if before.kind == "open" and before.object is not None:
                return before.object
            if before.kind in ("put", "take") and (place := before.place or before.source) is not None:
                return place.thing if place.thing.head in CONTAINERS else _SOMETHING
    return earlier[-1].object or action.object


def _split_subject(text: str, actor: str) -> tuple[str, list[str]]:
    """Return the words of the subject ("" for the wearer), and the rest in lower case without punctuation."""
    # A comma separates the words before and after it. A comma after the last word separates nothing.
    end_of_words = next((end for end in range(len(text), 0, -1) if _WORD.match(text[end - 1])), 0)
    joined = text[:end_of_words].replace(",", " and ").replace(";", " and ") + text[end_of_words:]
    raw = re.sub(r"[^\w\s'-]", " ", joined).split()
    words = [_CAPITALS.get(word.lower(), word.lower()) for word in raw]
    if actor == "C":
        return "", words[1:] if raw and raw[0] in ("C", "I") else words
    if actor in raw[:3]:
        cut = raw.index(actor) + 1
        return " ".join([*words[: cut - 1], actor]), words[cut:]
    cut = next((i + 1 for i, word in enumerate(words[:3]) if word in PEOPLE), 0)
    return " ".join(word for word in words[:cut] if word not in _ARTICLES), words[cut:]


def _clauses(words: list[str]) -> list[list[str]]:
    """Split at "and" or "then" before a verb of the same form as the first one."""
    words = [word for word in words if word not in _ADVERBS or word == "then"]
    words = [word for i, word in enumerate(words) if word != "and" or words[i + 1 : i + 2] != ["and"]]
    clauses: list[list[str]] = [[]]
    for i, word in enumerate(words):
        if word in ("and", "then") and clauses[-1] and i + 1 < len(words) and _verb_like(words[i + 1 :], words[0]):
            clauses.append([])
        elif word != "then" and not (word == "and" and not clauses[-1]):
            clauses[-1].append(word)
    return [clause for clause in clauses if clause]


def _verb_like(words: list[str], first: str) -> bool:
    """Return whether the words after "and" begin with a known verb, in the third person if the first verb is.

    In "takes a spoon and covers" the last word may be a noun: a verb that is also a noun needs an object after it.
    """
    word, base = words[0], base_form(words[0])
    third = first.endswith("s") and not first.endswith("ss") and base_form(first) != first
    if third and not word.endswith("s"):
        return False
    participles = [w.endswith("ing") and base_form(w) != w for w in (first, word)]
    if participles[0] != participles[1]:
        return False  # "pick up sponge and washing up liquid"
    known = base in KIND_OF or base in CLAUSE_VERBS
    return known or (base in KNOWN_VERBS and len(words) > 1 and (words[1] in _ARTICLES or words[1] in ("it", "them")))


def _clause(words: list[str], actor: str, subject: str) -> Action | None:
    words, continued = _without_aspect(words)
    verb = base_form(words[0])
    if verb in ("turn", "switch") and words[1:2] == ["of"]:
        words[1] = "off"  # a common typing error
    if not verb.isalpha():
        return None
    rest = words[1:]
    text = " ".join(rest)
    particle, rest = _particle(verb, rest)
    head, phrases = _phrases(rest)
    if not particle and head and f"{verb} {head[-1]}" in PHRASAL:
        particle, head = head[-1], head[:-1]
    phrase = f"{verb} {particle}".strip()
    kind = KIND_OF.get(phrase, phrase)
    if not particle and kind == "take" and verb == "get" and not head:
        kind = verb
    started = Action(actor, subject, phrase, kind, _thing(head), rest=text, continued=continued)
    action = _with_phrases(started, phrases)
    return action if action.wearer else _without_owners(action)


def _without_aspect(words: list[str]) -> tuple[list[str], bool]:
    """Remove "is", "still", "continues", "starts to"..., and return also whether the action began before."""
    continued = False
    while len(words) > 1:
        verb, follows = base_form(words[0]), words[1]
        to = follows == "to" and len(words) > 2
        participle = follows.endswith("ing") and base_form(follows) in KNOWN_VERBS
        if words[0] == "still" or (verb in _ONGOING and (participle or to or verb == "continue")):
            continued = True
        elif not (verb in _BEGINNING and (participle or to)) and not (verb == "be" and participle):
            break
        words = words[2:] if to and words[0] != "still" else words[1:]
    return words, continued


def _particle(verb: str, rest: list[str]) -> tuple[str, list[str]]:
    """Return the particle right after the verb ("up" in "picks up a mug") if the lexicon has both, and the rest."""
    if not rest or rest[0] not in PARTICLES or f"{verb} {rest[0]}" not in PHRASAL:
        return "", rest
    return rest[0], rest[1:]


def _phrases(words: list[str]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the words of the object, and each following phrase as (basic preposition, words)."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    i = 0
    while i < len(words):
        match = _preposition_at(words, i)
        # A particle at the end of the object ("turns the tap on") is followed by nothing.
        if match is not None and i + match[1] < len(words):
            parts.append((match[0], []))
            i += match[1]
            continue
        parts[-1][1].append(words[i])
        i += 1
    return parts[0][1], parts[1:]


def _preposition_at(words: list[str], i: int) -> tuple[str, int] | None:
    """Return the (basic preposition, number of words) at position `i`."""
    if words[i] not in _PREPOSITION_WORDS and words[i] != "close":
        return None
    for phrase, plain in _PREPOSITIONS:
        parts = phrase.split()
        if words[i : i + len(parts)] == parts:
            return plain, len(parts)
    return None


def _thing(words: list[str]) -> Thing | None:
    """Build a thing from the words of a noun phrase, None if no noun remains."""
    article = ""
    while words and (words[0] in _ARTICLES or words[0] in ("of", "back", "down", "up", "away", "and")):
        article = words[0] if words[0] in _ARTICLES else article
        words = words[1:]
    while words and words[-1] in ("and", "of", "back", "down", "up", "away"):
        words = words[:-1]
    return Thing(" ".join(words), article) if words else None


def _with_phrases(action: Action, phrases: list[tuple[str, list[str]]]) -> Action:
    """Fill in source, place, tool and hand from the prepositional phrases. The first of each counts."""
    for preposition, words in phrases:
        text = " ".join(words)
        if preposition in ("with", "in", "from", "on", "to") and (match := _HAND.match(text)):
            if preposition in ("with", "in"):
                action = replace(action, hand=action.hand or match.group(1))
            continue
        thing = _thing(words)
        if thing is None or not thing.usable or preposition == "":
            continue
        if preposition == "with":
            action = replace(action, tool=action.tool or thing)
            continue
        if preposition == "from":
            action = replace(action, source=action.source or Place("from", thing))
        elif action.place is None:
            action = replace(action, place=Place(preposition, thing))
    return action


def _without_owners(action: Action) -> Action:
    """Replace the possessives of another person's action: "his phone" becomes "the phone", not "my phone"."""

    def ownerless(thing: Thing) -> Thing:
        return replace(thing, article="the")

    return replace(
        action,
        object=action.object and ownerless(action.object),
        source=action.source and replace(action.source, thing=ownerless(action.source.thing)),
        place=action.place and replace(action.place, thing=ownerless(action.place.thing)),
    )
