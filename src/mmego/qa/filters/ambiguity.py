"""Is there another sentence in the clip that answers the question otherwise?

First by the grammar: the deed that a question names is looked up among all actions of the clip. Where the grammar does
not understand the question or its sentence, by words: a sentence that holds all the question's content words that the
cited sentences hold, tells something more, and lacks the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from mmego.language.content_words import content_set
from mmego.language.lexicon import PEOPLE, is_colour, word_set
from mmego.language.parser import parse
from mmego.language.phrases import PUT_PREPOSITIONS
from mmego.language.question_parser import Asked, Deed, heads_of, names_of, stems_of
from mmego.language.timeline import Step
from mmego.records import Narration

OTHERWISE = "another sentence answers otherwise"
NOT_FIRST = "an earlier sentence fits"
NOT_LAST = "a later sentence fits"
ANCHOR = "the moment it names happened more than once"
WHO = "more than one person fits"
_MAN, _WOMAN, _CHILD = word_set("man guy boy"), word_set("woman lady girl"), word_set("child kid boy girl baby")
_FITS = {"man": _MAN, "guy": _MAN, "woman": _WOMAN, "lady": _WOMAN, "child": _CHILD, "kid": _CHILD}


class ClipView:
    """A clip's sentences and actions, looked up by deed; made once for all turns of a clip."""

    def __init__(self, narrations: Sequence[Narration]) -> None:
        self.narrations = narrations
        self.steps = _steps(narrations)
        self.by_kind: defaultdict[str, list[Step]] = defaultdict(list)
        # By kind and the last word of each of the object's names: where all short names of a thing are found.
        self.by_head: defaultdict[tuple[str, str], list[Step]] = defaultdict(list)
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
    def _holding(self) -> dict[str, set[int]]:
        holding: defaultdict[str, set[int]] = defaultdict(set)
        for i, words in enumerate(self.words):
            for word in words:
                holding[word].add(i)
        return dict(holding)

    def holding(self, stem: str) -> set[int]:
        """The sentences that hold a stem."""
        return self._holding.get(stem, set())

    def doing(self, deed: Deed, subject: str) -> list[Step]:
        """The actions that a deed's words fit, in time order; "mug" fits "red mug", not the other way round."""
        if deed.object is None:
            steps = self.by_kind.get(deed.kind, [])
        else:
            steps = self.by_head.get((deed.kind, deed.object.stems[-1]), [])
        return [step for step in steps if _by(step, subject) and _fits(step, deed)]


def _steps(narrations: Sequence[Narration]) -> list[Step]:
    """The actions in time order, as `Scene` has them, without its indexes."""
    order = sorted(range(len(narrations)), key=lambda i: (narrations[i].span.start, narrations[i].span.end, i))
    found = [(i, action) for i in order for action in parse(narrations[i])]
    return [Step(i, number, action) for number, (i, action) in enumerate(found)]


def _people(narrations: Sequence[Narration]) -> dict[str, set[str]]:
    """The actors besides the wearer, by the word that their sentences call them."""
    people: defaultdict[str, set[str]] = defaultdict(set)
    for narration in narrations:
        if narration.actor != "C":
            words = narration.text.lower().split()[:4]
            noun = next((word for word in words if word in PEOPLE), "person")
            people[noun].add(narration.actor)
    return people


def _by(step: Step, subject: str) -> bool:
    """True if `subject` ("C", "man", "" for anybody) may be who acts."""
    if subject == "C" or not subject:
        return step.action.wearer or not subject
    if step.action.wearer:
        return False
    called = next((word for word in step.action.subject.split() if word in PEOPLE), "person")
    return subject in ("person", "they", "he", "she") or called in _FITS.get(subject, {subject})


def _fits(step: Step, deed: Deed) -> bool:
    action = step.action
    named = names_of(action.object.name) if action.object is not None else ()
    if deed.object is not None and not any(deed.object.short_for(name) for name in named):
        return False
    if deed.place is None:
        return True
    return any(
        place is not None
        and place.preposition == deed.preposition
        and any(deed.place.short_for(name) for name in names_of(place.thing.name))
        for place in (action.place, action.source)
    )


def exactly(steps: Iterable[Step], deed: Deed) -> list[Step]:
    """Those on the very thing: "the mug" is not "the red mug", nor "the mugs"."""
    return [s for s in steps if s.action.object is not None and names_of(s.action.object.name)[:1] == (deed.object,)]


