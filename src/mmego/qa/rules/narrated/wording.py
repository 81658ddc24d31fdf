"""Phrases for actions: "picked up the plate", "put the lid on the pan", "turn off the tap"."""

from __future__ import annotations

from mmego.language.lexicon import word_set
from mmego.language.nouns import MASS_NOUNS, head_noun, is_plentiful, noun_phrase, singular
from mmego.language.phrases import Action, Place, Thing
from mmego.language.verbs import FAMILIES, INTRANSITIVE_VERBS
from mmego.qa.rules.facts import past_tense
from mmego.qa.rules.narrated.narrated_action import NarratedAction, nameable, place_nameable

_NEEDS_PLACE = frozenset(
    ("put", "place", "set", "lay", "insert", "position", "return", "deposit", "leave", "keep", "rest")
)
_INTO = frozenset(
    ("pour", "throw", "empty", "transfer", "move", "scoop", "tip", "toss", "spoon", "scrape", "drop", "insert")
)
_PREPOSITIONS = frozenset(
    ("on", "in", "under", "next to", "behind", "near", "over", "to", "against", "in front of", "above", "between")
)
_DEEP = word_set("bowl cup mug glass jug pot bottle container")  # one pours into these, not onto them
_ONTO = frozenset(("flip", "move", "transfer", "scoop", "tip", "scrape", "empty"))
_TOWARDS = frozenset(("add", "move", "transfer"))
_MOTION = word_set("walk go come move run drive ride climb descend speak talk wave point jump")
_LOOSE_PARTICLES = word_set("up down away back out apart aside over together off")
_PUT_ON = frozenset(("lid", "cover", "cap", "top"))  # "put lid" means more than to put it down


def place_phrase(verb: str, place: Place) -> str:
    """Return the phrase for a place after the verb: "in the pan", but "into the pan" after "pour"."""
    if verb == "add" and place.preposition == "in":
        return f"to {noun_phrase(place.thing)}"
    deep = place.preposition == "on" and verb == "pour" and singular(head_noun(place.thing.name)) in _DEEP
    into = (place.preposition == "in" and verb.split()[0] in _INTO) or deep
    onto = place.preposition == "on" and verb.split()[0] in _ONTO
    return f"{'into' if into else 'onto' if onto else place.preposition} {noun_phrase(place.thing)}"


def past_phrase(action: NarratedAction) -> str | None:
    """Return the action in the simple past, with object and place ("put the lid on the pan").

    Return None where the sentence does not give a sure phrase.
    """
    return _phrase(action, past=True)


def base_phrase(action: NarratedAction) -> str | None:
    """Return the same as `past_phrase` in the base form, for "did I ..."."""
    return _phrase(action, past=False)


def _phrase(action: NarratedAction, past: bool) -> str | None:
    verb = action.verb
    if verb in INTRANSITIVE_VERBS and verb not in FAMILIES:
        return _intransitive_phrase(action, past)
    if verb not in FAMILIES or action.name is None or not action.can_be_named or lost_particle(action.parsed):
        return None
    if action.place is not None and not (place_nameable(action.place) and action.place.preposition in _PREPOSITIONS):
        return None
    if action.source is not None and not place_nameable(action.source):
        return None
    if verb in _NEEDS_PLACE and action.place is None:
        if not can_be_put_down(action):
            return None
        verb = "put down"
    if verb == "wear":
        verb = "put on"  # narrators mean the moment of putting it on
    words = [past_tense(verb) if past else verb, noun_phrase(action.thing)]
    if action.source is not None:
        words.append(f"from {noun_phrase(action.source.thing)}")
    if action.place is not None:
        if verb == "pick" or (action.place.preposition == "to" and verb not in _TOWARDS):
            return None  # "put the plate to dry" names no place
        base, _, particle = verb.partition(" ")
        if base == "put" and particle in ("down", "away", "back", "aside"):
            words[0] = "put"
        words.append(place_phrase(verb, action.place))
    elif action.tool is not None and verb in ("mix", "combine", "fill") and nameable(action.tool):
        words.append(f"with {_without_article(action.tool)}")
    return " ".join(words)


def _without_article(thing: Thing) -> str:
    """Return the bare name of a substance ("water"), else the noun phrase ("the spoon")."""
    return thing.name if len(thing.name.split()) == 1 and thing.name in MASS_NOUNS else noun_phrase(thing)


def _intransitive_phrase(action: NarratedAction, past: bool) -> str | None:
    """Return the phrase of an intransitive verb: "stood up", "walked around the house", "sat on the chair"."""
    verb, thing = action.verb, action.parsed.object
    words = [past_tense(verb) if past else verb]
    if thing is not None:
        if " " not in verb or not action.can_be_named:
            return None
        words.append(noun_phrase(thing))
    if action.place is not None:
        if not place_nameable(action.place) or action.place.preposition not in _PREPOSITIONS:
            return None
        if action.place.preposition == "to" and verb.split()[0] not in _MOTION:
            return None  # "wait to boil"
        words.append(f"{action.place.preposition} {noun_phrase(action.place.thing)}")
    if len(words) == 1 and action.rest != verb.partition(" ")[2]:
        return None
    return " ".join(words)


def lost_particle(action: Action) -> bool:
    """Return whether the sentence has a particle that the grammar did not join to the verb ("pull down the cup")."""
    if " " in action.verb or action.object is None:
        return False
    words, name = action.rest.split(), action.object.name.split()
    if words[:1] and words[0] in _LOOSE_PARTICLES and words[1:2] != ["of"]:
        return True
    last = next((i for i, word in enumerate(words) if word == name[-1]), len(words))
    after = words[last + 1 : last + 3]
    return after[:1] != [] and after[0] in _LOOSE_PARTICLES - {"off", "over"} and after[1:] != ["of"]


def can_be_put_down(action: NarratedAction) -> bool:
    """Return whether "put the plate" can only mean to put it down, unlike salt (to add it) or a lid (to put it on)."""
    last = singular(head_noun(action.thing.name))
    return last not in MASS_NOUNS and last not in _PUT_ON and is_plentiful(last)
