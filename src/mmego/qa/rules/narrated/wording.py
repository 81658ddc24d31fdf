"""Deeds in words: "picked up the plate", "put the lid on the pan", "turn off the tap"."""

from __future__ import annotations

from mmego.language.lexicon import word_set
from mmego.language.nouns import MASS, head, many, say, singular
from mmego.language.phrases import Action, Place, Thing
from mmego.language.verbs import FAMILIES, SILENT
from mmego.qa.rules.facts import past
from mmego.qa.rules.narrated.narrated_action import Deed, nameable, place_nameable

_NEEDS_PLACE = frozenset(
    ("put", "place", "set", "lay", "insert", "position", "return", "deposit", "leave", "keep", "rest")
)
_INTO = frozenset(
    ("pour", "throw", "empty", "transfer", "move", "scoop", "tip", "toss", "spoon", "scrape", "drop", "insert")
)
_PREPOSITIONS = frozenset(
    ("on", "in", "under", "next to", "behind", "near", "over", "to", "against", "in front of", "above", "between")
)
_DEEP = word_set("bowl cup mug glass jug pot bottle container")  # nobody pours on them
_ONTO = frozenset(("flip", "move", "transfer", "scoop", "tip", "scrape", "empty"))
_TOWARDS = frozenset(("add", "move", "transfer"))
_MOTION = word_set("walk go come move run drive ride climb descend speak talk wave point jump")
_LOOSE_PARTICLES = word_set("up down away back out apart aside over together off")
_SPLIT = frozenset(("lid", "cover", "cap", "top"))  # "put lid" is more than putting it down


def where(verb: str, place: Place) -> str:
    """A place as it follows the verb: "in the pan", "into the pan" for what is poured."""
    if verb == "add" and place.preposition == "in":
        return f"to {say(place.thing)}"
    deep = place.preposition == "on" and verb == "pour" and singular(head(place.thing.name)) in _DEEP
    into = (place.preposition == "in" and verb.split()[0] in _INTO) or deep
    onto = place.preposition == "on" and verb.split()[0] in _ONTO
    return f"{'into' if into else 'onto' if onto else place.preposition} {say(place.thing)}"


def sayable(deed: Deed) -> bool:
    """True if the deed can be told in one short clause."""
    return did(deed) is not None


def did(deed: Deed) -> str | None:
    """In the simple past, with object and place ("put the lid on the pan"); None for what cannot be said surely."""
    return _told(deed, past_form=True)


def do(deed: Deed) -> str | None:
    """The same in the base form, for "did I ..."."""
    return _told(deed, past_form=False)


def _told(deed: Deed, past_form: bool) -> str | None:
    action, verb = deed.action, deed.verb
    if verb in SILENT and verb not in FAMILIES:
        return _told_without_object(deed, past_form)
    if verb not in FAMILIES or deed.name is None or not deed.can_be_named or lost_particle(action):
        return None
    if action.place is not None and not (place_nameable(action.place) and action.place.preposition in _PREPOSITIONS):
        return None
    if action.source is not None and not place_nameable(action.source):
        return None
    if verb in _NEEDS_PLACE and action.place is None:
        if not can_be_put_down(deed):
            return None
        verb = "put down"
    if verb == "wear":
        verb = "put on"  # narrators mean the moment
    words = [past(verb) if past_form else verb, say(deed.thing)]
    if action.source is not None:
        words.append(f"from {say(action.source.thing)}")
    if action.place is not None:
        if verb == "pick" or (action.place.preposition == "to" and verb not in _TOWARDS):
            return None  # "put the plate to dry" names no place
        base, _, particle = verb.partition(" ")
        if base == "put" and particle in ("down", "away", "back", "aside"):
            words[0] = "put"
        words.append(where(verb, action.place))
    elif action.tool is not None and verb in ("mix", "combine", "fill") and nameable(action.tool):
        words.append(f"with {_plainly(action.tool)}")
    return " ".join(words)


def _plainly(thing: Thing) -> str:
    """ "water", but "the sauce with the spoon"."""
    return thing.name if len(thing.name.split()) == 1 and thing.name in MASS else say(thing)


def _told_without_object(deed: Deed, past_form: bool) -> str | None:
    """ "stood up", "walked around the house", "sat on the chair"."""
    action, verb = deed.action, deed.verb
    words = [past(verb) if past_form else verb]
    if action.object is not None:
        if " " not in verb or not deed.can_be_named:
            return None
        words.append(say(action.object))
    if action.place is not None:
        if not place_nameable(action.place) or action.place.preposition not in _PREPOSITIONS:
            return None
        if action.place.preposition == "to" and verb.split()[0] not in _MOTION:
            return None  # "wait to boil"
        words.append(f"{action.place.preposition} {say(action.place.thing)}")
    if len(words) == 1 and action.rest != verb.partition(" ")[2]:
        return None
    return " ".join(words)


def lost_particle(action: Action) -> bool:
    """True if the sentence has a particle that the verb is not known with: "pull down the cup" is not pulling it."""
    if " " in action.verb or action.object is None:
        return False
    words, name = action.rest.split(), action.object.name.split()
    if words[:1] and words[0] in _LOOSE_PARTICLES and words[1:2] != ["of"]:
        return True
    last = next((i for i, word in enumerate(words) if word == name[-1]), len(words))
    after = words[last + 1 : last + 3]
    return after[:1] != [] and after[0] in _LOOSE_PARTICLES - {"off", "over"} and after[1:] != ["of"]


def can_be_put_down(deed: Deed) -> bool:
    """True if "put the plate" can only mean that it was put down: not salt (added) and not a lid (put on)."""
    last = singular(head(deed.thing.name))
    return last not in MASS and last not in _SPLIT and many(last)
