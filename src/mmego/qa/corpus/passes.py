"""Filter a whole corpus in two passes.

The first pass keeps some numbers of each turn (about 70 bytes, twice that while it decides; no text), then decides what
to drop, but never all of a video where that can be avoided. The second pass yields the conversations without it. Seven
million turns fit in 1.5 GB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.qa.corpus.filters import (
    CORPUS_FILTERS,
    CorpusFilter,
    Mask,
    Numbers,
    find_frequent_length_classes,
)
from mmego.qa.corpus.options import DROP_REASONS, CorpusOptions
from mmego.qa.corpus.turn_columns import ColumnBuilder, TurnColumns
from mmego.qa.filters.registry import DropReason, example_of, reason_key
from mmego.records import QA
from mmego.records.length_classes import LENGTH_CLASSES

ROUNDS = 5
"""How often a filter decides again for videos that would lose all of their turns."""


def filter_corpus(
    read: Callable[[], Iterator[QA]],
    options: CorpusOptions,
    drops: Drops,
    dropped: Callable[[QA, int, DropReason], None] | None = None,
) -> Iterator[QA]:
    """Yield the conversations of a corpus without the turns that a corpus filter drops, in the order read.

    Args:
        read: returns all conversations, the same each time. It is called twice. Those without a turn are skipped.
        options: the limits.
        drops: counts each dropped turn under ``"filter: reason"``.
        dropped: called for each dropped turn (conversation, index of the turn, reason).

    Raises:
        InputError: the second reading gives other conversations than the first.
    """
    builder = ColumnBuilder(options.seed)
    for qa in read():
        if qa.turns:
            builder.add(qa)
    codes = _decide(builder.finish(), options)
    turn = conversation = 0
    for qa in read():
        if not qa.turns:
            continue
        number = len(qa.turns)
        if conversation >= len(builder.keys) or builder.keys[conversation] != builder.key(qa):
            raise InputError(f"conversation {conversation} of the second reading is {qa.id}, not that of the first")
        of_it = codes[turn : turn + number].tolist()
        conversation, turn = conversation + 1, turn + number
        for i, code in enumerate(of_it):
            if code:
                drops.add(reason_key(DROP_REASONS[code - 1]), example_of(qa, i))
                if dropped is not None:
                    dropped(qa, i, DROP_REASONS[code - 1])
        kept = tuple(t for t, code in zip(qa.turns, of_it, strict=True) if not code)
        if kept:
            yield qa if len(kept) == number else replace(qa, turns=kept)
    if conversation != len(builder.keys):
        raise InputError(f"the second reading gives {conversation} conversations, the first gave {len(builder.keys)}")


def _decide(columns: TurnColumns, options: CorpusOptions) -> npt.NDArray[np.uint8]:
    """Return for each turn 0 (kept), or 1 + the index of its reason in `DROP_REASONS`."""
    codes = np.zeros(len(columns.sense), np.uint8)
    for code, (reason, find) in enumerate(zip(DROP_REASONS, CORPUS_FILTERS, strict=True), start=1):
        if reason.filter in options.steps:
            kept = np.flatnonzero(codes == 0)
            codes[_drop_keeping_videos(columns, kept, options, find)] = code
    return codes


def _drop_keeping_videos(columns: TurnColumns, kept: Numbers, options: CorpusOptions, find: CorpusFilter) -> Numbers:
    """Return the turns that `find` drops, decided again where a video would lose all of its turns.

    One turn of such a video (one conversation, where `find` drops whole ones) then moves to the front of the order in
    which turns stay, and other turns go in its place. The filter of length classes never drops the last conversation of
    a video. The other filters do so where their caps leave no choice: a thousand videos with one and the same question.
    """
    whole = find is find_frequent_length_classes
    gone = find(columns, kept, options)
    held: Mask = np.zeros(len(columns.order), np.bool_)
    for _ in range(ROUNDS):
        lost = _last_of_videos(columns, kept, gone)
        lost = lost[~held[lost]]
        if not len(lost):
            break
        held[lost] = True
        if whole:
            held[kept] |= np.isin(columns.conversation[kept], columns.conversation[lost])
        first: Mask = np.zeros(len(columns.place), np.bool_)
        first[columns.conversation[held]] = True
        ahead = replace(columns, order=_ahead(columns.order, held), place=_ahead(columns.place, first))
        gone = find(ahead, kept, options)
        if whole:
            gone = gone[~held[gone]]
    if whole and len(lost := _last_of_videos(columns, kept, gone)):
        gone = gone[~np.isin(columns.conversation[gone], columns.conversation[lost])]
    return gone


def _ahead(order: npt.NDArray[np.uint64], these: Mask) -> npt.NDArray[np.uint64]:
    """Return the order with `these` before all others, else unchanged."""
    return np.where(these, order >> np.uint64(1), (order >> np.uint64(1)) | np.uint64(1 << 63))


def _last_of_videos(columns: TurnColumns, kept: Numbers, gone: Numbers) -> Numbers:
    """Return one turn of each video whose `kept` turns are all `gone`: of the rarest length class, then by order."""
    left: Mask = np.zeros(int(columns.video.max(initial=0)) + 1, np.bool_)
    stays: Mask = np.zeros(len(columns.order), np.bool_)
    stays[kept] = True
    stays[gone] = False
    left[columns.video[columns.conversation[stays]]] = True
    turns = gone[~left[columns.video[columns.conversation[gone]]]]
    if not len(turns):
        return turns
    conversation = columns.conversation[turns]
    rarity = np.bincount(columns.classes, minlength=len(LENGTH_CLASSES))[columns.classes[conversation]]
    by = np.lexsort((columns.order[turns], columns.place[conversation], rarity, columns.video[conversation]))
    videos = columns.video[conversation[by]]
    first = np.flatnonzero(np.concatenate(([True], videos[1:] != videos[:-1])))
    chosen: Numbers = turns[by[first]]
    return chosen
