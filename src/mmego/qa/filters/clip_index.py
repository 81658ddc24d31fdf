"""The sentences and actions of one clip, found by the words of a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from mmego.language.content_words import content_set
from mmego.language.lexicon import PEOPLE, word_set
from mmego.language.parser import parse
from mmego.language.question_parser import QuestionAction, heads_of, names_of
from mmego.language.timeline import TimelineEntry
from mmego.records import Narration

_MAN, _WOMAN, _CHILD = word_set("man guy boy"), word_set("woman lady girl"), word_set("child kid boy girl baby")
_FITS = {"man": _MAN, "guy": _MAN, "woman": _WOMAN, "lady": _WOMAN, "child": _CHILD, "kid": _CHILD}


class ClipIndex:
    """A clip's sentences and actions. Made once for all turns of a clip."""

    def __init__(self, narrations: Sequence[Narration]) -> None:
        self.narrations = narrations
        self.steps = _steps(narrations)
        self.by_kind: defaultdict[str, list[TimelineEntry]] = defaultdict(list)
        # By kind and the last word of each of the object's names: all short names of a thing are found there.
        self.by_head: defaultdict[tuple[str, str], list[TimelineEntry]] = defaultdict(list)
        for step in self.steps:
            self.by_kind[step.action.kind].append(step)
            if step.action.object is not None:
                for head in heads_of(step.action.object.name):
                    self.by_head[step.action.kind, head].append(step)
                    self.by_head["", head].append(step)
        self.people = _people(narrations)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The content words of each sentence."""
        return [content_set(narration.text) for narration in self.narrations]

    @cached_property
    def _sentences_with(self) -> dict[str, set[int]]:
        found: defaultdict[str, set[int]] = defaultdict(set)
        for i, words in enumerate(self.words):
            for word in words:
                found[word].add(i)
        return dict(found)

    def sentences_with(self, stem: str) -> set[int]:
        """Return the indices of the sentences that contain a stem."""
        return self._sentences_with.get(stem, set())

    def find_actions(self, wanted: QuestionAction, subject: str) -> list[TimelineEntry]:
        """Return the actions that fit an action of a question, in time order. "Mug" fits "red mug", not the reverse."""
        if wanted.object is None:
            steps = self.by_kind.get(wanted.kind, [])
        else:
            steps = self.by_head.get((wanted.kind, wanted.object.stems[-1]), [])
        return [step for step in steps if _may_act(step, subject) and _fits(step, wanted)]

    def has_several(self, subject: str) -> bool:
        """Return True if the clip has several people whom `subject` may mean."""
        fitting = self.people.keys() if subject in ("person", "they") else _FITS.get(subject, {subject})
        return len(set().union(*(self.people.get(noun, set()) for noun in fitting))) > 1


def exact_actions(steps: Iterable[TimelineEntry], wanted: QuestionAction) -> list[TimelineEntry]:
    """Return the actions on exactly the wanted thing: "the mug" is not "the red mug", nor "the mugs"."""
    return [s for s in steps if s.action.object is not None and names_of(s.action.object.name)[:1] == (wanted.object,)]


def _steps(narrations: Sequence[Narration]) -> list[TimelineEntry]:
    """Return the actions in time order, as `Scene` has them, without its indexes."""
    order = sorted(range(len(narrations)), key=lambda i: (narrations[i].span.start, narrations[i].span.end, i))
    found = [(i, action) for i in order for action in parse(narrations[i])]
    return [TimelineEntry(i, number, action) for number, (i, action) in enumerate(found)]


def _people(narrations: Sequence[Narration]) -> dict[str, set[str]]:
    """Return the actors besides the wearer, by the noun that their sentences use for them."""
    people: defaultdict[str, set[str]] = defaultdict(set)
    for narration in narrations:
        if narration.actor != "C":
            words = narration.text.lower().split()[:4]
            noun = next((word for word in words if word in PEOPLE), "person")
            people[noun].add(narration.actor)
    return people


def _may_act(step: TimelineEntry, subject: str) -> bool:
    """Return True if `subject` ("C", "man", "" for any person) may be the actor."""
    if subject == "C" or not subject:
        return step.action.wearer or not subject
    if step.action.wearer:
        return False
    called = next((word for word in step.action.subject.split() if word in PEOPLE), "person")
    return subject in ("person", "they", "he", "she") or called in _FITS.get(subject, {subject})


def _fits(step: TimelineEntry, wanted: QuestionAction) -> bool:
    action = step.action
    named = names_of(action.object.name) if action.object is not None else ()
    if wanted.object is not None and not any(wanted.object.short_for(name) for name in named):
        return False
    if wanted.place is None:
        return True
    return any(
        place is not None
        and place.preposition == wanted.preposition
        and any(wanted.place.short_for(name) for name in names_of(place.thing.name))
        for place in (action.place, action.source)
    )
