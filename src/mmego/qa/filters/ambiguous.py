"""The filter `ambiguous`: drop a question that another sentence of the clip answers differently.

The grammar decides first: the action that a question names is looked up among all actions of the clip. Where the
grammar does not understand the question or its sentence, words decide. Then a sentence gives another answer if it has
all content words that the question shares with the cited sentences, has further words, and lacks the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mmego.language.content_words import content_set
from mmego.language.lexicon import is_colour
from mmego.language.phrases import PUT_PREPOSITIONS
from mmego.language.question_parser import ParsedQuestion, names_of, stems_of
from mmego.language.timeline import TimelineEntry
from mmego.qa.filters.clip_index import ClipIndex, exact_actions
from mmego.qa.filters.turn_case import TurnCase

OTHERWISE = "another sentence answers otherwise"
NOT_FIRST = "an earlier sentence fits"
NOT_LAST = "a later sentence fits"
ANCHOR = "the moment it names happened more than once"
WHO = "more than one person fits"


def check_ambiguous(case: TurnCase) -> str | None:
    """Return why the question has more than one answer in its clip, or None. Without a cited sentence return None."""
    if not case.cited:
        return None
    return find_ambiguity(case.asked, case.question, case.answer, case.cited, case.clip_index())


def find_ambiguity(
    asked: ParsedQuestion, question: str, answer: str, cited: Iterable[int], clip: ClipIndex
) -> str | None:
    """Return why the question has more than one answer in this clip, or None.

    Args:
        asked: what `question` asks for.
        question: its text.
        answer: the answer that the turn gives.
        cited: the indices of the sentences that support the answer.
        clip: the clip.
    """
    sources = frozenset(cited)
    if asked.subject not in ("", "C") and clip.has_several(asked.subject):
        return WHO
    if asked.form in ("yes_no", "count"):
        return _anchor_reason(asked, clip)
    if reason := _anchor_reason(asked, clip):
        return reason
    answered = content_set(answer)
    if asked.form == "who":
        answered = frozenset(clip.narrations[i].actor for i in sources)
    if asked.form == "colour":
        return None if asked.qualified else _other_colour(asked, answered, sources, clip)
    found = _answering_actions(asked, clip)
    if not any(step.index in sources for step, _ in found):
        return None if asked.qualified else _by_words(question, answered, sources, clip, asked.subject)
    details = _details(asked, question, sources, clip)
    competing = [
        step
        for step, other in found
        if step.index not in sources and not other <= answered and details <= clip.words[step.index]
    ]
    if not competing or asked.anchor is not None or asked.which:
        return None
    own = [step.order for step, _ in found if step.index in sources]
    if asked.order == "first":
        return NOT_FIRST if competing[0].order < min(own) else None
    if asked.order == "last":
        return NOT_LAST if competing[-1].order > max(own) else None
    return OTHERWISE


def _details(asked: ParsedQuestion, question: str, cited: frozenset[int], clip: ClipIndex) -> frozenset[str]:
    """Return the question's words that the grammar did not use and the cited sentences have: "water WITH THE HOSE"."""
    assert asked.action is not None
    names = [named.stems for named in (asked.action.object, asked.action.place) if named is not None]
    used = content_set(asked.action.kind).union(*names)
    return (content_set(question) - used).intersection(frozenset().union(*(clip.words[i] for i in cited)))


def _anchor_reason(asked: ParsedQuestion, clip: ClipIndex) -> str | None:
    """Return a reason if the moment in "after I ..." happened more than once."""
    anchor = asked.anchor[1] if asked.anchor is not None else None
    if anchor is None or anchor.object is None:
        return None
    same = {step.index for step in exact_actions(clip.find_actions(anchor, "C"), anchor)}
    return ANCHOR if len(same) > 1 else None


def _answering_actions(asked: ParsedQuestion, clip: ClipIndex) -> list[tuple[TimelineEntry, frozenset[str]]]:
    """Return the actions that fit the question and answer it, each with the stems of its answer."""
    if asked.action is None:
        return []
    if asked.form == "done_with":
        return [(step, content_set(step.action.verb)) for step in clip.find_actions(asked.action, asked.subject)]
    found = []
    for step in clip.find_actions(asked.action, asked.subject):
        answer = _answer_stems(asked.form, step)
        if answer:
            found.append((step, answer))
    return found


def _answer_stems(form: str, step: TimelineEntry) -> frozenset[str]:
    """Return the stems of what an action answers to a question of this form."""
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


def _other_colour(
    asked: ParsedQuestion, answered: frozenset[str], cited: frozenset[int], clip: ClipIndex
) -> str | None:
    """Return a reason if the thing has another colour, in the same action where the question names one."""
    wanted = asked.action
    if wanted is None or wanted.object is None:
        return None
    steps = clip.find_actions(replace(wanted, object=None), "C") if wanted.kind else clip.steps
    for step in steps:
        if step.index in cited:
            continue
        places = [place.thing for place in (step.action.place, step.action.source) if place is not None]
        for thing in (step.action.object, *(() if wanted.kind else places)):
            if thing is None or not thing.colour or content_set(thing.colour) <= answered:
                continue
            if wanted.object in names_of(thing.kind):
                return OTHERWISE
    return None


def _by_words(
    question: str, answered: frozenset[str], cited: frozenset[int], clip: ClipIndex, subject: str
) -> str | None:
    """Return a reason if another sentence has the words of the question and further words, but not the answer."""
    asked = content_set(question)
    own = set().union(*(clip.words[i] for i in cited))
    shared = asked & own
    news = answered - asked
    if len(shared) < 2 or not news:
        return None
    for i in set.intersection(*(clip.sentences_with(word) for word in shared)) - cited:
        more = clip.words[i] - asked
        by_wearer = clip.narrations[i].actor == "C"
        if subject and by_wearer != (subject == "C"):
            continue
        if more and not news <= clip.words[i] and not all(is_colour(w) for w in more):
            return OTHERWISE
    return None
