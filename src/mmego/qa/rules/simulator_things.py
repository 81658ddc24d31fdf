"""Facts on things: where they were put and taken from, what lies where, and their colours."""

from __future__ import annotations

from collections.abc import Iterator

from mmego.language.phrases import short_names
from mmego.language.timeline import Timeline, TimelineEntry
from mmego.qa.rules.facts import Fact, is_unique, narration_indices, place_of, put_place, take_source


def where_put(timeline: Timeline) -> Iterator[Fact]:
    """Yield where a thing was put: the only time, or the first and the last time."""
    for name, puts in timeline.puts_of.items():
        x, last = puts[-1].thing.definite, puts[-1]
        places = [put_place(entry) for entry in puts]
        if places[-1] is not None and not timeline.taken_after(name, last):
            wordings = [f"Where did I last put {x}?", f"Where did I put {x} last?"]
            if len(puts) == 1:
                wordings = [f"Where did I put {x}?", f"Where did I place {x}?", f"Where did I put down {x}?"]
            if not timeline.handled_after(name, last):
                wordings += [f"Where did I leave {x}?"]
            yield Fact("where_put", "place", places[-1].text, (last.index,), tuple(wordings))
        if len(puts) > 1 and places[0] is not None and places[-1] is not None and places[0] != places[-1]:
            wordings = [f"Where did I first put {x}?", f"Where did I put {x} first?"]
            yield Fact("where_put", "place", places[0].text, (puts[0].index,), tuple(wordings))


def where_taken(timeline: Timeline) -> Iterator[Fact]:
    """Yield where a thing was taken from: the only time, or the first and the last time."""
    for takes in timeline.takes_of.values():
        x = takes[-1].thing.definite
        sources = [take_source(entry) for entry in takes]
        if len(takes) == 1 and sources[0] is not None:
            wordings = [
                f"Where did I take {x} from?",
                f"Where did I pick up {x} from?",
                f"Where did I get {x} from?",
            ]
            yield Fact("where_taken", "source", sources[0].text, (takes[0].index,), tuple(wordings))
        if len(takes) > 1 and sources[0] is not None and sources[-1] is not None and sources[0] != sources[-1]:
            for word, place, entry in (("first", sources[0], takes[0]), ("last", sources[-1], takes[-1])):
                wordings = [f"Where did I {word} take {x} from?", f"Where did I {word} pick up {x} from?"]
                yield Fact("where_taken", "source", place.text, (entry.index,), tuple(wordings))


def put_on(timeline: Timeline) -> Iterator[Fact]:
    """Yield what was put on or in a place: the only thing, the first and the last of several, the one still there."""
    for (preposition, place), puts in timeline.puts_at.items():
        things = list(dict.fromkeys(entry.object_name for entry in puts))
        where = f"{preposition} {puts[-1].place_thing.definite}"
        if None in things or not timeline.askable(place):
            continue
        still = _still_there(timeline, place, puts)
        asking_now = [f"What is {where} that I put there?", f"What is still {where} that I put there?"]
        if len(things) == 1 and timeline.askable(things[0]):
            wordings = [
                f"What did I put {where}?",
                f"Which object did I put {where}?",
                f"What did I place {where}?",
            ]
            wordings += asking_now if still is not None else []
            yield Fact("put_on", "object", puts[-1].thing.definite, narration_indices(puts), tuple(wordings))
        if len(things) > 1:
            for word, entry in (("first", puts[0]), ("last", puts[-1])):
                if timeline.askable(entry.object_name) and is_unique(puts, entry):
                    wordings = [
                        f"What did I put {where} {word}?",
                        f"What was the {word} thing I put {where}?",
                    ]
                    yield Fact("put_on", "object", entry.thing.definite, (entry.index,), tuple(wordings))
            if still is not None:
                yield Fact("put_on", "object", still.thing.definite, (still.index,), tuple(asking_now))


def _still_there(timeline: Timeline, place: str, puts: list[TimelineEntry]) -> TimelineEntry | None:
    """Return the last put of the one thing that is still in `place`, by the narrations, else None.

    Return None where several things or none are left, and where an action without a thing or a place may have changed
    that. Return None also where another person acts, because people may take things unseen. (A person whom no narration
    mentions may do so, too: the rules cannot know.)
    """
    if not all(entry.action.wearer for entry in timeline.entries):
        return None
    if not all(timeline.askable(entry.object_name) for entry in puts):
        return None
    everywhere = [put_place(entry) for entry in timeline.by_wearer("put")]
    if any(where is None or where.thing.name in short_names(place) for where in everywhere):
        return None
    latest = {entry.thing.name: entry for entry in puts}
    left = [entry for name, entry in latest.items() if not timeline.taken_after(name, entry)]
    if len(left) != 1:
        return None
    # A take without a name ("something") may be of this thing, and any action on it may have moved it.
    names = {left[0].thing.name, *short_names(left[0].thing.name)}
    for entry in timeline.entries[left[0].order + 1 :]:
        if entry.object_name in names or (entry.object_name is None and entry.action.kind in ("take", "put")):
            return None
    return left[0]


def colours(timeline: Timeline) -> Iterator[Fact]:
    """Yield the colour of the only thing of its kind that was put in a place or taken from it."""
    for kind, phrase in (("put", "put"), ("take", "picked up")):
        entries = timeline.by_wearer(kind)
        for entry in entries:
            place = put_place(entry) if kind == "put" else take_source(entry)
            if place is None or entry.object_name is None or entry.thing.colour is None:
                continue
            if not timeline.askable(place.thing.name):
                continue
            competing = {
                other.object_name
                for other in entries
                if (other.object_name is None or other.thing.kind == entry.thing.kind)
                and place_of(other) == place_of(entry)
            }
            if competing != {entry.object_name}:
                continue
            asked = f"{'were' if entry.thing.plural else 'was'} the {entry.thing.kind} that I {phrase} {place.text}?"
            same = [
                other
                for other in entries
                if other.object_name == entry.object_name and place_of(other) == place_of(entry)
            ]
            if same[0] is entry:
                wordings = (f"Which colour {asked}", f"What colour {asked}")
                yield Fact("colour", "colour", entry.thing.colour, narration_indices(same), wordings)
