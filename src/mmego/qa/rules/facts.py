"""Facts, each the basis of one question with a sure answer, and helpers for the functions that find them.

A fact has a category, an answer, the narrations that prove it, and wordings that all ask for it. A question about
something that happened more than once says "first" or "last". Facts do not depend on a seed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mmego.language.lexicon import number_word, past_form
from mmego.language.phrases import PUT_PREPOSITIONS, Place
from mmego.language.timeline import TimelineEntry

AnswerKind = Literal[
    "place", "source", "object", "fixture", "switch", "colour", "count", "action", "tool", "hand", "yes_no"
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One question with a sure answer; see the module's docstring.

    `narrations` are indices into the list of narrations. `share` is the chance that the fact becomes a question; it is
    below 1 where the answer would otherwise be easy to guess. `worth` ranks the facts of a category.
    """

    category: str
    kind: AnswerKind
    answer: str
    narrations: tuple[int, ...]
    wordings: tuple[str, ...]
    share: float = 1.0
    worth: float = 0.0


Draft = list[tuple[Fact, str]]
"""Facts with their questions that are kept or dropped together: a single one, or a yes/no pair."""


def times_phrase(number: int) -> str:
    """Return the number of times in words: "one time", "two times"."""
    return f"{number_word(number)} {'time' if number == 1 else 'times'}"


def past_tense(verb: str) -> str:
    """Return the simple past of a verb with its particle ("pick up" -> "picked up")."""
    base, _, particle = verb.partition(" ")
    return f"{past_form(base)} {particle}".strip()


def put_place(entry: TimelineEntry) -> Place | None:
    """Return where a thing was put, None where the narration does not say."""
    place = entry.action.place
    return place if place is not None and place.preposition in PUT_PREPOSITIONS else None


def take_source(entry: TimelineEntry) -> Place | None:
    """Return where a thing was taken from ("picks a knife in the drawer" counts), None where it is not known."""
    if entry.action.source is not None:
        return entry.action.source
    place = entry.action.place
    return Place("from", place.thing) if place is not None and place.preposition in ("on", "in") else None


def place_of(entry: TimelineEntry) -> str | None:
    """Return the name of the place that a thing was put in or taken from."""
    place = put_place(entry) if entry.action.kind == "put" else take_source(entry)
    return place.thing.name if place is not None else None


def narration_indices(entries: Iterable[TimelineEntry]) -> tuple[int, ...]:
    """Return the narrations of the entries, each once."""
    return tuple(dict.fromkeys(entry.index for entry in entries))


def is_unique(entries: Iterable[TimelineEntry], entry: TimelineEntry) -> bool:
    """Return whether no other entry has the same thing."""
    return sum(other.object_name == entry.object_name for other in entries) == 1
