"""The timeline of a video: its actions in order, indexed for questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmego.language.parser import parse
from mmego.language.phrases import PUT_PREPOSITIONS, Action, Thing, short_names
from mmego.records import Narration

_PERSON_WORDS = {
    "man": "the man",
    "guy": "the man",
    "woman": "the woman",
    "lady": "the woman",
    "boy": "the boy",
    "girl": "the girl",
    "child": "the child",
    "kid": "the child",
    "baby": "the baby",
    "person": "the other person",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One action of a timeline.

    `index` is the position of its narration in the list given, `order` its position in time among the video's actions.
    """

    index: int
    order: int
    action: Action

    @property
    def thing(self) -> Thing:
        """The object. Only an entry whose `object_name` is not None has it."""
        assert self.action.object is not None
        return self.action.object

    @property
    def object_name(self) -> str | None:
        """The name of the object, or None where it is missing or unknown ("something")."""
        thing = self.action.object
        return thing.name if thing is not None and thing.known else None

    @property
    def place_thing(self) -> Thing:
        """The thing of the place. Only an entry with a place has it."""
        assert self.action.place is not None
        return self.action.place.thing


class Timeline:
    """The actions of a video in time order, with the indexes that questions need.

    `entries` are all actions. `takes_of` and `puts_of` hold the wearer's takes and puts by the name of an askable
    thing, `puts_at` the wearer's puts by (preposition, name of the place), and `people` the actions of other people by
    the name that a question gives them ("the man").
    """

    def __init__(self, narrations: Sequence[Narration]) -> None:
        order = sorted(range(len(narrations)), key=lambda i: (narrations[i].span.start, narrations[i].span.end, i))
        found = [(i, action) for i in order for action in parse(narrations[i])]
        self.entries = [TimelineEntry(i, number, action) for number, (i, action) in enumerate(found)]
        self._vague = _vague_names(self.entries)
        self.takes_of = self._by_object("take")
        self.puts_of = self._by_object("put")
        self.puts_at: dict[tuple[str, str], list[TimelineEntry]] = {}
        for entry in self.by_wearer("put"):
            place = entry.action.place
            if place is not None and place.preposition in PUT_PREPOSITIONS:
                self.puts_at.setdefault((place.preposition, place.thing.name), []).append(entry)
        self.people = _people(self.entries)

    def by_wearer(self, kind: str) -> list[TimelineEntry]:
        """Return the wearer's actions of one kind, in time order."""
        return [entry for entry in self.entries if entry.action.wearer and entry.action.kind == kind]

    def askable(self, name: str | None) -> bool:
        """Return True for a thing that a question can name: not a person, and not the short name of another thing."""
        return name is not None and name not in self._vague and Thing(name).usable

    def taken_after(self, name: str, entry: TimelineEntry) -> bool:
        """Return whether the wearer took the thing again after `entry`."""
        return any(take.order > entry.order for take in self.takes_of.get(name, ()))

    def handled_after(self, name: str, entry: TimelineEntry) -> bool:
        """Return whether anyone took or put the thing after `entry`."""
        return any(s.object_name == name and s.action.kind in ("take", "put") for s in self.entries[entry.order + 1 :])

    def final_states(self, kinds: tuple[str, str]) -> dict[str, TimelineEntry]:
        """Return the last action of either of two opposite `kinds` on each askable thing, by any person."""
        final: dict[str, TimelineEntry] = {}
        for entry in self.entries:
            if entry.action.kind in kinds and entry.object_name is not None and self.askable(entry.object_name):
                final[entry.object_name] = entry
        return final

    def _by_object(self, kind: str) -> dict[str, list[TimelineEntry]]:
        found: dict[str, list[TimelineEntry]] = {}
        for entry in self.by_wearer(kind):
            if entry.object_name is not None and self.askable(entry.object_name):
                found.setdefault(entry.object_name, []).append(entry)
        return found


def _vague_names(entries: Sequence[TimelineEntry]) -> frozenset[str]:
    """Return the names that may also mean another thing of the video, such as "mug" beside "red mug"."""
    names: set[str] = set()
    for entry in entries:
        places = [place.thing.name for place in (entry.action.place, entry.action.source) if place is not None]
        names.update(places, [entry.object_name] if entry.object_name is not None else [])
    return frozenset(names & {short for name in names for short in short_names(name)})


def _people(entries: Sequence[TimelineEntry]) -> dict[str, list[TimelineEntry]]:
    """Return the actions of other people by "the man", "the woman"..., where this name fits only one person."""
    groups: dict[str, dict[str, list[TimelineEntry]]] = {}
    for entry in entries:
        if entry.action.wearer:
            continue
        noun = next((word for word in entry.action.subject.split() if word in _PERSON_WORDS), "person")
        groups.setdefault(_PERSON_WORDS[noun], {}).setdefault(entry.action.actor, []).append(entry)
    if len(groups) > 1:
        groups.pop("the other person", None)
    return {called: next(iter(by_actor.values())) for called, by_actor in groups.items() if len(by_actor) == 1}
