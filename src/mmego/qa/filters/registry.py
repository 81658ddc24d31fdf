"""Filters of single turns, each with a name, a reason and a count; all of them run again without asking anybody.

A filter looks at one turn with its clip and gives a reason to drop it, or None. Reasons are short and fixed, so that
they can be counted. `docs/filters.md` says what each does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from mmego.errors import InputError
from mmego.language.content_words import content_set
from mmego.language.lexicon import base_form
from mmego.language.question_parser import Asked, read_question
from mmego.language.verbs import BASES
from mmego.narrations.clean import Drops
from mmego.qa.data.clip import ClipQA, Verdict
from mmego.qa.filters import wording
from mmego.qa.filters.ambiguity import ClipView, ambiguous
from mmego.qa.filters.grounded import polarity, unclaimed
from mmego.records import QA, Turn


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """Limits of the filters of single turns."""

    min_question_words: int = 3
    """Shorter questions are dropped."""
    max_question_words: int = 40
    """Longer questions are dropped."""
    min_answer_words: int = 1
    """Shorter answers are dropped."""
    max_answer_words: int = 40
    """Longer answers are dropped."""
    span_slack: float = 0.05
    """Seconds that a key span may reach beyond its clip (rounding)."""

    def __post_init__(self) -> None:
        for name in ("question_words", "answer_words"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            for bound, value in (("min", low), ("max", high)):
                if value < 0:
                    raise InputError(f"{bound}_{name} should be 0 or more, got {value}")
            if low > high:
                raise InputError(f"min_{name} should be at most max_{name}, got {low} and {high}")
        if not self.span_slack >= 0:
            raise InputError(f"span_slack should be 0 seconds or more, got {self.span_slack}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a turn is dropped: by which filter, and its reason."""

    filter: str
    reason: str


MOST_CHARACTERS = 2000
"""Of a question or an answer; `schema` drops a longer one, and no filter looks at what is beyond."""


@dataclass
class Case:
    """One turn with all that a filter may look at; what several filters need is worked out once."""

    turn: Turn
    sample: ClipQA
    view: Callable[[], ClipView]
    verdict: Verdict
    options: FilterOptions
    question: str = field(init=False)
    answer: str = field(init=False)

    def __post_init__(self) -> None:
        # With `schema` switched off the others still meet null and numbers.
        self.question = self.turn.question[:MOST_CHARACTERS] if isinstance(self.turn.question, str) else ""
        self.answer = self.turn.answer[:MOST_CHARACTERS] if isinstance(self.turn.answer, str) else ""

    @cached_property
    def cited(self) -> tuple[int, ...]:
        """The indices that point at a sentence, each once."""
        number = len(self.sample.clip.narrations)
        return tuple(dict.fromkeys(i for i in self.turn.narrations if _is_index(i, number)))

    @cached_property
    def asked(self) -> Asked:
        """What the question asks for."""
        return read_question(self.question)


