"""The narrated actions of one clip in time order, and which of them are unique.

People leave things out, use several names for one thing and one name for five things. An action is unique only if no
other sentence can mean it too: an action of the same family ("rinse", "wash") on a thing that may be the same ("cup",
"coffee mug"), or on a thing without a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from mmego.language.lexicon import CLOSABLE, word_set
from mmego.language.nouns import (
    canonical_words,
    corrected,
    head_noun,
    is_misspelling,
    is_plentiful,
    is_plural,
    may_be_same_thing,
    share_word,
    singular,
)
from mmego.language.parser import parse
from mmego.language.phrases import Action, Thing
from mmego.language.verbs import FAMILIES
from mmego.qa.rules.narrated.implicit_actions import ImplicitActions
from mmego.qa.rules.narrated.narrated_action import SWITCHED, NarratedAction
from mmego.records import Narration

_FLAT = word_set("table desk floor board stove hob worktop countertop drainer")
_OFTEN = 3
"""Uses from which a name is common, and how many times more common it is than its misspelling."""
_PIECES = word_set("piece half slice cube bit strip chunk")
AT_ONCE = 1.0
"""Seconds: two actions that begin within this time have no sure order."""


class ClipActions:
    """The camera wearer's actions of one clip, in time order."""

    def __init__(self, narrations: Sequence[Narration]) -> None:
        order = sorted(range(len(narrations)), key=lambda i: (narrations[i].span.start, narrations[i].span.end, i))
        found = [(i, _usual_words(action)) for i in order for action in parse(narrations[i]) if action.wearer]
        found = _put_away(_corrected_names(found))
        self.actions = [
            NarratedAction(i, number, narrations[i].span.start, narrations[i].span.end, action)
            for number, (i, action) in enumerate(found)
        ]
        self._by_family: dict[str, list[NarratedAction]] = {}
        self._found: dict[frozenset[str], list[NarratedAction]] = {}
        for action in self.actions:
            for family in action.families:
                self._by_family.setdefault(family, []).append(action)

    def of_families(self, families: Iterable[str]) -> list[NarratedAction]:
        """Return the actions that belong to any of the verb families, in time order."""
        key = frozenset(families)
        if key not in self._found:
            found = {action.order: action for family in key for action in self._by_family.get(family, ())}
            self._found[key] = [found[number] for number in sorted(found)]
        return self._found[key]

    def competing(self, action: NarratedAction) -> list[NarratedAction]:
        """Return the competing actions: others that the same words may mean."""
        name, source = action.name, action.source
        # People who squeeze water from the sponge may also say "squeeze the sponge", and the other way round.
        return [
            a
            for a in self.of_families(action.families)
            if a is not action
            and (
                name is None
                or a.may_be_on(name)
                or (source is not None and a.may_be_on(source.thing.name))
                or (a.source is not None and may_be_same_thing(a.source.thing.name, name))
                or a.fills_with(name)
            )
        ]

    @cached_property
    def implicit(self) -> ImplicitActions:
        """The actions that nobody narrated although they must have happened."""
        return ImplicitActions(self.actions)

    def is_unique(self, action: NarratedAction) -> bool:
        """Return whether the action has a thing that a question can name, and its words can mean no other action."""
        if action.continued or action.name is None or not action.can_be_named or self.implicit.same_family(action):
            return False
        return all(_elsewhere(action, other) for other in self.competing(action))

    def mentioning(self, name: str) -> list[NarratedAction]:
        """Return the actions whose sentence may mention the thing: as object, place, source, tool or otherwise."""
        return [a for a in self.actions if a.name is None or share_word(name, _mentioned(a.parsed))]


def _corrected_names(found: list[tuple[int, Action]]) -> list[tuple[int, Action]]:
    """Correct rare names that differ by one letter from a much more common name ("clothe" among "cloth")."""
    counts = Counter(action.object.name for _, action in found if action.object is not None)
    often = [name for name, count in counts.items() if count >= _OFTEN]
    spelled = {
        name: next((usual for usual in often if is_misspelling(name, usual) and count * _OFTEN <= counts[usual]), name)
        for name, count in counts.items()
    }
    return [
        (
            i,
            replace(action, object=replace(action.object, name=spelled[action.object.name]))
            if action.object
            else action,
        )
        for i, action in found
    ]


def _put_away(found: list[tuple[int, Action]]) -> list[tuple[int, Action]]:
    """Turn "put" into "put away" between opening and closing one thing ("open fridge, put milk, close fridge")."""
    changed = list(found)
    for k, (i, action) in enumerate(found):
        if action.place is not None or "put" not in FAMILIES.get(action.verb, ()):
            continue
        reach = 2 if action.verb in ("put", "place") else 1  # "put down" may only mean to free a hand
        before = [a.object.name for _, a in found[max(k - reach, 0) : k] if a.verb == "open" and a.object is not None]
        after = [a.object.name for _, a in found[k + 1 : k + 1 + reach] if a.verb == "close" and a.object is not None]
        if any(
            head_noun(opened) in CLOSABLE and may_be_same_thing(opened, closed) for opened in before for closed in after
        ):
            changed[k] = (i, replace(action, verb="put away"))
    return changed


def _mentioned(action: Action) -> str:
    """Return everything after the verb, and the corrected name of the object."""
    return f"{action.rest} {action.object.name if action.object is not None else ''}"


def _elsewhere(action: NarratedAction, other: NarratedAction) -> bool:
    """Return whether both name a place, and not the same: "put the cup on the table", "put the cup in the sink"."""
    for mine, its in ((action.place, other.place), (action.source, other.source)):
        if mine is not None and its is not None and not may_be_same_thing(mine.thing.name, its.thing.name):
            return other.name is not None
    return False


def _usual_words(action: Action) -> Action:
    """Return the action in its usual words: to open a tap or a lamp is to turn it on."""
    verb, thing = action.verb, action.object and corrected(action.object)
    verb = {"switch on": "turn on", "switch off": "turn off", "shut": "close"}.get(verb, verb)
    if thing is not None and head_noun(thing.name) in SWITCHED:
        verb = {"open": "turn on", "close": "turn off"}.get(verb, verb)
        if verb in ("turn on", "turn off") and head_noun(thing.name) == "water":
            thing = Thing("tap")
    if verb in ("throw", "throw out") and action.place is None and action.rest:
        verb = "throw away"  # people in a kitchen do not throw knives
    if verb == "get" and not action.rest:
        verb = "get up"
    if verb in ("cut", "tear", "rip", "slice") and thing is not None and thing.name.startswith("open "):
        verb, thing = "open", replace(thing, name=thing.name.removeprefix("open "))
    place = action.place
    if place is not None and place.preposition == "in" and singular(head_noun(place.thing.name)) in _FLAT:
        place = replace(place, preposition="on")
    if place is not None and "cut" in FAMILIES.get(verb, ()) and singular(head_noun(place.thing.name)) in _PIECES:
        place = None  # "cuts the onion into pieces"
    tool = action.tool and corrected(action.tool)
    return replace(action, verb=verb, object=thing, place=place, tool=tool)


def one_instance(clip: ClipActions, name: str) -> bool:
    """Return True unless the clip has several things of this name: one is taken twice without a put in between."""
    if not is_plentiful(name):
        return True
    held = False
    for action in clip.actions:
        if action.name is None or not may_be_same_thing(action.name, name):
            continue
        if (
            canonical_words(action.name) != canonical_words(name)
            or is_plural(action.name)
            or action.thing.article == "another"
        ):
            return False
        if "take" in action.families:
            if held:
                return False
            held = True
        elif "put" in action.families:
            held = False
    return True
