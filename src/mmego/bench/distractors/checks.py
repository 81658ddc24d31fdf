"""What makes a four-way question unfair, each problem with its reason; for choices by rules, by a model or by hand.

`find_problems` checks one question, `CheckCounts` counts over many, `ClipTruth` is what a clip's narrations make true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mmego.bench.distractors.answer_form import (
    FEATURES,
    AnswerForm,
    bare_name,
    features,
    form_of,
    has_numbering,
    leading_words,
    normalized,
    subject,
)
from mmego.bench.distractors.equivalence import (
    is_general,
    may_be_same_action,
    may_be_same_place,
    may_name_same_thing,
    same_meaning,
    stated_action,
    stated_action_of,
)
from mmego.language.content_words import content_set
from mmego.language.question_parser import ParsedQuestion, read_question
from mmego.language.verbs import FAMILIES
from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.narrated_action import NarratedAction
from mmego.records import MCQ, Narration, Turn

CHOICES = 4
WRONG = CHOICES - 1
NUMBER = "not four options"
EMPTY = "an empty option"
GENERAL = "the answer is a general word that covers other things"
SAME = "two options are the same"
ALIKE = "two wrong options mean the same"
IMPLIED = "a wrong option equals the answer or is implied by it"
TRUE = "a wrong option is true of the clip"
FORM = "a wrong option has another form than the answer"
LENGTH = "an option is much longer or shorter than the others"
NUMBERED = "an option begins with a number or letter of its own"
ODD = "the answer is the odd one out"
NAMED = "the answer is the only one named in the question, or the only one not named"
REASONS = (NUMBER, EMPTY, GENERAL, SAME, ALIKE, IMPLIED, TRUE, FORM, LENGTH, NUMBERED, ODD, NAMED)
NOT_MADE = "no narrations at hand to check the options against"

_RATIO, _SLACK = 2.0, 8
"""The longest choice has at most twice the characters of the shortest, and eight more."""
_OWN_RATIO, _OWN_SLACK = 1.5, 4
"""The answer has at most 1.5 times the characters of every wrong choice, and four more; likewise the other way."""


@dataclass(frozen=True, slots=True)
class ChoiceProblem:
    """Why a question is unfair: `reason` is one of `REASONS`, `detail` an example, `choice` an index or None."""

    reason: str
    detail: str = ""
    choice: int | None = None

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass(slots=True)
class CheckCounts:
    """Counts over many questions: checked, unfair by reason, and not checked against narrations."""

    questions: int = 0
    with_problems: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    not_made: int = 0

    def add(self, found: Sequence[ChoiceProblem], with_narrations: bool) -> None:
        """Count one question; each of its reasons counts once."""
        self.questions += 1
        self.with_problems += bool(found)
        self.reasons.update({problem.reason for problem in found})
        self.not_made += not with_narrations


def find_problems(question: MCQ, truth: ClipTruth | None = None, narrations: Sequence[int] = ()) -> list[ChoiceProblem]:
    """Return everything that is wrong with a question's choices, in the order of `REASONS`.

    Args:
        question: as a model would be asked.
        truth: of its clip. None: whether a wrong choice is true is not checked.
        narrations: the indices that the answer rests on, where known (`Turn.narrations`).
    """
    answer = question.options[question.answer]
    turn = Turn(question.question, answer, question.key_spans, tuple(narrations), question.category)
    form = form_of(turn.question, turn.answer, turn.category)
    wrong = [(i, choice) for i, choice in enumerate(question.options) if i != question.answer]
    found = [ChoiceProblem(NUMBER, str(len(question.options)))] if len(question.options) != CHOICES else []
    for i, choice in wrong:
        found += [ChoiceProblem(f.reason, f.detail, i) for f in problems_of_choice(choice, turn, form, truth)]
    if not answer.strip():
        found.append(ChoiceProblem(EMPTY, "the answer", question.answer))
    elif has_numbering(answer):
        found.append(ChoiceProblem(NUMBERED, answer, question.answer))
    found += problems_of_set(turn, form, [choice for _, choice in wrong])
    return sorted(found, key=lambda problem: REASONS.index(problem.reason))


def problems_of_choice(choice: str, turn: Turn, form: AnswerForm, truth: ClipTruth | None) -> list[ChoiceProblem]:
    """Return what is wrong with one wrong choice beside the answer, without regard to the other choices."""
    if not normalized(choice):
        return [ChoiceProblem(EMPTY)]
    found = []
    if has_numbering(choice) and not has_numbering(turn.answer):
        found.append(ChoiceProblem(NUMBERED, choice))
    if normalized(choice) == normalized(turn.answer):
        return [*found, ChoiceProblem(SAME, choice)]
    if same_meaning(form, choice, turn.answer) or (form == "object" and is_general(choice)):
        found.append(ChoiceProblem(IMPLIED, f"{choice} / {turn.answer}"))
    if not _same_form(choice, turn, form):
        found.append(ChoiceProblem(FORM, f"{choice} / {turn.answer}"))
    if not lengths_are_alike((choice, turn.answer)):
        found.append(ChoiceProblem(LENGTH, f"{choice} / {turn.answer}"))
    if truth is not None and not found and truth.may_be_true(turn, form, choice):
        found.append(ChoiceProblem(TRUE, choice))
    return found


def problems_of_set(turn: Turn, form: AnswerForm, wrong: Sequence[str]) -> list[ChoiceProblem]:
    """Return what is wrong with the wrong choices as a set."""
    found = [ChoiceProblem(GENERAL, turn.answer)] if form == "object" and is_general(turn.answer) else []
    for i, one in enumerate(wrong):
        for other in wrong[i + 1 :]:
            if normalized(one) == normalized(other):
                found.append(ChoiceProblem(SAME, one))
            elif same_meaning(form, one, other):
                found.append(ChoiceProblem(ALIKE, f"{one} / {other}"))
    if not lengths_are_alike((turn.answer, *wrong)) and all(lengths_are_alike((turn.answer, one)) for one in wrong):
        found.append(ChoiceProblem(LENGTH, " / ".join(wrong)))
    odd = odd_feature(turn.answer, wrong)
    if odd:
        found.append(ChoiceProblem(ODD, odd))
    if is_named_alone(turn.question, turn.answer, wrong):
        found.append(ChoiceProblem(NAMED, turn.answer))
    return found


def _same_form(choice: str, turn: Turn, form: AnswerForm) -> bool:
    """Return True if the choice has the answer's grammatical form (a number if the answer is a number)."""
    if form in ("action", "free"):
        return subject(choice).lower() == subject(turn.answer).lower()
    if form_of(turn.question, choice, turn.category) != form:
        return False
    return form == "count" or bool(leading_words(choice)[0]) == bool(leading_words(turn.answer)[0])