def _is_index(value: Any, number: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < number


_ASKS = re.compile(
    r"^(?:who|whom|whose|what|which|where|when|why|how|did|do|does|was|were|is|are|have|has|had|can|could|tell|name"
    r"|list|describe|explain|in which|on which|at which|from which|with which|for which|in what|on what|with what)\b",
    re.IGNORECASE,
)


def schema(case: Case) -> str | None:
    """Texts that are texts, a question that asks, key spans inside the clip."""
    turn, slack = case.turn, case.options.span_slack
    if not (isinstance(turn.question, str) and isinstance(turn.answer, str)):
        return "question or answer is no text"
    if max(len(turn.question), len(turn.answer)) > MOST_CHARACTERS:
        return f"question or answer of more than {MOST_CHARACTERS:,} characters"
    if not turn.question.strip() or not turn.answer.strip():
        return "empty question or answer"
    if not (turn.question.rstrip(" \"')").endswith("?") or _ASKS.match(turn.question.strip())):
        return "does not ask"
    if not turn.key_spans:
        return "no key span"
    clip = case.sample.clip.clip
    for span in turn.key_spans:
        if span.start < clip.start - slack or span.end > clip.end + slack:
            return "key span outside the clip"
    return None


def length(case: Case) -> str | None:
    """Neither too short nor too long, in words."""
    options = case.options
    asked, said = len(case.question.split()), len(case.answer.split())
    if asked < options.min_question_words:
        return "question too short"
    if asked > options.max_question_words:
        return "question too long"
    if said < options.min_answer_words:
        return "answer too short"
    return "answer too long" if said > options.max_answer_words else None


def index(case: Case) -> str | None:
    """At least one sentence is cited, and each is one of the clip's."""
    if not case.turn.narrations:
        return "cites no sentence"
    number = len(case.sample.clip.narrations)
    return None if all(_is_index(i, number) for i in case.turn.narrations) else "cites a sentence that is not there"


def leak(case: Case) -> str | None:
    """Words that betray the narrations."""
    return wording.leak(case.question) or wording.leak(case.answer)


def unsure(case: Case) -> str | None:
    """An answer that hedges."""
    return "the answer is not sure" if wording.unsure(case.answer) else None


# "Salt or pepper?", "which of them", "in what order": the answer must be one of what the question names.
_CHOICE = re.compile(r"\bor\b|\bwhich of\b|\border\b", re.IGNORECASE)


# "What did I do with the oil?": "I got the oil" tells something, though "got" is no content word elsewhere.
_DOING = re.compile(r"\b(?:do|doing|done|happen(?:ed|s)?)\b", re.IGNORECASE)
_NO_DEEDS = frozenset(("be", "have", "do", "need", "use"))


def _deeds(text: str) -> set[str]:
    """The verbs that a text may hold, in base form."""
    words = re.findall(r"[a-z]+", text.lower())
    return {base for word in words if (base := base_form(word)) in BASES} - _NO_DEEDS


def answer_in_question(case: Case) -> str | None:
    """All of the answer's content words stand in the question, and where that asks for a deed, its verb does too."""
    if polarity(case.answer) is not None or case.asked.form == "count" or _CHOICE.search(case.question):
        return None
    if _DOING.search(case.question) and _deeds(case.answer) - _deeds(case.question):
        return None
    said = content_set(case.answer)
    return "the question holds the answer" if said and said <= content_set(case.question) else None


def ungrounded(case: Case) -> str | None:
    """The cited sentences do not bear the answer out."""
    if not case.cited:
        return None  # `index` is for that
    return unclaimed(case.asked, case.question, case.answer, case.cited, case.view())


def ambiguity(case: Case) -> str | None:
    """Another sentence of the clip answers otherwise."""
    if not case.cited:
        return None
    return ambiguous(case.asked, case.question, case.answer, case.cited, case.view())


def common_sense(case: Case) -> str | None:
    """A second model was right without the narrations."""
    return "answered right without the narrations" if case.verdict.blind is True else None


def unanswerable(case: Case) -> str | None:
    """A second model was wrong with the narrations."""
    return "not answered right with the narrations" if case.verdict.told is False else None


FILTERS: Mapping[str, Callable[[Case], str | None]] = {
    "schema": schema,
    "length": length,
    "index": index,
    "leak": leak,
    "unsure": unsure,
    "answer_in_question": answer_in_question,
    "ungrounded": ungrounded,
    "ambiguous": ambiguity,
    "common_sense": common_sense,
    "unanswerable": unanswerable,
}
"""All filters of single turns by name, in the order in which they run; the first that objects counts."""


def check_names(names: Sequence[str], allowed: Sequence[str] = tuple(FILTERS)) -> None:
    """Raise InputError for a name that is none of `allowed`."""
    for name in names:
        if name not in allowed:
            raise InputError(f"no filter {name!r}; there are {', '.join(allowed)}")


def find_faults(sample: ClipQA, names: Sequence[str], options: FilterOptions) -> list[Fault | None]:
    """For each turn the first filter of `names` that objects, None for a turn to keep. InputError for unknown names."""
    check_names(names)
    chosen = [name for name in FILTERS if name in names]
    views: list[ClipView] = []

    def view() -> ClipView:
        if not views:
            views.append(ClipView(sample.clip.narrations))
        return views[0]

    verdicts = sample.verdicts or (Verdict(),) * len(sample.qa.turns)
    found: list[Fault | None] = []
    for turn, verdict in zip(sample.qa.turns, verdicts, strict=True):
        case = Case(turn, sample, view, verdict, options)
        reasons = ((name, FILTERS[name](case)) for name in chosen)
        found.append(next((Fault(name, reason) for name, reason in reasons if reason is not None), None))
    return found


def filter_sample(
    sample: ClipQA,
    names: Sequence[str],
    options: FilterOptions,
    drops: Drops,
    dropped: Callable[[QA, int, Fault], None] | None = None,
) -> QA:
    """The sample's conversation without the turns that a filter objects to; it may be left without any.

    Args:
        sample: a written clip.
        names: the filters to run (`FILTERS` gives all); their order is that of `FILTERS` whatever is given.
        options: limits.
        drops: counts each drop under ``"filter: reason"`` with the first few as examples.
        dropped: called for each turn that goes (conversation, index of the turn, why).

    Raises:
        InputError: a name that is no filter.
    """
    kept: list[Turn] = []
    for i, (turn, fault) in enumerate(zip(sample.qa.turns, find_faults(sample, names, options), strict=True)):
        if fault is None:
            kept.append(turn)
            continue
        drops.add(reason_key(fault), example_of(sample.qa, i))
        if dropped is not None:
            dropped(sample.qa, i, fault)
    return replace(sample.qa, turns=tuple(kept))


def reason_key(fault: Fault) -> str:
    """How a fault is counted: ``"leak: names somebody by a letter"``."""
    return f"{fault.filter}: {fault.reason}"


def example_of(qa: QA, turn: int) -> str:
    """One turn on one line, for a list of examples."""
    return f"{qa.id}#{turn} {qa.turns[turn].question} -> {qa.turns[turn].answer}"


def filter_rows(names: Sequence[str], seen: int, drops: Drops) -> list[dict[str, Any]]:
    """The ``filters`` list of stats.json, a row for each of `names` in the order given.

    Args:
        names: of turn filters and corpus steps (`qa.corpus.filters.CORPUS_STEPS`), in the order in which they ran.
        seen: how many turns the first of them saw.
        drops: what `filter_sample` and `filter_corpus` counted; other counts in it are passed over.
    """
    rows: list[dict[str, Any]] = []
    for name in names:
        prefix = f"{name}: "
        reasons = {key.removeprefix(prefix): n for key, n in drops.counts.items() if key.startswith(prefix)}
        gone = sum(reasons.values())
        examples = {reason: list(drops.examples.get(prefix + reason, ())) for reason in reasons}
        rows.append({"name": name, "seen": seen, "dropped": gone, "reasons": reasons, "examples": examples})
        seen -= gone
    return rows
