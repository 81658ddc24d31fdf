"""Facts on the order of a simulated day: first and last, right before and right after."""

from __future__ import annotations

from collections.abc import Iterator

from mmego.language.phrases import Thing
from mmego.language.timeline import Timeline, TimelineEntry
from mmego.qa.rules.facts import AnswerKind, Fact, past_tense, place_of, put_place


def first_and_last(timeline: Timeline) -> Iterator[Fact]:
    """Yield the first and the last thing that the wearer picked up, put down or opened."""
    asked: tuple[tuple[str, str, AnswerKind], ...] = (
        ("take", "pick up", "object"),
        ("put", "put down", "object"),
        ("open", "open", "fixture"),
    )
    for kind, verb, answer_kind in asked:
        entries = timeline.by_wearer(kind)
        if len({entry.object_name for entry in entries}) < 2:
            continue
        for word, entry in (("first", entries[0]), ("last", entries[-1])):
            if not timeline.askable(entry.object_name):
                continue
            wordings = [f"What did I {verb} {word}?", f"What was the {word} thing I {past_tense(verb)}?"]
            if kind == "take":
                wordings.append(f"Which object did I take {word}?")
            yield Fact(word, answer_kind, entry.thing.definite, (entry.index,), tuple(wordings))


def neighbours(timeline: Timeline) -> Iterator[Fact]:
    """Yield what the wearer picked up right after, or picked up or put down right before, a unique action."""
    takes, puts = timeline.by_wearer("take"), timeline.by_wearer("put")
    for anchor in (*takes, *puts, *timeline.by_wearer("open")):
        anchor_phrase = _unique_phrase(timeline, anchor)
        if anchor_phrase is None:
            continue
        following = next((entry for entry in takes if entry.order > anchor.order), None)
        if _differ(timeline, following, anchor) and following is not None:
            wordings = (
                f"What did I pick up right after I {anchor_phrase}?",
                f"What did I take next after I {anchor_phrase}?",
            )
            yield Fact("after", "object", following.thing.definite, (anchor.index, following.index), wordings)
        if anchor.action.kind != "take":
            continue
        for entries, verb in ((takes, "pick up"), (puts, "put down")):
            previous = next((entry for entry in reversed(entries) if entry.order < anchor.order), None)
            if _differ(timeline, previous, anchor) and previous is not None:
                wordings = (
                    f"What did I {verb} right before I {anchor_phrase}?",
                    f"What did I {verb} just before I {anchor_phrase}?",
                )
                yield Fact("before", "object", previous.thing.definite, (previous.index, anchor.index), wordings)


def _differ(timeline: Timeline, entry: TimelineEntry | None, anchor: TimelineEntry) -> bool:
    """Return whether `entry` can be the answer beside `anchor`: it has another thing and another narration."""
    return (
        entry is not None
        and timeline.askable(entry.object_name)
        and entry.object_name != anchor.object_name
        and entry.index != anchor.index
    )


def _unique_phrase(timeline: Timeline, anchor: TimelineEntry) -> str | None:
    """Return the anchor in words ("put the red mug on the desk") if it happened only once, else None."""
    if not timeline.askable(anchor.object_name):
        return None
    same = [
        entry for entry in timeline.by_wearer(anchor.action.kind) if entry.object_name in (anchor.object_name, None)
    ]
    x: Thing = anchor.thing
    if anchor.action.kind == "put":
        place = put_place(anchor)
        there = [entry for entry in same if place_of(entry) == place_of(anchor) or entry.object_name is None]
        if len(same) == 1:
            return f"put down {x.definite}" if place is None else f"put {x.definite} {place.text}"
        return f"put {x.definite} {place.text}" if place is not None and len(there) == 1 else None
    if len(same) > 1:
        return None
    return f"picked up {x.definite}" if anchor.action.kind == "take" else f"opened {x.definite}"
