"""What the grammar finds in a narration: things, places and actions."""

from __future__ import annotations

from dataclasses import dataclass

from mmego.language.lexicon import BODY, CONTAINERS, PEOPLE, UNKNOWN, is_colour

PUT_PREPOSITIONS = frozenset(("on", "in", "under", "next to", "behind", "near", "against", "in front of", "over"))
"""After these stands where a thing was put."""
_POSSESSIVE = frozenset(("his", "her", "their", "my"))


@dataclass(frozen=True, slots=True)
class Thing:
    """A noun phrase: `name` without its article ("red mug", "drawer of the dresser")."""

    name: str
    article: str = ""

    @property
    def colour(self) -> str | None:
        """The colour its name begins with."""
        first = self.name.split()[0]
        return first if is_colour(first) and first != self.name else None

    @property
    def kind(self) -> str:
        """The name without the colour ("mug")."""
        return self.name.split(" ", 1)[1] if self.colour else self.name

    @property
    def head(self) -> str:
        """The noun it all hangs on ("mug", "drawer")."""
        return self.name.split(" of ")[0].split()[-1]

    @property
    def plural(self) -> bool:
        """True for "keys" and the like."""
        return self.head.endswith("s") and not self.head.endswith(("ss", "us", "is", "as", "lens"))

    @property
    def known(self) -> bool:
        """False for "something", "it" and the like."""
        return self.name not in UNKNOWN and self.head not in UNKNOWN

    @property
    def is_person(self) -> bool:
        """True for "man X", "C" and other people."""
        return self.head in PEOPLE or len(self.name) == 1 or self.name.split()[0] in PEOPLE

    @property
    def is_body(self) -> bool:
        """True for parts of the body."""
        return self.head in BODY

    @property
    def usable(self) -> bool:
        """True for a thing one can ask about: it is named, and neither somebody nor part of a body."""
        return self.known and not self.is_person and not self.is_body

    @property
    def definite(self) -> str:
        """With the definite article ("the red mug"); one's own things keep their owner ("my phone")."""
        return f"{'my' if self.article in _POSSESSIVE else 'the'} {self.name}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: preposition and thing ("on", coffee table)."""

    preposition: str
    thing: Thing

    @property
    def text(self) -> str:
        """ "on the coffee table"."""
        return f"{self.preposition} {self.thing.definite}"


@dataclass(frozen=True, slots=True)
class Action:
    """What one clause of a narration says.

    `actor` is the narration's letter and `subject` its words for somebody else ("man X"), "" for the wearer. `verb`
    is the base form with its particle ("pick up"), `kind` what it amounts to (``take``, ``put``, ``open``, ``close``,
    ``switch on``, ``switch off``, ``enter``) or the verb itself. `source` follows "from", `place` says where the thing
    ends up or, for a take without "from", lay; `hand` is ``left``, ``right``, ``both`` or None; `tool` follows "with";
    `rest` is everything after the verb, as narrated; `continued` is true of what goes on ("continues stirring").
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


def shortened(name: str) -> set[str]:
    """What may stand for `name` in short: "mug" for "red mug", "drawer" for "left drawer of the desk"."""
    head, of, rest = name.partition(" of ")
    words = head.split()
    tails = {" ".join(words[i:]) for i in range(len(words))}
    return (tails | {tail + of + rest for tail in tails}) - {name}


def preposition_for(thing: Thing) -> str:
    """ "in" for what one puts things in (drawers, boxes, a fridge), else "on"."""
    return "in" if thing.head in CONTAINERS else "on"