def ambiguous(asked: Asked, question: str, answer: str, cited: Iterable[int], view: ClipView) -> str | None:
    """Why the question has more than one answer in this clip, or None.

    Args:
        asked: what `question` asks for.
        cited: the indices of the sentences that the answer rests on.
        view: the clip.
    """
    rests_on = frozenset(cited)
    if asked.subject not in ("", "C") and _several(asked.subject, view):
        return WHO
    if asked.form in ("yes_no", "count"):
        return _anchor_fault(asked, view)
    if fault := _anchor_fault(asked, view):
        return fault
    said = content_set(answer)
    if asked.form == "who":
        said = frozenset(view.narrations[i].actor for i in rests_on)
    if asked.form == "colour":
        return None if asked.qualified else _other_colour(asked, said, rests_on, view)
    found = _slots(asked, view)
    if not any(step.index in rests_on for step, _ in found):
        return None if asked.qualified else _by_words(question, said, rests_on, view, asked.subject)
    telling = _telling(asked, question, rests_on, view)
    rivals = [
        step
        for step, slot in found
        if step.index not in rests_on and not slot <= said and telling <= view.words[step.index]
    ]
    if not rivals or asked.anchor is not None or asked.which:
        return None
    own = [step.order for step, _ in found if step.index in rests_on]
    if asked.order == "first":
        return NOT_FIRST if rivals[0].order < min(own) else None
    if asked.order == "last":
        return NOT_LAST if rivals[-1].order > max(own) else None
    return OTHERWISE


def _telling(asked: Asked, question: str, cited: frozenset[int], view: ClipView) -> frozenset[str]:
    """What of the question the grammar did not use and the cited sentences hold: "water WITH THE HOSE"."""
    assert asked.deed is not None
    names = [named.stems for named in (asked.deed.object, asked.deed.place) if named is not None]
    used = content_set(asked.deed.kind).union(*names)
    return (content_set(question) - used).intersection(frozenset().union(*(view.words[i] for i in cited)))


def _several(subject: str, view: ClipView) -> bool:
    """True if the clip has several people whom `subject` may mean."""
    fitting = view.people.keys() if subject in ("person", "they") else _FITS.get(subject, {subject})
    return len(set().union(*(view.people.get(noun, set()) for noun in fitting))) > 1


def _anchor_fault(asked: Asked, view: ClipView) -> str | None:
    deed = asked.anchor[1] if asked.anchor is not None else None
    if deed is None or deed.object is None:
        return None
    same = {step.index for step in exactly(view.doing(deed, "C"), deed)}
    return ANCHOR if len(same) > 1 else None


def _slots(asked: Asked, view: ClipView) -> list[tuple[Step, frozenset[str]]]:
    """The actions that fit the question, with the stems of what each would answer; none that answer nothing."""
    if asked.deed is None:
        return []
    if asked.form == "done_with":
        return [(step, content_set(step.action.verb)) for step in view.doing(asked.deed, asked.subject)]
    found = []
    for step in view.doing(asked.deed, asked.subject):
        slot = _slot(asked.form, step)
        if slot:
            found.append((step, slot))
    return found


def _slot(form: str, step: Step) -> frozenset[str]:
    action = step.action
    if (
        form == "where"
        and action.place is not None
        and (action.kind != "put" or action.place.preposition in PUT_PREPOSITIONS)
    ):
        return stems_of(action.place.thing.name)
    if form == "from" or (form == "where" and action.kind == "take"):
        place = action.source or action.place
        return stems_of(place.thing.name) if place is not None else frozenset()
    if form == "object" and action.object is not None and not action.object.is_body:
        return stems_of(action.object.name)
    if form == "who":
        return frozenset((action.actor,))
    return frozenset()


def _other_colour(asked: Asked, said: frozenset[str], cited: frozenset[int], view: ClipView) -> str | None:
    """Another colour of the thing asked about, in the deed asked about if there is one."""
    deed = asked.deed
    if deed is None or deed.object is None:
        return None
    steps = view.doing(replace(deed, object=None), "C") if deed.kind else view.steps
    for step in steps:
        if step.index in cited:
            continue
        places = [place.thing for place in (step.action.place, step.action.source) if place is not None]
        for thing in (step.action.object, *(() if deed.kind else places)):
            if thing is None or not thing.colour or content_set(thing.colour) <= said:
                continue
            if deed.object in names_of(thing.kind):
                return OTHERWISE
    return None


def _by_words(question: str, said: frozenset[str], cited: frozenset[int], view: ClipView, subject: str) -> str | None:
    asked = content_set(question)
    own = set().union(*(view.words[i] for i in cited))
    shared = asked & own
    told = said - asked
    if len(shared) < 2 or not told:
        return None
    for i in set.intersection(*(view.holding(word) for word in shared)) - cited:
        more = view.words[i] - asked
        mine = view.narrations[i].actor == "C"
        if subject and mine != (subject == "C"):
            continue
        if more and not told <= view.words[i] and not all(is_colour(w) for w in more):
            return OTHERWISE
    return None
