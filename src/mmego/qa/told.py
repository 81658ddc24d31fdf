"""What people narrated of one clip: deeds in time order, and what makes a deed the only one of its kind.

People leave things out, call one thing by several names and five things by one. So a deed counts as the only one if no
other sentence could mean it too: a deed of the same family ("rinse", "wash") on a thing that may be the same ("cup",
"coffee mug"), or on one that is not named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from mmego.qa.grammar import parse
from mmego.qa.nouns import MANY, MASS, VAGUE, alike, canon, head, many, mended, misspelt, plural, share_word, singular
from mmego.qa.phrases import Action, Place, Thing
from mmego.qa.told_gaps import Gaps
from mmego.qa.told_lids import families_of, opened_alike
from mmego.qa.verbs import FAMILIES
from mmego.qa.words import CLOSABLE, NUMBERS, is_colour, word_set
from mmego.records import Narration

_NOT_NAMES = word_set("it them that this to of and down up off out away back again aside more very i he she they open")
_SWITCHED = word_set("tap faucet water shower light lights lamp fire gas flame hob stove cooker fan hood radio TV")
_WHOLE = word_set("food pan pot saucepan mixture mix contents meal dish wok cooker meat vegetables ingredients")
_SWITCHES = _SWITCHED | word_set("switch button electricity heat")
_CUTLERY = word_set("knife fork spoon teaspoon tablespoon plate bowl glass mug")
_FLAT = word_set("table desk floor board stove hob worktop countertop drainer")
_LONGEST_NAME = 4  # words; longer ones are misread sentences
_OFTEN = 3
_SEVERAL = frozenset(NUMBERS[2:])
_PIECES = word_set("piece half slice cube bit strip chunk")
AT_ONCE = 1.0  # two deeds that begin within so many seconds have no sure order


@dataclass(frozen=True, slots=True)
class Deed:
    """One of the wearer's deeds: `index` of its narration, `start` and `end` in seconds, what was done.

    `families` are the deeds it may be taken for; `name` is the object's, None where it is missing or not told.
    """

    index: int
    order: int
    start: float
    end: float
    action: Action
    families: frozenset[str] = field(init=False)
    name: str | None = field(init=False)

    def __post_init__(self) -> None:
        thing = self.action.object
        object.__setattr__(self, "families", families_of(self.action))
        object.__setattr__(self, "name", thing.name if thing is not None and thing.known else None)

    @property
    def verb(self) -> str:
        """Base form with its particle."""
        return self.action.verb

    @property
    def thing(self) -> Thing:
        """The object; only for deeds that have one."""
        assert self.action.object is not None
        return self.action.object

    @property
    def can_be_named(self) -> bool:
        """True if its object can stand in a question; hands can be washed, but are not taken."""
        thing = self.action.object
        if thing is None or not nameable(thing):
            return False
        if thing.is_body:
            return bool(self.families & {"wash", "dry"})
        return not _odd(self.verb, singular(head(thing.name)))

    def on(self, name: str) -> bool:
        """True if its object is, or may be, the thing of this name; who stirs the pan stirs the food in it."""
        if self.name is None or alike(self.name, name):
            return True
        if self.families & {"open", "close"} and opened_alike(self.name, name):
            return True
        return bool(self.families & {"stir", "cook"}) and (head(self.name) in _WHOLE or head(name) in _WHOLE)

    def fills_with(self, name: str) -> bool:
        """True if something is filled with the thing of this name: "fill the cup with water" pours water."""
        tool = self.action.tool
        return "fill" in self.families and tool is not None and alike(tool.name, name)


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
    if thing is not None and head(thing.name) in _SWITCHED:
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


def _odd(verb: str, thing: str) -> bool:
    """True for a slip of the pen: a bread that is turned off, a fork that is opened."""
    if verb in ("turn on", "turn off"):
        return thing in MANY | MASS and thing not in _SWITCHES
    return verb in ("open", "close") and (thing in _CUTLERY - {"mug"} or thing == "plug")


def nameable(thing: Thing) -> bool:
    """True for a thing that can stand in a question or an answer: named, in few plain words, and not somebody."""
    words = thing.name.split()
    if not thing.known or thing.is_person or len(words) > _LONGEST_NAME + 2 * thing.name.count(" and "):
        return False
    if any(w in _NOT_NAMES and w not in ("of", "and") for w in words) or words[-1] in ("of", "and"):
        return False
    if any(part.split()[-1] in VAGUE for part in re.split(r" of | and ", thing.name) if part):
        return False
    if len(set(words)) < len(words) or (words[0] in _SEVERAL and not plural(thing.name)):
        return False  # "half dough half dough", "two plate"
    if any(singular(a) in _CUTLERY and singular(b) in _CUTLERY for a, b in pairwise(words)):
        return False  # "knife fork": a list
    return not is_colour(thing.name) and all(re.fullmatch(r"[a-z][a-z0-9'-]+|TV|CD|DVD|USB|PC", w) for w in words)


def place_nameable(place: Place | None) -> bool:
    """True for a place that can be named."""
    return place is not None and nameable(place.thing) and not place.thing.is_body


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
