"""What makes a four-way question unfair, each fault with its reason: for options by rules, by an LLM or by hand.

`faults` looks at one question; `Checks` counts over many, also what could not be checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mmego.bench.distractors.answer_form import FEATURES, Kind, features, kind_of, lead, normal, numbering, subject
from mmego.bench.distractors.equivalence import general, same_meaning
from mmego.bench.distractors.truth import Truth
from mmego.language.content_words import content_set
from mmego.records import MCQ, Turn

OPTIONS = 4
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
"""The longest option has at most twice the letters of the shortest, and eight more."""
_OWN_RATIO, _OWN_SLACK = 1.5, 4
"""The answer alone is not half as long again as the next longest (shorter than the shortest), give or take four."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a question is unfair: `reason` is one of `REASONS`, `detail` what was seen; `option` an index or None."""

    reason: str
    detail: str = ""
    option: int | None = None

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass(slots=True)
class Checks:
    """Counts over many questions: how many were looked at, unfair ones by reason, and checks that were not made."""

    questions: int = 0
    faulty: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    not_made: int = 0

    def add(self, found: Sequence[Fault], with_narrations: bool) -> None:
        """Count one question; each reason once."""
        self.questions += 1
        self.faulty += bool(found)
        self.reasons.update({fault.reason for fault in found})
        self.not_made += not with_narrations


def faults(question: MCQ, truth: Truth | None = None, narrations: Sequence[int] = ()) -> list[Fault]:
    """Everything that is wrong with a question's options, in the order of `REASONS`; empty if nothing is.

    Args:
        question: as it would be asked.
        truth: of its clip. None: whether a wrong option is true is not checked.
        narrations: the indices that the answer rests on, where known (`Turn.narrations`).
    """
    answer = question.options[question.answer]
    turn = Turn(question.question, answer, question.key_spans, tuple(narrations), question.category)
    kind = kind_of(turn.question, turn.answer, turn.category)
    wrong = [(i, option) for i, option in enumerate(question.options) if i != question.answer]
    found = [Fault(NUMBER, str(len(question.options)))] if len(question.options) != OPTIONS else []
    for i, option in wrong:
        found += [Fault(f.reason, f.detail, i) for f in option_faults(option, turn, kind, truth)]
    if not answer.strip():
        found.append(Fault(EMPTY, "the answer", question.answer))
    elif numbering(answer):
        found.append(Fault(NUMBERED, answer, question.answer))
    found += set_faults(turn, kind, [option for _, option in wrong])
    return sorted(found, key=lambda fault: REASONS.index(fault.reason))


def option_faults(option: str, turn: Turn, kind: Kind, truth: Truth | None) -> list[Fault]:
    """What is wrong with one wrong option beside the answer, whatever the others are."""
    if not normal(option):
        return [Fault(EMPTY)]
    found = []
    if numbering(option) and not numbering(turn.answer):
        found.append(Fault(NUMBERED, option))
    if normal(option) == normal(turn.answer):
        return [*found, Fault(SAME, option)]
    if same_meaning(kind, option, turn.answer) or (kind == "object" and general(option)):
        found.append(Fault(IMPLIED, f"{option} / {turn.answer}"))
    if not _same_form(option, turn, kind):
        found.append(Fault(FORM, f"{option} / {turn.answer}"))
    if not lengths_go_together((option, turn.answer)):
        found.append(Fault(LENGTH, f"{option} / {turn.answer}"))
    if truth is not None and not found and truth.holds(turn, kind, option):
        found.append(Fault(TRUE, option))
    return found


def set_faults(turn: Turn, kind: Kind, wrong: Sequence[str]) -> list[Fault]:
    """What is wrong with the wrong options as a set."""
    found = [Fault(GENERAL, turn.answer)] if kind == "object" and general(turn.answer) else []
    for i, one in enumerate(wrong):
        for other in wrong[i + 1 :]:
            if normal(one) == normal(other):
                found.append(Fault(SAME, one))
            elif same_meaning(kind, one, other):
                found.append(Fault(ALIKE, f"{one} / {other}"))
    if not lengths_go_together((turn.answer, *wrong)) and all(lengths_go_together((turn.answer, one)) for one in wrong):
        found.append(Fault(LENGTH, " / ".join(wrong)))
    odd = odd_one_out(turn.answer, wrong)
    if odd:
        found.append(Fault(ODD, odd))
    if named_alone(turn.question, turn.answer, wrong):
        found.append(Fault(NAMED, turn.answer))
    return found


def _same_form(option: str, turn: Turn, kind: Kind) -> bool:
    """True if the option names the same kind of thing in the same way; a number by another number."""
    if kind in ("deed", "free"):
        return subject(option).lower() == subject(turn.answer).lower()
    if kind_of(turn.question, option, turn.category) != kind:
        return False
    return kind == "count" or bool(lead(option)[0]) == bool(lead(turn.answer)[0])


def lengths_go_together(options: Sequence[str]) -> bool:
    """True if no option is much longer or shorter than the others, in letters."""
    lengths = [len(option) for option in options]
    return max(lengths) <= _RATIO * min(lengths) + _SLACK


def odd_one_out(answer: str, wrong: Sequence[str]) -> str:
    """By what the answer alone differs from all wrong options at a glance; "" if by nothing."""
    if len(wrong) < OPTIONS - 2:
        return ""
    lengths = [len(option) for option in wrong]
    if len(answer) > _OWN_RATIO * max(lengths) + _OWN_SLACK:
        return "longer"
    if min(lengths) > _OWN_RATIO * len(answer) + _OWN_SLACK:
        return "shorter"
    mine, others = features(answer), [features(option) for option in wrong]
    for number, name in enumerate(FEATURES):
        values = {other[number] for other in others}
        if len(values) == 1 and mine[number] not in values:
            return name
    return ""


def named_alone(question: str, answer: str, wrong: Sequence[str]) -> bool:
    """True if the answer is the only option that repeats a word of the question, or the only one that does not."""
    asked = content_set(question)
    mine = bool(content_set(answer) & asked)
    others = {bool(content_set(option) & asked) for option in wrong}
    return len(others) == 1 and mine not in others
