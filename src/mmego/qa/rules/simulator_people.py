"""Facts on what other people did."""

from __future__ import annotations

from collections.abc import Iterator

from mmego.language.timeline import Scene, Step
from mmego.qa.rules.facts import Fact, indices, once, past, put_place, take_source


def others(scene: Scene) -> Iterator[Fact]:
    """What another person did."""
    for person, steps in scene.people.items():
        yield from _handled_by(scene, person, steps)
        deeds = [(step, deed(step)) for step in steps]
        known = [(step, text) for step, text in deeds if text is not None]
        if len(deeds) == 1 and known:
            wordings = (f"What did {person} do?",)
            yield Fact("other_person", "deed", known[0][1], (known[0][0].index,), wordings)
        elif len({text for _, text in deeds}) > 1:
            for word, (step, text) in (("first", deeds[0]), ("last", deeds[-1])):
                if text is not None:
                    wordings = (f"What did {person} do {word}?",)
                    yield Fact("other_person", "deed", text, (step.index,), wordings)


def _handled_by(scene: Scene, person: str, steps: list[Step]) -> Iterator[Fact]:
    """What somebody else picked up and put down, and where."""
    for kind, verb in (("take", "pick up"), ("put", "put down")):
        same = [step for step in steps if step.action.kind == kind]
        names = {step.object_name for step in same}
        if len(names) == 1 and scene.askable(same[0].object_name):
            wordings: tuple[str, ...] = (f"What did {person} {verb}?", f"Which object did {person} {verb}?")
            yield Fact("other_person", "object", same[0].thing.definite, indices(same), wordings)
        elif len(names) > 1:
            for word, step in (("first", same[0]), ("last", same[-1])):
                if scene.askable(step.object_name):
                    wordings = (f"What did {person} {verb} {word}?",)
                    yield Fact("other_person", "object", step.thing.definite, (step.index,), wordings)
        for step in same:
            if not scene.askable(step.object_name) or not once(same, step):
                continue
            x = step.thing.definite
            place = take_source(step) if kind == "take" else put_place(step)
            if place is not None:
                wordings = (
                    f"Where did {person} {'take' if kind == 'take' else 'put'} {x}{' from' if kind == 'take' else ''}?",
                )
                yield Fact(
                    "other_person",
                    "source" if kind == "take" else "place",
                    place.text,
                    (step.index,),
                    wordings,
                )


def deed(step: Step) -> str | None:
    """What was done, in the simple past and short: "picked up the blue book", "walked into the kitchen"; or None."""
    action = step.action
    done = past(action.verb)
    if action.object is None:
        return done if action.rest in ("", action.verb.partition(" ")[2]) else None
    if not action.object.known or action.object.is_body:
        return None
    if done in ("put", "placed", "dropped", "left"):
        done = "put down"
    return f"{done} {action.object.name if action.object.is_person else action.object.definite}"
