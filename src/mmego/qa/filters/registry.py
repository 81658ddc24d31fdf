"""The list of all filters of single turns, and the functions that run them. No filter asks a model.

A filter is a function that looks at one turn with its clip. It returns a reason to drop the turn, or None. Reasons are
short and fixed, so that they can be counted. `docs/reference/filters.md` says what each filter does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.qa.filters.ambiguous import check_ambiguous
from mmego.qa.filters.answer_in_question import check_answer_in_question
from mmego.qa.filters.clip_index import ClipIndex
from mmego.qa.filters.common_sense import check_common_sense
from mmego.qa.filters.index import check_index
from mmego.qa.filters.leak import check_leak
from mmego.qa.filters.length import check_length
from mmego.qa.filters.schema import check_schema
from mmego.qa.filters.turn_case import FilterOptions, TurnCase
from mmego.qa.filters.unanswerable import check_unanswerable
from mmego.qa.filters.ungrounded import check_ungrounded
from mmego.qa.filters.unsure import check_unsure
from mmego.records import QA, Turn

FILTERS: Mapping[str, Callable[[TurnCase], str | None]] = {
    "schema": check_schema,
    "length": check_length,
    "index": check_index,
    "leak": check_leak,
    "unsure": check_unsure,
    "answer_in_question": check_answer_in_question,
    "ungrounded": check_ungrounded,
    "ambiguous": check_ambiguous,
    "common_sense": check_common_sense,
    "unanswerable": check_unanswerable,
}
"""All filters of single turns by name, in the order in which they run. The first one with a reason counts."""


@dataclass(frozen=True, slots=True)
class DropReason:
    """Why a turn is dropped: the filter's name and its reason."""

    filter: str
    reason: str


def check_names(names: Sequence[str], allowed: Sequence[str] = tuple(FILTERS)) -> None:
    """Raise InputError for a name that is not in `allowed`."""
    for name in names:
        if name not in allowed:
            raise InputError(f"no filter {name!r}; there are {', '.join(allowed)}")


def find_drop_reasons(sample: ClipQA, names: Sequence[str], options: FilterOptions) -> list[DropReason | None]:
    """Return for each turn the first reason to drop it, None for a turn to keep.

    Raises InputError for a name that is not a filter.
    """
    check_names(names)
    chosen = [name for name in FILTERS if name in names]
    # Only some filters need the index: it is made when the first one asks for it.
    clip_index = cache(lambda: ClipIndex(sample.clip.narrations))
    verdicts = sample.verdicts or (Verdict(),) * len(sample.qa.turns)
    found: list[DropReason | None] = []
    for turn, verdict in zip(sample.qa.turns, verdicts, strict=True):
        case = TurnCase(turn, sample, clip_index, verdict, options)
        reasons = ((name, FILTERS[name](case)) for name in chosen)
        found.append(next((DropReason(name, reason) for name, reason in reasons if reason is not None), None))
    return found


def filter_sample(
    sample: ClipQA,
    names: Sequence[str],
    options: FilterOptions,
    drops: Drops,
    dropped: Callable[[QA, int, DropReason], None] | None = None,
) -> QA:
    """Return the sample's conversation without the turns that a filter drops; all of them may go.

    Args:
        sample: a written clip.
        names: the filters to run (`FILTERS` has all); they run in the order of `FILTERS`.
        options: limits.
        drops: counts each drop under ``"filter: reason"``, with the first few as examples.
        dropped: called for each dropped turn (conversation, index of the turn, reason).

    Raises:
        InputError: a name is not a filter.
    """
    kept: list[Turn] = []
    for i, (turn, reason) in enumerate(zip(sample.qa.turns, find_drop_reasons(sample, names, options), strict=True)):
        if reason is None:
            kept.append(turn)
            continue
        drops.add(reason_key(reason), example_of(sample.qa, i))
        if dropped is not None:
            dropped(sample.qa, i, reason)
    return replace(sample.qa, turns=tuple(kept))


def reason_key(reason: DropReason) -> str:
    """Return the name under which a reason is counted: ``"leak: names somebody by a letter"``."""
    return f"{reason.filter}: {reason.reason}"


def example_of(qa: QA, turn: int) -> str:
    """Return one turn on one line, for a list of examples."""
    return f"{qa.id}#{turn} {qa.turns[turn].question} -> {qa.turns[turn].answer}"


def filter_rows(names: Sequence[str], seen: int, drops: Drops) -> list[dict[str, Any]]:
    """Return the ``filters`` list of stats.json, a row for each of `names` in the order given.

    Args:
        names: turn filters and corpus filters (`qa.corpus.options.CORPUS_STEPS`), in the order in which they ran.
        seen: number of turns that the first of them saw.
        drops: what `filter_sample` and `filter_corpus` counted. Its other counts are ignored.
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
