"""Facts: what can be asked of a video's narrations with one sure answer, and what their makers share.

A fact is a question's meaning: category, answer, the narrations that prove it, and wordings that all ask for it.
What happened more than once is asked about with "first" or "last", or not at all. Facts do not depend on any seed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mmego.language.lexicon import number_word, past_form
from mmego.language.phrases import PUT_PREPOSITIONS, Place
from mmego.language.timeline import Step

AnswerKind = Literal[
    "place", "source", "object", "fixture", "switch", "colour", "count", "deed", "tool", "hand", "yes_no"
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One question with a sure answer; see the module's docstring.

    `narrations` are indices into the scene's list; `share` is the part of such facts to be asked, below 1 where their
    answer would otherwise be a good blind guess; `worth` ranks the facts of a category where not all have room.
    """

    category: str
    kind: AnswerKind
    answer: str
    narrations: tuple[int, ...]
    wordings: tuple[str, ...]
    share: float = 1.0
    worth: float = 0.0


Draft = list[tuple[Fact, str]]
"""What is kept or dropped as one: a single fact with its question, or a yes/no pair."""


def times(number: int) -> str:
    """ "one time", "two times"."""
    return f"{number_word(number)} {'time' if number == 1 else 'times'}"


def past(verb: str) -> str:
    """The past of a verb with its particle ("pick up" -> "picked up")."""
    base, _, particle = verb.partition(" ")
    return f"{past_form(base)} {particle}".strip()


def put_place(step: Step) -> Place | None:
    """Where a thing was put, None where the narration does not say."""
    place = step.action.place
    return place if place is not None and place.preposition in PUT_PREPOSITIONS else None


def take_source(step: Step) -> Place | None:
    """Where a thing was taken from; "picks a knife in the drawer" counts."""
    if step.action.source is not None:
        return step.action.source
    place = step.action.place
    return Place("from", place.thing) if place is not None and place.preposition in ("on", "in") else None


def place_of(step: Step) -> str | None:
    """The name of the place a thing was put in or taken from."""
    place = put_place(step) if step.action.kind == "put" else take_source(step)
    return place.thing.name if place is not None else None


def indices(steps: Iterable[Step]) -> tuple[int, ...]:
    """The steps' narrations, each once."""
    return tuple(dict.fromkeys(step.index for step in steps))


def once(steps: Iterable[Step], step: Step) -> bool:
    """True if no other of `steps` has the same thing."""
    return sum(other.object_name == step.object_name for other in steps) == 1
