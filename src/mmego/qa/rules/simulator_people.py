"""Facts on what other people did, from their narrated actions."""

from __future__ import annotations

from collections.abc import Iterator

from mmego.language.timeline import Timeline, TimelineEntry
from mmego.qa.rules.facts import Fact, is_unique, narration_indices, past_tense, put_place, take_source


def others(timeline: Timeline) -> Iterator[Fact]:
    """Yield what each other person did."""
    for person, entries in timeline.people.items():
        yield from _handled_by(timeline, person, entries)
        phrases = [(entry, short_past_phrase(entry)) for entry in entries]
        known = [(entry, text) for entry, text in phrases if text is not None]
        if len(phrases) == 1 and known:
            wordings = (f"What did {person} do?",)
            yield Fact("other_person", "action", known[0][1], (known[0][0].index,), wordings)
        elif len({text for _, text in phrases}) > 1:
            for word, (entry, text) in (("first", phrases[0]), ("last", phrases[-1])):
                if text is not None:
                    wordings = (f"What did {person} do {word}?",)
                    yield Fact("other_person", "action", text, (entry.index,), wordings)


def _handled_by(timeline: Timeline, person: str, entries: list[TimelineEntry]) -> Iterator[Fact]:
    """Yield what another person picked up and put down, and where."""
    for kind, verb in (("take", "pick up"), ("put", "put down")):
        same = [entry for entry in entries if entry.action.kind == kind]
        names = {entry.object_name for entry in same}
        if len(names) == 1 and timeline.askable(same[0].object_name):
            wordings: tuple[str, ...] = (f"What did {person} {verb}?", f"Which object did {person} {verb}?")
            yield Fact("other_person", "object", same[0].thing.definite, narration_indices(same), wordings)
        elif len(names) > 1:
            for word, entry in (("first", same[0]), ("last", same[-1])):
                if timeline.askable(entry.object_name):
                    wordings = (f"What did {person} {verb} {word}?",)
                    yield Fact("other_person", "object", entry.thing.definite, (entry.index,), wordings)
        for entry in same:
            if not timeline.askable(entry.object_name) or not is_unique(same, entry):
                continue
            x = entry.thing.definite
            place = take_source(entry) if kind == "take" else put_place(entry)
            if place is not None:
                wordings = (
                    f"Where did {person} {'take' if kind == 'take' else 'put'} {x}{' from' if kind == 'take' else ''}?",
                )
                yield Fact(
                    "other_person",
                    "source" if kind == "take" else "place",
                    place.text,
                    (entry.index,),
                    wordings,
                )


def short_past_phrase(entry: TimelineEntry) -> str | None:
    """Return the action in the simple past without places ("picked up the blue book"), None if that is not possible."""
    action = entry.action
    done = past_tense(action.verb)
    if action.object is None:
        return done if action.rest in ("", action.verb.partition(" ")[2]) else None
    if not action.object.known or action.object.is_body:
        return None
    if done in ("put", "placed", "dropped", "left"):
        done = "put down"
    return f"{done} {action.object.name if action.object.is_person else action.object.definite}"