def lengths_are_alike(choices: Sequence[str]) -> bool:
    """Return True if no choice is much longer or shorter than the others, in characters."""
    lengths = [len(choice) for choice in choices]
    return max(lengths) <= _RATIO * min(lengths) + _SLACK


def odd_feature(answer: str, wrong: Sequence[str]) -> str:
    """Return the feature by which the answer alone differs from all wrong choices; "" if there is none."""
    if len(wrong) < CHOICES - 2:
        return ""
    lengths = [len(choice) for choice in wrong]
    if len(answer) > _OWN_RATIO * max(lengths) + _OWN_SLACK:
        return "longer"
    if min(lengths) > _OWN_RATIO * len(answer) + _OWN_SLACK:
        return "shorter"
    mine, others = features(answer), [features(choice) for choice in wrong]
    for number, name in enumerate(FEATURES):
        values = {other[number] for other in others}
        if len(values) == 1 and mine[number] not in values:
            return name
    return ""


def is_named_alone(question: str, answer: str, wrong: Sequence[str]) -> bool:
    """Return True if only the answer repeats a word of the question, or only the answer does not."""
    asked = content_set(question)
    mine = bool(content_set(answer) & asked)
    others = {bool(content_set(choice) & asked) for choice in wrong}
    return len(others) == 1 and mine not in others


# ---- Whether a wrong choice is true of its clip

SAME_MOMENT = 2.0
"""Seconds between the starts of two actions up to which their order is uncertain."""
RIGHT_AFTER = 15.0
"""Seconds from the answer's action in which another action may count as "right before" or "right after"."""
_OPPOSITES = {"open": "close", "close": "open", "switch on": "switch off", "switch off": "switch on"}


