"""Things, places and actions that the parser finds in a narration."""

from __future__ import annotations

from dataclasses import dataclass

from mmego.language.lexicon import BODY, CONTAINERS, PEOPLE, UNKNOWN, is_colour

PUT_PREPOSITIONS = frozenset(("on", "in", "under", "next to", "behind", "near", "against", "in front of", "over"))
"""Prepositions before the place where a thing was put."""
_POSSESSIVE = frozenset(("his", "her", "their", "my"))


@dataclass(frozen=True, slots=True)
class Thing:
    """A noun phrase: `name` without its article ("red mug", "drawer of the dresser")."""

    name: str
    article: str = ""

    @property
    def colour(self) -> str | None:
        """The colour at the start of the name."""
        first = self.name.split()[0]
        return first if is_colour(first) and first != self.name else None

    @property
    def kind(self) -> str:
        """The name without the colour ("mug")."""
        return self.name.split(" ", 1)[1] if self.colour else self.name

    @property
    def head(self) -> str:
        """The head noun of the name ("mug", "drawer")."""
        return self.name.split(" of ")[0].split()[-1]

    @property
    def plural(self) -> bool:
        """True for names such as "keys"."""
        return self.head.endswith("s") and not self.head.endswith(("ss", "us", "is", "as", "lens"))

    @property
    def known(self) -> bool:
        """False for names such as "something" and "it"."""
        return self.name not in UNKNOWN and self.head not in UNKNOWN

    @property
    def is_person(self) -> bool:
        """True for "man X", "C" and other people."""
        return self.head in PEOPLE or len(self.name) == 1 or self.name.split()[0] in PEOPLE

    @property
    def is_body(self) -> bool:
        """True for a part of the body."""
        return self.head in BODY

    @property
    def usable(self) -> bool:
        """True for a thing that a question can name: not a person and not a part of the body."""
        return self.known and not self.is_person and not self.is_body

    @property
    def definite(self) -> str:
        """The name with the definite article ("the red mug"), or with "my" for a thing with an owner ("my phone")."""
        return f"{'my' if self.article in _POSSESSIVE else 'the'} {self.name}"


@dataclass(frozen=True, slots=True)
class Place:
    """A place: a preposition and a thing ("on", coffee table)."""

    preposition: str
    thing: Thing

    @property
    def text(self) -> str:
        """The place in words: "on the coffee table"."""
        return f"{self.preposition} {self.thing.definite}"


@dataclass(frozen=True, slots=True)
class Action:
    """The action of one clause of a narration.

    `actor` is the narration's letter, `subject` its words for another person ("man X"), "" for the wearer. `verb` is
    the base form with its particle ("pick up"). `kind` is ``take``, ``put``, ``open``, ``close``, ``switch on``,
    ``switch off``, ``enter`` or the verb itself. `source` follows "from". `place` is where the thing ends up or, for a
    take without "from", where it was. `hand` is ``left``, ``right``, ``both`` or None. `tool` follows "with". `rest` is
    everything after the verb, as narrated. `continued` is True if the action began before ("continues stirring").
    """

    actor: str
    subject: str
    verb: str
    kind: str
    object: Thing | None = None
    source: Place | None = None
    place: Place | None = None
    hand: str | None = None
    rest: str = ""
    tool: Thing | None = None
    continued: bool = False

    @property
    def wearer(self) -> bool:
        """True if the camera wearer acts."""
        return self.actor == "C"


def short_names(name: str) -> set[str]:
    """Return the short forms of a name: "mug" for "red mug", "drawer" for "left drawer of the desk"."""
    head, of, rest = name.partition(" of ")
    words = head.split()
    tails = {" ".join(words[i:]) for i in range(len(words))}
    return (tails | {tail + of + rest for tail in tails}) - {name}


def preposition_for(thing: Thing) -> str:
    """Return "in" for places that things go in (drawers, boxes, a fridge), else "on"."""
    return "in" if thing.head in CONTAINERS else "on"
