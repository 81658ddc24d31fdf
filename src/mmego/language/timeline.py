"""The actions of one video, indexed for asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmego.language.parser import parse
from mmego.language.phrases import PUT_PREPOSITIONS, Action, Thing, shortened
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
class Step:
    """One action: `index` of its narration in the list given, `order` in time among all actions of the video."""

    index: int
    order: int
    action: Action

    @property
    def thing(self) -> Thing:
        """The object; only for steps whose `object_name` is not None."""
        assert self.action.object is not None
        return self.action.object

    @property
    def object_name(self) -> str | None:
        """The object's name, or None where it is missing or unknown ("something")."""
        thing = self.action.object
        return thing.name if thing is not None and thing.known else None

    @property
    def place_thing(self) -> Thing:
        """The thing of its place; only for steps that have one."""
        assert self.action.place is not None
        return self.action.place.thing


class Scene:
    """A video's actions in time order, with the indexes that questions need.

    `takes_of` and `puts_of` hold the wearer's takes and puts by the name of an askable thing, `puts_at` the wearer's
    puts by (preposition, name of the place), `people` the others' actions by what a question calls them.
    """

    def __init__(self, narrations: Sequence[Narration]) -> None:
        order = sorted(range(len(narrations)), key=lambda i: (narrations[i].span.start, narrations[i].span.end, i))
        found = [(i, action) for i in order for action in parse(narrations[i])]
        self.steps = [Step(i, number, action) for number, (i, action) in enumerate(found)]
        self._vague = _vague_names(self.steps)
        self.takes_of = self._by_object("take")
        self.puts_of = self._by_object("put")
        self.puts_at: dict[tuple[str, str], list[Step]] = {}
        for step in self.mine("put"):
            place = step.action.place
            if place is not None and place.preposition in PUT_PREPOSITIONS:
                self.puts_at.setdefault((place.preposition, place.thing.name), []).append(step)
        self.people = _people(self.steps)

    def mine(self, kind: str) -> list[Step]:
        """The wearer's actions of one kind, in time order."""
        return [step for step in self.steps if step.action.wearer and step.action.kind == kind]

    def askable(self, name: str | None) -> bool:
        """True for the name of a thing that one can ask about: known, not somebody, no other thing's shortened name."""
        return name is not None and name not in self._vague and Thing(name).usable

    def taken_after(self, name: str, step: Step) -> bool:
        """True if the wearer took the thing again after `step`."""
        return any(take.order > step.order for take in self.takes_of.get(name, ()))

    def handled_after(self, name: str, step: Step) -> bool:
        """True if anybody took or put the thing after `step`."""
        return any(s.object_name == name and s.action.kind in ("take", "put") for s in self.steps[step.order + 1 :])

    def final_states(self, kinds: tuple[str, str]) -> dict[str, Step]:
        """The last action of one of two opposite `kinds` on each askable thing, whoever did it."""
        final: dict[str, Step] = {}
        for step in self.steps:
            if step.action.kind in kinds and step.object_name is not None and self.askable(step.object_name):
                final[step.object_name] = step
        return final

    def _by_object(self, kind: str) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self.mine(kind):
            if step.object_name is not None and self.askable(step.object_name):
                found.setdefault(step.object_name, []).append(step)
        return found


def _vague_names(steps: Sequence[Step]) -> frozenset[str]:
    """Names that may mean another thing of the video as well, such as "mug" beside "red mug"."""
    names: set[str] = set()
    for step in steps:
        places = [place.thing.name for place in (step.action.place, step.action.source) if place is not None]
        names.update(places, [step.object_name] if step.object_name is not None else [])
    return frozenset(names & {short for name in names for short in shortened(name)})


def _people(steps: Sequence[Step]) -> dict[str, list[Step]]:
    """The others' actions by "the man", "the woman"...; nobody whom that would not tell from another person."""
    groups: dict[str, dict[str, list[Step]]] = {}
    for step in steps:
        if step.action.wearer:
            continue
        noun = next((word for word in step.action.subject.split() if word in _PERSON_WORDS), "person")
        groups.setdefault(_PERSON_WORDS[noun], {}).setdefault(step.action.actor, []).append(step)
    if len(groups) > 1:
        groups.pop("the other person", None)
    return {called: next(iter(by_actor.values())) for called, by_actor in groups.items() if len(by_actor) == 1}
