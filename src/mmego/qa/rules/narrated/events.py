"""What people narrated of one clip: deeds in time order, and what makes a deed the only one of its kind.

People leave things out, call one thing by several names and five things by one. So a deed counts as the only one if no
other sentence could mean it too: a deed of the same family ("rinse", "wash") on a thing that may be the same ("cup",
"coffee mug"), or on one that is not named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from mmego.language.lexicon import CLOSABLE, word_set
from mmego.language.nouns import (
    alike,
    canon,
    head,
    many,
    mended,
    misspelt,
    plural,
    share_word,
    singular,
)
from mmego.language.parser import parse
from mmego.language.phrases import Action, Thing
from mmego.language.verbs import FAMILIES
from mmego.qa.rules.narrated.implicit_actions import Gaps
from mmego.qa.rules.narrated.narrated_action import SWITCHED, Deed
from mmego.records import Narration

_FLAT = word_set("table desk floor board stove hob worktop countertop drainer")
_OFTEN = 3
_PIECES = word_set("piece half slice cube bit strip chunk")
AT_ONCE = 1.0  # two deeds that begin within so many seconds have no sure order


class Told:
    """The wearer's deeds of one clip, in time order."""

    def __init__(self, narrations: Sequence[Narration]) -> None:
        order = sorted(range(len(narrations)), key=lambda i: (narrations[i].span.start, narrations[i].span.end, i))
        found = [(i, _usual(action)) for i in order for action in parse(narrations[i]) if action.wearer]
        found = _put_away(_spelled(found))
        self.deeds = [
            Deed(i, number, narrations[i].span.start, narrations[i].span.end, action)
            for number, (i, action) in enumerate(found)
        ]
        self.texts = [narration.text.lower() for narration in narrations]
        self._by_family: dict[str, list[Deed]] = {}
        self._found: dict[frozenset[str], list[Deed]] = {}
        for deed in self.deeds:
            for family in deed.families:
                self._by_family.setdefault(family, []).append(deed)

    def of(self, families: Iterable[str]) -> list[Deed]:
        """The deeds that belong to any of the families, in time order."""
        key = frozenset(families)
        if key not in self._found:
            found = {deed.order: deed for family in key for deed in self._by_family.get(family, ())}
            self._found[key] = [found[number] for number in sorted(found)]
        return self._found[key]

    def rivals(self, deed: Deed) -> list[Deed]:
        """Other deeds that the same words could mean."""
        name, source = deed.name, deed.action.source
        # "Squeeze the sponge" is said of who squeezes water from the sponge, and the other way round.
        return [
            d
            for d in self.of(deed.families)
            if d is not deed
            and (
                name is None
                or d.on(name)
                or (source is not None and d.on(source.thing.name))
                or (d.action.source is not None and alike(d.action.source.thing.name, name))
                or d.fills_with(name)
            )
        ]

    @cached_property
    def gaps(self) -> Gaps:
        """The deeds that are not told though they were done."""
        return Gaps(self.deeds)

    def once(self, deed: Deed) -> bool:
        """True if the deed is told once, of a thing that can be named, and nothing else could be meant by its words."""
        if deed.action.continued or deed.name is None or not deed.can_be_named or self.gaps.of(deed):
            return False
        return all(_elsewhere(deed, rival) for rival in self.rivals(deed))

    def mentions(self, name: str) -> list[Deed]:
        """The deeds whose sentence may speak of the thing at all: as object, place, source, tool or otherwise."""
        return [d for d in self.deeds if d.name is None or share_word(name, _content(d.action))]


def _spelled(found: list[tuple[int, Action]]) -> list[tuple[int, Action]]:
    """Mend names told once or twice that are one letter off a name told much more often ("clothe" among "cloth")."""
    counts = Counter(action.object.name for _, action in found if action.object is not None)
    often = [name for name, count in counts.items() if count >= _OFTEN]
    mended = {
        name: next((usual for usual in often if misspelt(name, usual) and count * _OFTEN <= counts[usual]), name)
        for name, count in counts.items()
    }
    return [
        (
            i,
            replace(action, object=replace(action.object, name=mended[action.object.name]))
            if action.object
            else action,
        )
        for i, action in found
    ]


def _put_away(found: list[tuple[int, Action]]) -> list[tuple[int, Action]]:
    """ "Open fridge, put milk, close fridge": the milk was not put down but away."""
    changed = list(found)
    for k, (i, action) in enumerate(found):
        if action.place is not None or "put" not in FAMILIES.get(action.verb, ()):
            continue
        reach = 2 if action.verb in ("put", "place") else 1  # who "puts down" may only free a hand
        before = [a.object.name for _, a in found[max(k - reach, 0) : k] if a.verb == "open" and a.object is not None]
        after = [a.object.name for _, a in found[k + 1 : k + 1 + reach] if a.verb == "close" and a.object is not None]
        if any(head(opened) in CLOSABLE and alike(opened, closed) for opened in before for closed in after):
            changed[k] = (i, replace(action, verb="put away"))
    return changed


def _content(action: Action) -> str:
    """Everything after the verb, and the object's name as it was mended."""
    return f"{action.rest} {action.object.name if action.object is not None else ''}"


def _elsewhere(deed: Deed, rival: Deed) -> bool:
    """True if both say where, and not the same: "put the cup on the table", "put the cup in the sink"."""
    for mine, its in ((deed.action.place, rival.action.place), (deed.action.source, rival.action.source)):
        if mine is not None and its is not None and not alike(mine.thing.name, its.thing.name):
            return rival.name is not None
    return False


def _usual(action: Action) -> Action:
    """The usual words for what is narrated oddly: a tap or a lamp that is opened is turned on."""
    verb, thing = action.verb, action.object and mended(action.object)
    verb = {"switch on": "turn on", "switch off": "turn off", "shut": "close"}.get(verb, verb)
    if thing is not None and head(thing.name) in SWITCHED:
        verb = {"open": "turn on", "close": "turn off"}.get(verb, verb)
        if verb in ("turn on", "turn off") and head(thing.name) == "water":
            thing = Thing("tap")
    if verb in ("throw", "throw out") and action.place is None and action.rest:
        verb = "throw away"  # in a kitchen nobody throws a knife
    if verb == "get" and not action.rest:
        verb = "get up"
    if verb in ("cut", "tear", "rip", "slice") and thing is not None and thing.name.startswith("open "):
        verb, thing = "open", replace(thing, name=thing.name.removeprefix("open "))
    place = action.place
    if place is not None and place.preposition == "in" and singular(head(place.thing.name)) in _FLAT:
        place = replace(place, preposition="on")
    if place is not None and "cut" in FAMILIES.get(verb, ()) and singular(head(place.thing.name)) in _PIECES:
        place = None  # "cuts the onion into pieces"
    tool = action.tool and mended(action.tool)
    return replace(action, verb=verb, object=thing, place=place, tool=tool)


def one_instance(told: Told, name: str) -> bool:
    """True unless the sentences tell of several things of this name: taken twice without being put in between."""
    if not many(name):
        return True
    held = False
    for deed in told.deeds:
        if deed.name is None or not alike(deed.name, name):
            continue
        if canon(deed.name) != canon(name) or plural(deed.name) or deed.thing.article == "another":
            return False
        if "take" in deed.families:
            if held:
                return False
            held = True
        elif "put" in deed.families:
            held = False
    return True