class ClipTruth:
    """What one clip's narrations make true; made once for all questions on the clip.

    A doubt counts: if a narration may make a choice true, it is not a wrong choice. Where the question names a moment
    ("first", "right after I..."), what happened at other moments is false, and makes the best wrong choices.
    """

    def __init__(self, narrations: Sequence[Narration]) -> None:
        self.narrations = narrations

    @cached_property
    def actions(self) -> ClipActions:
        """The wearer's narrated actions."""
        return ClipActions(self.narrations)

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [content_set(narration.text) for narration in self.narrations]

    def may_be_true(self, turn: Turn, form: AnswerForm, choice: str) -> bool:
        """Return True if a narration of the clip makes `choice` an answer to the question, or may do so."""
        if form in ("count", "colour", "hand", "yes_no"):
            return form == "colour" and self._by_words(turn, choice, read_question(turn.question))
        asked = read_question(turn.question)
        if asked.subject not in ("", "C") or turn.category == "other_person":
            return self._of_somebody_else(turn, choice, asked)
        if form == "action":
            return self._action_may_be_true(turn, choice, asked)
        if form in ("object", "place", "source") and (asked.action is not None or turn.category == "tool"):
            return any(
                self._is_asked_moment(turn, narrated, asked)
                for narrated in self._actions_naming(turn, form, choice, asked)
            )
        return self._by_words(turn, choice, asked)

    def _is_asked_moment(self, turn: Turn, narrated: NarratedAction, asked: ParsedQuestion) -> bool:
        """Return True if an action that fits the question may also be at the moment that the question means."""
        if not asked.qualified or not turn.narrations:
            return True
        near = RIGHT_AFTER if asked.anchor is not None and asked.form in ("other", "done_with") else SAME_MOMENT
        starts = [self.narrations[i].span.start for i in turn.narrations if i < len(self.narrations)]
        return any(abs(narrated.start - start) <= near for start in starts)

    def _action_may_be_true(self, turn: Turn, choice: str, asked: ParsedQuestion) -> bool:
        stated = stated_action(choice)
        if stated is None:
            return self._by_words(turn, choice, asked)
        return any(
            may_be_same_action(stated, stated_action_of(narrated.parsed))
            and self._is_asked_moment(turn, narrated, asked)
            for narrated in self.actions.actions
        )

    def _actions_naming(self, turn: Turn, form: AnswerForm, choice: str, asked: ParsedQuestion) -> list[NarratedAction]:
        """Return the actions for which the choice would be the answer, at whatever moment."""
        name = bare_name(choice)
        if turn.category == "tool":
            tools = [d for d in self.actions.actions if d.parsed.tool is not None]
            return [d for d in tools if d.parsed.tool is not None and may_name_same_thing(d.parsed.tool.name, name)]
        assert asked.action is not None
        families = FAMILIES.get(asked.action.kind, frozenset((asked.action.kind,)))
        if form == "object":
            return [
                d for d in self.actions.actions if self._has_object(d, name) and self._is_asked_kind(d, families, asked)
            ]
        stems = frozenset(asked.action.object.stems) if asked.action.object is not None else frozenset()
        return [d for d in self.actions.actions if (not stems or stems & self._words[d.index]) and _at(d, name, form)]

    def _has_object(self, narrated: NarratedAction, name: str) -> bool:
        if narrated.name is not None:
            return may_name_same_thing(narrated.name, name)
        return bool(content_set(name) & self._words[narrated.index])

    def _is_asked_kind(self, narrated: NarratedAction, families: frozenset[str], asked: ParsedQuestion) -> bool:
        """Return True if the action is of the kind in question: at its place, or else of its verb family."""
        assert asked.action is not None
        if asked.action.place is not None:
            return bool(frozenset(asked.action.place.stems) & self._words[narrated.index])
        # What is closed was opened, before the clip or by an action without a narration.
        implied = families | {_OPPOSITES[f] for f in families if f in _OPPOSITES and not asked.qualified}
        return bool(narrated.families & implied)

    def _of_somebody_else(self, turn: Turn, choice: str, asked: ParsedQuestion) -> bool:
        """Compare words with the narrations about others, at any moment: who did what when is often unsure."""
        words = content_set(choice) - content_set(turn.question)
        theirs = [i for i, narration in enumerate(self.narrations) if narration.actor != "C"]
        cited = set(turn.narrations)
        near = [i for i in theirs if not asked.qualified or i in cited]
        return bool(words) and any(words <= self._words[i] for i in near if i not in cited or not asked.qualified)

    def _by_words(self, turn: Turn, choice: str, asked: ParsedQuestion) -> bool:
        """Return True if a narration has every new word of the choice and half the words of the question.

        For what the parser does not understand. Where the question names a moment, only the narrations that the answer
        rests on count.
        """
        question = content_set(turn.question)
        new = content_set(choice) - question
        if not new:
            return False
        places = [i for i in turn.narrations if i < len(self._words)] if asked.qualified else range(len(self._words))
        return any(new <= self._words[i] and 2 * len(question & self._words[i]) >= len(question) for i in places)


def _at(narrated: NarratedAction, name: str, form: AnswerForm) -> bool:
    """Return True if the narration says that the thing went to the place (``place``) or came from it (``source``)."""
    place, source = narrated.parsed.place, narrated.parsed.source
    taken = "take" in narrated.families
    # A take names where from, even by "in the drawer"; a put names where to.
    actions = (place, source) if taken == (form == "source") else (source if form == "source" else place,)
    return any(p is not None and may_be_same_place(p.thing.name, name) for p in actions)
