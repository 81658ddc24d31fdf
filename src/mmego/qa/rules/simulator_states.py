"""Facts on doors and switches, and on how often something was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mmego.language.lexicon import number_word
from mmego.language.timeline import Scene
from mmego.qa.rules.facts import AnswerKind, Fact, indices, past, times

MOST_COUNTED = 8
# Nearly everything is picked up, opened and put down once. Over 500 simulated videos each time more is about 0.37 as
# frequent as the one before, up to four times; the shares of `_share` make one to four about equally frequent.
_EACH_TIME_MORE = 0.37


def closed(scene: Scene) -> Iterator[Fact]:
    """What was left open, and what was closed first and last."""
    final = scene.final_states(("open", "close"))
    left = [step for step in final.values() if step.action.kind == "open"]
    if len(final) > 1 and len(left) == 1 and left[0].action.wearer:
        wordings = ("What did I leave open?", "What did I forget to close?")
        yield Fact("closed", "fixture", left[0].thing.definite, (left[0].index,), wordings)
    yield from _ends(scene, "close", "closed", "fixture")


def switched(scene: Scene) -> Iterator[Fact]:
    """What was switched on or off, and what was left on."""
    final = scene.final_states(("switch on", "switch off"))
    left = [step for step in final.values() if step.action.kind == "switch on"]
    if len(final) > 1 and len(left) == 1 and left[0].action.wearer:
        wordings = ("What did I leave on?", "What did I forget to switch off?")
        yield Fact("switched", "switch", left[0].thing.definite, (left[0].index,), wordings)
    for kind in ("switch on", "switch off"):
        yield from _ends(scene, kind, "switched", "switch")


def _ends(scene: Scene, kind: str, category: str, answer_kind: AnswerKind) -> Iterator[Fact]:
    """The only thing of this kind of deed, or the first and the last of several."""
    steps = scene.mine(kind)
    names = {step.object_name for step in steps}
    if len(names) == 1 and kind != "close" and scene.askable(steps[0].object_name):
        wordings = (f"What did I {kind}?", f"Which thing did I {kind}?")
        yield Fact(category, answer_kind, steps[0].thing.definite, indices(steps), wordings)
    if len(names) < 2:
        return
    for word, step in (("first", steps[0]), ("last", steps[-1])):
        if scene.askable(step.object_name):
            wordings = (f"What did I {kind} {word}?", f"What was the {word} thing I {past(kind)}?")
            yield Fact(category, answer_kind, step.thing.definite, (step.index,), wordings)


def counts(scene: Scene) -> Iterator[Fact]:
    """How often something was picked up, opened or walked into, and how many things were put in a place."""
    for kind, verb in (("take", "pick up"), ("open", "open"), ("enter", "walk into")):
        steps = scene.mine(kind)
        if any(step.object_name is None for step in steps):
            continue  # "picks something" may be one more
        for name, number in Counter(step.object_name for step in steps).items():
            if name is not None and scene.askable(name) and number <= MOST_COUNTED:
                same = [step for step in steps if step.object_name == name]
                wordings = (f"How many times did I {verb} {same[-1].thing.definite}?",)
                share = 1.0 if kind == "enter" else _share(number)
                yield Fact("count", "count", times(number), indices(same), wordings, share)
    for (preposition, place), puts in scene.puts_at.items():
        things = {step.object_name for step in puts}
        if None not in things and scene.askable(place) and len(things) == len(puts) <= MOST_COUNTED:
            where = f"{preposition} {puts[-1].place_thing.definite}"
            answer = f"{number_word(len(puts))} {'thing' if len(puts) == 1 else 'things'}"
            wordings = (f"How many things did I put {where}?",)
            yield Fact("count", "count", answer, indices(puts), wordings, _share(len(puts)))


def _share(number: int) -> float:
    return float(_EACH_TIME_MORE ** max(0, 4 - number))
