"""One narrated action of the camera wearer, and which parts of it a question can name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from mmego.language.lexicon import NUMBERS, is_colour, word_set
from mmego.language.nouns import MASS_NOUNS, PLENTIFUL, VAGUE_NOUNS, head_noun, is_plural, may_be_same_thing, singular
from mmego.language.phrases import Action, Place, Thing
from mmego.qa.rules.narrated.lids import families_of, may_open_as_one

SWITCHED = word_set("tap faucet water shower light lights lamp fire gas flame hob stove cooker fan hood radio TV")
_WHOLE = word_set("food pan pot saucepan mixture mix contents meal dish wok cooker meat vegetables ingredients")
_NOT_NAMES = word_set("it them that this to of and down up off out away back again aside more very i he she they open")
_SWITCHES = SWITCHED | word_set("switch button electricity heat")
_CUTLERY = word_set("knife fork spoon teaspoon tablespoon plate bowl glass mug")
_LONGEST_NAME = 4  # words; longer ones are misread sentences
_SEVERAL = frozenset(NUMBERS[2:])


@dataclass(frozen=True, slots=True)
class NarratedAction:
    """One action of the camera wearer, as somebody narrated it.

    `index` is the position of its narration in the list given, `order` its position among the clip's actions; `start`
    and `end` are in seconds. `parsed` is what the grammar reads. `families` are the verb families that it may belong
    to. `name` is the name of its object, None where the sentence does not give one.
    """

    index: int
    order: int
    start: float
    end: float
    parsed: Action
    families: frozenset[str] = field(init=False)
    name: str | None = field(init=False)

    def __post_init__(self) -> None:
        thing = self.parsed.object
        object.__setattr__(self, "families", families_of(self.parsed))
        object.__setattr__(self, "name", thing.name if thing is not None and thing.known else None)

    @property
    def verb(self) -> str:
        """The verb in its base form, with its particle."""
        return self.parsed.verb

    @property
    def place(self) -> Place | None:
        """Where the object ends up, or where the action happens."""
        return self.parsed.place

    @property
    def source(self) -> Place | None:
        """Where the object comes from."""
        return self.parsed.source

    @property
    def tool(self) -> Thing | None:
        """The thing after "with"."""
        return self.parsed.tool

    @property
    def hand(self) -> str | None:
        """The hand that acts: ``left``, ``right`` or ``both``."""
        return self.parsed.hand

    @property
    def continued(self) -> bool:
        """True if the action began before this sentence ("continues stirring")."""
        return self.parsed.continued

    @property
    def rest(self) -> str:
        """Everything after the verb, as narrated."""
        return self.parsed.rest

    @property
    def thing(self) -> Thing:
        """The object. Only an action with an object has it."""
        assert self.parsed.object is not None
        return self.parsed.object

    @property
    def can_be_named(self) -> bool:
        """True if a question can name its object: hands that are washed, but not hands that are taken."""
        thing = self.parsed.object
        if thing is None or not nameable(thing):
            return False
        if thing.is_body:
            return bool(self.families & {"wash", "dry"})
        return not _odd(self.verb, singular(head_noun(thing.name)))

    def may_be_on(self, name: str) -> bool:
        """Return whether its object may be the thing of this name. To stir the pan is to stir the food in it."""
        if self.name is None or may_be_same_thing(self.name, name):
            return True
        if self.families & {"open", "close"} and may_open_as_one(self.name, name):
            return True
        return bool(self.families & {"stir", "cook"}) and (head_noun(self.name) in _WHOLE or head_noun(name) in _WHOLE)

    def fills_with(self, name: str) -> bool:
        """Return whether it fills something with the thing of this name: "fill the cup with water" pours water."""
        tool = self.tool
        return "fill" in self.families and tool is not None and may_be_same_thing(tool.name, name)


def _odd(verb: str, thing: str) -> bool:
    """Return True for what must be a typing error: to turn off bread, to open a fork."""
    if verb in ("turn on", "turn off"):
        return thing in PLENTIFUL | MASS_NOUNS and thing not in _SWITCHES
    return verb in ("open", "close") and (thing in _CUTLERY - {"mug"} or thing == "plug")


def nameable(thing: Thing) -> bool:
    """Return True for a thing that a question or an answer can name: in a few plain words, and not a person."""
    words = thing.name.split()
    if not thing.known or thing.is_person or len(words) > _LONGEST_NAME + 2 * thing.name.count(" and "):
        return False
    if any(w in _NOT_NAMES and w not in ("of", "and") for w in words) or words[-1] in ("of", "and"):
        return False
    if any(part.split()[-1] in VAGUE_NOUNS for part in re.split(r" of | and ", thing.name) if part):
        return False
    if len(set(words)) < len(words) or (words[0] in _SEVERAL and not is_plural(thing.name)):
        return False  # "half dough half dough", "two plate"
    if any(singular(a) in _CUTLERY and singular(b) in _CUTLERY for a, b in pairwise(words)):
        return False  # "knife fork": a list
    return not is_colour(thing.name) and all(re.fullmatch(r"[a-z][a-z0-9'-]+|TV|CD|DVD|USB|PC", w) for w in words)


def place_nameable(place: Place | None) -> bool:
    """Return True for a place that a question or an answer can name."""
    return place is not None and nameable(place.thing) and not place.thing.is_body
