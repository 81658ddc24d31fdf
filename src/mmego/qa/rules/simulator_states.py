"""Facts on the states of doors and switches, and on how often something happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mmego.language.lexicon import number_word
from mmego.language.timeline import Timeline
from mmego.qa.rules.facts import AnswerKind, Fact, narration_indices, past_tense, times_phrase

MOST_COUNTED = 8
# Most things are picked up, opened or put down once. Over 500 simulated videos, each count up to four is about 0.37
# times as frequent as the count before it; the shares of `_share` make one to four about equally frequent.
_EACH_TIME_MORE = 0.37


def closed(timeline: Timeline) -> Iterator[Fact]:
    """Yield what the wearer left open, and what was closed first and last."""
    final = timeline.final_states(("open", "close"))
    left = [entry for entry in final.values() if entry.action.kind == "open"]
    if len(final) > 1 and len(left) == 1 and left[0].action.wearer:
        wordings = ("What did I leave open?", "What did I forget to close?")
        yield Fact("closed", "fixture", left[0].thing.definite, (left[0].index,), wordings)
    yield from _ends(timeline, "close", "closed", "fixture")


def switched(timeline: Timeline) -> Iterator[Fact]:
    """Yield what the wearer switched on or off, and what was left on."""
    final = timeline.final_states(("switch on", "switch off"))
    left = [entry for entry in final.values() if entry.action.kind == "switch on"]
    if len(final) > 1 and len(left) == 1 and left[0].action.wearer:
        wordings = ("What did I leave on?", "What did I forget to switch off?")
        yield Fact("switched", "switch", left[0].thing.definite, (left[0].index,), wordings)
    for kind in ("switch on", "switch off"):
        yield from _ends(timeline, kind, "switched", "switch")


def _ends(timeline: Timeline, kind: str, category: str, answer_kind: AnswerKind) -> Iterator[Fact]:
    """Yield the only thing with this kind of action, or the first and the last of several."""
    entries = timeline.by_wearer(kind)
    names = {entry.object_name for entry in entries}
    if len(names) == 1 and kind != "close" and timeline.askable(entries[0].object_name):
        wordings = (f"What did I {kind}?", f"Which thing did I {kind}?")
        yield Fact(category, answer_kind, entries[0].thing.definite, narration_indices(entries), wordings)
    if len(names) < 2:
        return
    for word, entry in (("first", entries[0]), ("last", entries[-1])):
        if timeline.askable(entry.object_name):
            wordings = (f"What did I {kind} {word}?", f"What was the {word} thing I {past_tense(kind)}?")
            yield Fact(category, answer_kind, entry.thing.definite, (entry.index,), wordings)


def counts(timeline: Timeline) -> Iterator[Fact]:
    """Yield how often the wearer picked up, opened or entered something, and how many things were put in a place."""
    for kind, verb in (("take", "pick up"), ("open", "open"), ("enter", "walk into")):
        entries = timeline.by_wearer(kind)
        if any(entry.object_name is None for entry in entries):
            continue  # "picks something" may be one more
        for name, number in Counter(entry.object_name for entry in entries).items():
            if name is not None and timeline.askable(name) and number <= MOST_COUNTED:
                same = [entry for entry in entries if entry.object_name == name]
                wordings = (f"How many times did I {verb} {same[-1].thing.definite}?",)
                share = 1.0 if kind == "enter" else _share(number)
                yield Fact("count", "count", times_phrase(number), narration_indices(same), wordings, share)
    for (preposition, place), puts in timeline.puts_at.items():
        things = {entry.object_name for entry in puts}
        if None not in things and timeline.askable(place) and len(things) == len(puts) <= MOST_COUNTED:
            where = f"{preposition} {puts[-1].place_thing.definite}"
            answer = f"{number_word(len(puts))} {'thing' if len(puts) == 1 else 'things'}"
            wordings = (f"How many things did I put {where}?",)
            yield Fact("count", "count", answer, narration_indices(puts), wordings, _share(len(puts)))


def _share(number: int) -> float:
    return float(_EACH_TIME_MORE ** max(0, 4 - number))
