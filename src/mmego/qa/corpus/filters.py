"""The filters of a whole corpus: each finds the turns of which there are too many.

A corpus filter is a function of the corpus's columns, the turns that are left, and the limits. It returns the turns to
drop. To add one, write a function, add it to `CORPUS_FILTERS`, and its reason to `options.DROP_REASONS`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mmego.qa.corpus.near_duplicates import ComparedTurn, find_near_duplicates
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.corpus.quotas import even_caps, over_cap, share_cap
from mmego.qa.corpus.repeated_questions import find_repeated_questions
from mmego.qa.corpus.turn_columns import TurnColumns
from mmego.qa.corpus.turn_features import ANSWER_TYPES
from mmego.records.length_classes import LENGTH_CLASSES

_YES, _NO = ANSWER_TYPES.index("yes"), ANSWER_TYPES.index("no")

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
CorpusFilter = Callable[[TurnColumns, Numbers, CorpusOptions], Numbers]
"""Columns, numbers of the turns that are left, limits -> numbers of the turns to drop."""


def find_duplicates(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return near duplicates. Of several, the one in the rarer length class stays, then the first one read."""
    frequency = np.bincount(columns.classes, minlength=len(LENGTH_CLASSES))
    rarity = frequency[columns.classes[columns.conversation[kept]]].astype(np.uint32)
    kept = kept[np.lexsort((rarity, columns.sense[kept]))]
    del rarity
    sense = columns.sense[kept]
    bounds = (
        np.flatnonzero(np.concatenate(([True], sense[1:] != sense[:-1], [True]))) if len(kept) else np.zeros(1, int)
    )
    long = np.flatnonzero(np.diff(bounds) > 1)
    lengths = columns.question_words.astype(np.uint16) + columns.answer_words
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    out: list[int] = []
    for group in long.tolist():
        turns = kept[bounds[group] : bounds[group + 1]].tolist()
        doubles = find_near_duplicates([_compared_turn(columns, offsets, turn) for turn in turns], options.likeness)
        out += [turn for turn, double in zip(turns, doubles, strict=True) if double is not None]
    return np.array(out, np.int64)


def _compared_turn(columns: TurnColumns, offsets: Numbers, turn: int) -> ComparedTurn:
    begin, split = int(offsets[turn]), int(offsets[turn]) + int(columns.question_words[turn])
    question, answer = columns.words[begin:split], columns.words[split : int(offsets[turn + 1])]
    return ComparedTurn(
        frozenset(question.tolist()), frozenset(answer.tolist()), float(columns.start[turn]), float(columns.end[turn])
    )


def find_repeated_pairs(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return turns with the same question and the same answer, beyond `most_repeats`."""
    return kept[over_cap(columns.pair[kept], columns.order[kept], options.most_repeats)]


def find_repeated_similar(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return turns with similar questions and the same answer, beyond `most_repeats`."""
    if options.repeat_likeness == 1:
        return kept[:0]
    lengths = columns.question_words.astype(np.uint16) + columns.answer_words
    begins = np.cumsum(lengths, dtype=np.int64) - lengths
    gone = find_repeated_questions(
        columns.answer_sense[kept],
        columns.pair[kept],
        columns.order[kept],
        begins[kept],
        columns.question_words[kept],
        columns.words,
        options.repeat_likeness,
        options.most_repeats,
    )
    return kept[gone]


def find_uneven_yes_no(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return turns beyond as many yes as no in each category, and beyond the share of both."""
    types = columns.type[kept]
    yes_no = (types == _YES) | (types == _NO)
    if len(kept) < options.min_turns or not yes_no.any():
        return kept[:0]
    turns, others = kept[yes_no], len(kept) - int(yes_no.sum())
    is_yes, category = columns.type[turns] == _YES, columns.category[turns]
    most = None if options.yes_no_share == 1 else options.yes_no_share / (1 - options.yes_no_share) * others
    caps = even_caps(category[is_yes], category[~is_yes], most)
    answers = category.astype(np.int64) * 2 + is_yes
    gone: Numbers = turns[over_cap(answers, columns.order[turns], caps[category])]
    return gone


def find_frequent_answers(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return turns beyond the share of one answer in its category and type. Yes and no have their own filter."""
    turns = kept[(columns.type[kept] != _YES) & (columns.type[kept] != _NO)]
    if len(kept) < options.min_turns or options.one_answer_share == 1:
        return kept[:0]
    bucket = columns.category[turns].astype(np.int64) * len(ANSWER_TYPES) + columns.type[turns]
    out = [kept[:0]]
    for one in np.unique(bucket):
        of_it = turns[bucket == one]
        if len(of_it) * 20 >= options.min_turns:
            _, counts = np.unique(columns.answer_key[of_it], return_counts=True)
            cap = share_cap(counts, options.one_answer_share)
            out.append(
                of_it[over_cap(columns.answer_key[of_it], columns.order[of_it], cap)] if cap is not None else kept[:0]
            )
    return np.concatenate(out)


def find_frequent_answer_types(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return turns beyond the share of one answer type. Yes and no are one type."""
    if len(kept) < options.min_turns or options.answer_type_share == 1:
        return kept[:0]
    types = np.where(columns.type[kept] == _NO, _YES, columns.type[kept])
    cap = share_cap(np.bincount(types), options.answer_type_share)
    return kept[over_cap(types, columns.order[kept], cap)] if cap is not None else kept[:0]


def find_frequent_length_classes(columns: TurnColumns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Return the turns of conversations beyond what the rarer length classes allow."""
    left = np.unique(columns.conversation[kept])
    if not len(left) or len(left) < options.min_conversations:
        return kept[:0]
    classes = columns.classes[left]
    counts = np.bincount(classes)
    cap = share_cap(counts, options.class_ratio / np.count_nonzero(counts))
    if cap is None:
        return kept[:0]
    gone: Mask = np.zeros(len(columns.keys), np.bool_)
    gone[left[over_cap(classes, columns.place[left], cap)]] = True
    return kept[gone[columns.conversation[kept]]]


CORPUS_FILTERS: tuple[CorpusFilter, ...] = (
    find_duplicates,
    find_repeated_pairs,
    find_repeated_similar,
    find_uneven_yes_no,
    find_frequent_answers,
    find_frequent_answer_types,
    find_frequent_length_classes,
)
"""In the order in which they run; `options.DROP_REASONS` has the reason of each."""
