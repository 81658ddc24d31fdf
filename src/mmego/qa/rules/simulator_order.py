"""Facts on the order of things: first and last, right before and right after."""

from __future__ import annotations

from collections.abc import Iterator

from mmego.language.phrases import Thing
from mmego.language.timeline import Scene, Step
from mmego.qa.rules.facts import AnswerKind, Fact, past, place_of, put_place


def first_and_last(scene: Scene) -> Iterator[Fact]:
    """The first and the last thing picked up, put down or opened."""
    asked: tuple[tuple[str, str, AnswerKind], ...] = (
        ("take", "pick up", "object"),
        ("put", "put down", "object"),
        ("open", "open", "fixture"),
    )
    for kind, verb, answer_kind in asked:
        steps = scene.mine(kind)
        if len({step.object_name for step in steps}) < 2:
            continue
        for word, step in (("first", steps[0]), ("last", steps[-1])):
            if not scene.askable(step.object_name):
                continue
            wordings = [f"What did I {verb} {word}?", f"What was the {word} thing I {past(verb)}?"]
            if kind == "take":
                wordings.append(f"Which object did I take {word}?")
            yield Fact(word, answer_kind, step.thing.definite, (step.index,), tuple(wordings))


def neighbours(scene: Scene) -> Iterator[Fact]:
    """What was picked up right after, or picked up or put down right before, something that happened once."""
    takes, puts = scene.mine("take"), scene.mine("put")
    for anchor in (*takes, *puts, *scene.mine("open")):
        said = _once_said(scene, anchor)
        if said is None:
            continue
        following = next((step for step in takes if step.order > anchor.order), None)
        if _differ(scene, following, anchor) and following is not None:
            wordings = (f"What did I pick up right after I {said}?", f"What did I take next after I {said}?")
            yield Fact("after", "object", following.thing.definite, (anchor.index, following.index), wordings)
        if anchor.action.kind != "take":
            continue
        for steps, verb in ((takes, "pick up"), (puts, "put down")):
            previous = next((step for step in reversed(steps) if step.order < anchor.order), None)
            if _differ(scene, previous, anchor) and previous is not None:
                wordings = (
                    f"What did I {verb} right before I {said}?",
                    f"What did I {verb} just before I {said}?",
                )
                yield Fact("before", "object", previous.thing.definite, (previous.index, anchor.index), wordings)


def _differ(scene: Scene, step: Step | None, anchor: Step) -> bool:
    """True if `step` can be the answer beside `anchor`: another thing, with a name, told by another narration."""
    return (
        step is not None
        and scene.askable(step.object_name)
        and step.object_name != anchor.object_name
        and step.index != anchor.index
    )


def _once_said(scene: Scene, anchor: Step) -> str | None:
    """The anchor in words ("put the red mug on the desk") if it happened just once, else None."""
    if not scene.askable(anchor.object_name):
        return None
    same = [step for step in scene.mine(anchor.action.kind) if step.object_name in (anchor.object_name, None)]
    x: Thing = anchor.thing
    if anchor.action.kind == "put":
        place = put_place(anchor)
        alike = [step for step in same if place_of(step) == place_of(anchor) or step.object_name is None]
        if len(same) == 1:
            return f"put down {x.definite}" if place is None else f"put {x.definite} {place.text}"
        return f"put {x.definite} {place.text}" if place is not None and len(alike) == 1 else None
    if len(same) > 1:
        return None
    return f"picked up {x.definite}" if anchor.action.kind == "take" else f"opened {x.definite}"
