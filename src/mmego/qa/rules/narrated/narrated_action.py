"""One thing that the wearer did, as it was narrated, and what of it can be named in a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from mmego.language.lexicon import NUMBERS, is_colour, word_set
from mmego.language.nouns import MANY, MASS, VAGUE, alike, head, plural, singular
from mmego.language.phrases import Action, Place, Thing
from mmego.qa.rules.narrated.lids import families_of, opened_alike

SWITCHED = word_set("tap faucet water shower light lights lamp fire gas flame hob stove cooker fan hood radio TV")
_WHOLE = word_set("food pan pot saucepan mixture mix contents meal dish wok cooker meat vegetables ingredients")
_NOT_NAMES = word_set("it them that this to of and down up off out away back again aside more very i he she they open")
_SWITCHES = SWITCHED | word_set("switch button electricity heat")
_CUTLERY = word_set("knife fork spoon teaspoon tablespoon plate bowl glass mug")
_LONGEST_NAME = 4  # words; longer ones are misread sentences
_SEVERAL = frozenset(NUMBERS[2:])


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
