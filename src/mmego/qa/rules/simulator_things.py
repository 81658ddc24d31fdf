"""Facts on things: where they were put and taken from, what lies where, of which colour."""

from __future__ import annotations

from collections.abc import Iterator

from mmego.language.phrases import shortened
from mmego.language.timeline import Scene, Step
from mmego.qa.rules.facts import Fact, indices, once, place_of, put_place, take_source


def where_put(scene: Scene) -> Iterator[Fact]:
    """Where a thing was put: the only time, or the first and the last time."""
    for name, puts in scene.puts_of.items():
        x, last = puts[-1].thing.definite, puts[-1]
        places = [put_place(step) for step in puts]
        if places[-1] is not None and not scene.taken_after(name, last):
            wordings = [f"Where did I last put {x}?", f"Where did I put {x} last?"]
            if len(puts) == 1:
                wordings = [f"Where did I put {x}?", f"Where did I place {x}?", f"Where did I put down {x}?"]
            if not scene.handled_after(name, last):
                wordings += [f"Where did I leave {x}?"]
            yield Fact("where_put", "place", places[-1].text, (last.index,), tuple(wordings))
        if len(puts) > 1 and places[0] is not None and places[-1] is not None and places[0] != places[-1]:
            wordings = [f"Where did I first put {x}?", f"Where did I put {x} first?"]
            yield Fact("where_put", "place", places[0].text, (puts[0].index,), tuple(wordings))


def where_taken(scene: Scene) -> Iterator[Fact]:
    """Where a thing was taken from: the only time, or the first and the last time."""
    for takes in scene.takes_of.values():
        x = takes[-1].thing.definite
        sources = [take_source(step) for step in takes]
        if len(takes) == 1 and sources[0] is not None:
            wordings = [
                f"Where did I take {x} from?",
                f"Where did I pick up {x} from?",
                f"Where did I get {x} from?",
            ]
            yield Fact("where_taken", "source", sources[0].text, (takes[0].index,), tuple(wordings))
        if len(takes) > 1 and sources[0] is not None and sources[-1] is not None and sources[0] != sources[-1]:
            for word, place, step in (("first", sources[0], takes[0]), ("last", sources[-1], takes[-1])):
                wordings = [f"Where did I {word} take {x} from?", f"Where did I {word} pick up {x} from?"]
                yield Fact("where_taken", "source", place.text, (step.index,), tuple(wordings))


def put_on(scene: Scene) -> Iterator[Fact]:
    """What was put on or in a place: the only thing, the first and the last of several, and the one still there."""
    for (preposition, place), puts in scene.puts_at.items():
        things = list(dict.fromkeys(step.object_name for step in puts))
        where = f"{preposition} {puts[-1].place_thing.definite}"
        if None in things or not scene.askable(place):
            continue
        still = _still_there(scene, place, puts)
        asking_now = [f"What is {where} that I put there?", f"What is still {where} that I put there?"]
        if len(things) == 1 and scene.askable(things[0]):
            wordings = [
                f"What did I put {where}?",
                f"Which object did I put {where}?",
                f"What did I place {where}?",
            ]
            wordings += asking_now if still is not None else []
            yield Fact("put_on", "object", puts[-1].thing.definite, indices(puts), tuple(wordings))
        if len(things) > 1:
            for word, step in (("first", puts[0]), ("last", puts[-1])):
                if scene.askable(step.object_name) and once(puts, step):
                    wordings = [
                        f"What did I put {where} {word}?",
                        f"What was the {word} thing I put {where}?",
                    ]
                    yield Fact("put_on", "object", step.thing.definite, (step.index,), tuple(wordings))
            if still is not None:
                yield Fact("put_on", "object", still.thing.definite, (still.index,), tuple(asking_now))


def _still_there(scene: Scene, place: str, puts: list[Step]) -> Step | None:
    """The last put of the only one of the things `puts` put in `place` that is still there, by what is told.

    None where several or none are left, where a put or take that leaves thing or place open may have changed it, and
    where anybody else is told of: they take things unseen. Whoever is there and never told of may do so too.
    """
    if not all(step.action.wearer for step in scene.steps):
        return None
    if not all(scene.askable(step.object_name) for step in puts):
        return None
    everywhere = [put_place(step) for step in scene.mine("put")]
    if any(where is None or where.thing.name in shortened(place) for where in everywhere):
        return None
    latest = {step.thing.name: step for step in puts}
    left = [step for name, step in latest.items() if not scene.taken_after(name, step)]
    if len(left) != 1:
        return None
    # A take without a name ("something") may be of this thing, and whatever is done with it may have moved it.
    names = {left[0].thing.name, *shortened(left[0].thing.name)}
    for step in scene.steps[left[0].order + 1 :]:
        if step.object_name in names or (step.object_name is None and step.action.kind in ("take", "put")):
            return None
    return left[0]


def colours(scene: Scene) -> Iterator[Fact]:
    """The colour of the only thing of its kind that was put in, or taken from, a place."""
    for kind, phrase in (("put", "put"), ("take", "picked up")):
        steps = scene.mine(kind)
        for step in steps:
            place = put_place(step) if kind == "put" else take_source(step)
            if place is None or step.object_name is None or step.thing.colour is None:
                continue
            if not scene.askable(place.thing.name):
                continue
            rivals = {
                other.object_name
                for other in steps
                if (other.object_name is None or other.thing.kind == step.thing.kind)
                and place_of(other) == place_of(step)
            }
            if rivals != {step.object_name}:
                continue
            asked = f"{'were' if step.thing.plural else 'was'} the {step.thing.kind} that I {phrase} {place.text}?"
            same = [
                other for other in steps if other.object_name == step.object_name and place_of(other) == place_of(step)
            ]
            if same[0] is step:
                wordings = (f"Which colour {asked}", f"What colour {asked}")
                yield Fact("colour", "colour", step.thing.colour, indices(same), wordings)
