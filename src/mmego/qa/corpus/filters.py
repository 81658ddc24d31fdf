"""Filters over the whole corpus: near duplicates, what is asked too often, shares of answers, length classes.

What is too much goes, but never all of a video. Two passes over the conversations: the first keeps some numbers a turn
(about 70 bytes, twice that while it decides; no text), then decides; the second gives the conversations without what
was dropped. Seven million turns fit in 1.5 GB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.qa.corpus.columns import Columns, Table
from mmego.qa.corpus.frequent_answers import floods
from mmego.qa.corpus.near_duplicates import Likeness, near_duplicates
from mmego.qa.corpus.quotas import beyond, even_caps, share_cap
from mmego.qa.corpus.turn_features import ANSWER_TYPES
from mmego.qa.filters.registry import Fault, check_names, example_of, reason_key
from mmego.records import QA
from mmego.records.length_classes import LENGTH_CLASSES, length_class

FAULTS = (
    Fault("duplicate", "asks and answers the same of the same moment"),
    Fault("repeated", "the same question and answer too often in the corpus"),
    Fault("repeated", "questions alike with the same answer too often in the corpus"),
    Fault("yes_no", "more of yes than of no (or the reverse), or too many of both"),
    Fault("one_answer", "one answer too often in its category"),
    Fault("answer_type", "one type of answer too often"),
    Fault("length_class", "too many conversations of one length class"),
)
CORPUS_STEPS = tuple(dict.fromkeys(fault.filter for fault in FAULTS))
"""The names of the corpus filters, in the order in which they run."""
_YES, _NO = ANSWER_TYPES.index("yes"), ANSWER_TYPES.index("no")

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
ROUNDS = 5
"""So often it is decided anew for the sake of videos that would lose all."""


@dataclass(frozen=True, slots=True)
class CorpusOptions:
    """What the corpus filters allow. A share of 1 switches its filter off, as leaving its name out of `steps` does."""

    steps: tuple[str, ...] = CORPUS_STEPS
    """The corpus filters to run."""
    likeness: float = 0.8
    """Questions on the same moment of a video with the same answer are near duplicates from this likeness (0 to 1)."""
    most_repeats: int = 100
    """The same question with the same answer is kept at most so often in the corpus, and so are questions alike."""
    repeat_likeness: float = 0.8
    """Questions of any videos with the same answer are alike in that from this likeness of their content words (0
    to 1). 1: only the same question counts."""
    yes_no_share: float = 0.25
    """Largest share of yes/no turns among all."""
    one_answer_share: float = 0.25
    """Largest share of one answer among the turns of its category and type."""
    answer_type_share: float = 0.7
    """Largest share of one type of answer (place, thing, number...) among all turns."""
    class_ratio: float = 1.5
    """No length class has more conversations than this times its even share; 1 makes all classes equal."""
    min_turns: int = 1000
    """Shares are not looked at in a corpus of fewer turns, and of one answer in a category of a twentieth of that."""
    min_conversations: int = 200
    """Length classes are not balanced in a corpus of fewer conversations."""
    seed: int = 0
    """Draws what is dropped where there is too much of something."""

    def __post_init__(self) -> None:
        check_names(self.steps, CORPUS_STEPS)
        for name in ("likeness", "repeat_likeness", "yes_no_share", "one_answer_share", "answer_type_share"):
            if not 0 < getattr(self, name) <= 1:
                raise InputError(f"{name} should be above 0 and at most 1, got {getattr(self, name)}")
        if not self.class_ratio >= 1:
            raise InputError(f"class_ratio should be 1 or more, got {self.class_ratio}")
        for name, least in (("most_repeats", 1), ("min_turns", 0), ("min_conversations", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} should be {least} or more, got {getattr(self, name)}")


Finder = Callable[[Columns, Numbers, CorpusOptions], Numbers]


@dataclass(slots=True)
class CorpusReport:
    """What went in and came out: turns, and conversations (those with a turn) by length class."""

    turns_before: int = 0
    turns_after: int = 0
    classes_before: Counter[str] = field(default_factory=Counter)
    classes_after: Counter[str] = field(default_factory=Counter)


def filter_corpus(
    read: Callable[[], Iterator[QA]],
    options: CorpusOptions,
    drops: Drops,
    report: CorpusReport | None = None,
    dropped: Callable[[QA, int, Fault], None] | None = None,
) -> Iterator[QA]:
    """The conversations of a corpus without near duplicates and without too much of anything, in the order read.

    Args:
        read: gives all conversations, the same each time; it is called twice. Those without a turn are passed over.
        options: what is allowed.
        drops: counts each dropped turn under ``"filter: reason"``.
        report: filled in when given.
        dropped: called for each turn that goes (conversation, index of the turn, why).

    Raises:
        InputError: the second reading gives other conversations than the first.
    """
    report = report if report is not None else CorpusReport()
    table = Table(options.seed)
    for qa in read():
        if qa.turns:
            table.add(qa)
    faults = _decide(table.finish(), options)
    report.turns_before = len(faults)
    turn = conversation = 0
    for qa in read():
        if not qa.turns:
            continue
        number = len(qa.turns)
        if conversation >= len(table.keys) or table.keys[conversation] != table.key(qa):
            raise InputError(f"conversation {conversation} of the second reading is {qa.id}, not that of the first")
        of_it = faults[turn : turn + number].tolist()
        conversation, turn = conversation + 1, turn + number
        report.classes_before[length_class(qa.clip.length)] += 1
        for i, code in enumerate(of_it):
            if code:
                drops.add(reason_key(FAULTS[code - 1]), example_of(qa, i))
                if dropped is not None:
                    dropped(qa, i, FAULTS[code - 1])
        kept = tuple(t for t, code in zip(qa.turns, of_it, strict=True) if not code)
        if kept:
            report.turns_after += len(kept)
            report.classes_after[length_class(qa.clip.length)] += 1
            yield qa if len(kept) == number else replace(qa, turns=kept)
    if conversation != len(table.keys):
        raise InputError(f"the second reading gives {conversation} conversations, the first gave {len(table.keys)}")


def _decide(table: Columns, options: CorpusOptions) -> npt.NDArray[np.uint8]:
    """For each turn 0 (kept) or 1 + the index of the fault that drops it."""
    faults = np.zeros(len(table.sense), np.uint8)
    finders: tuple[Finder, ...] = (
        _duplicates,
        _repeated,
        _alike_too_often,
        _yes_no,
        _one_answer,
        _answer_types,
        _length_classes,
    )
    for code, (fault, find) in enumerate(zip(FAULTS, finders, strict=True), start=1):
        if fault.filter in options.steps:
            kept = np.flatnonzero(faults == 0)
            faults[_without_losing_videos(table, kept, options, find)] = code
    return faults


def _without_losing_videos(table: Columns, kept: Numbers, options: CorpusOptions, find: Finder) -> Numbers:
    """What `find` takes away, decided anew where that is all that is left of a video.

    One turn (or one conversation, where `find` takes whole ones) of such a video then comes first in the order in which
    turns stay, so that others go in its place. Length classes never take a video's last conversation; the filters of
    what is there too often do where their caps leave no choice: a thousand videos with the same one question.
    """
    whole = find is _length_classes
    gone = find(table, kept, options)
    held: Mask = np.zeros(len(table.order), np.bool_)
    for _ in range(ROUNDS):
        lost = _last_of_videos(table, kept, gone)
        lost = lost[~held[lost]]
        if not len(lost):
            break
        held[lost] = True
        if whole:
            held[kept] |= np.isin(table.conversation[kept], table.conversation[lost])
        first: Mask = np.zeros(len(table.place), np.bool_)
        first[table.conversation[held]] = True
        ahead = replace(table, order=_ahead(table.order, held), place=_ahead(table.place, first))
        gone = find(ahead, kept, options)
        if whole:
            gone = gone[~held[gone]]
    if whole and len(lost := _last_of_videos(table, kept, gone)):
        gone = gone[~np.isin(table.conversation[gone], table.conversation[lost])]
    return gone


def _ahead(order: npt.NDArray[np.uint64], these: Mask) -> npt.NDArray[np.uint64]:
    """The order with `these` before all others, else as it was."""
    return np.where(these, order >> np.uint64(1), (order >> np.uint64(1)) | np.uint64(1 << 63))


def _last_of_videos(table: Columns, kept: Numbers, gone: Numbers) -> Numbers:
    """Of each video of which all `kept` turns are `gone` one turn: in the rarest length class, then by order."""
    left: Mask = np.zeros(int(table.video.max(initial=0)) + 1, np.bool_)
    stays: Mask = np.zeros(len(table.order), np.bool_)
    stays[kept] = True
    stays[gone] = False
    left[table.video[table.conversation[stays]]] = True
    turns = gone[~left[table.video[table.conversation[gone]]]]
    if not len(turns):
        return turns
    conversation = table.conversation[turns]
    rarity = np.bincount(table.classes, minlength=len(LENGTH_CLASSES))[table.classes[conversation]]
    by = np.lexsort((table.order[turns], table.place[conversation], rarity, table.video[conversation]))
    videos = table.video[conversation[by]]
    first = np.flatnonzero(np.concatenate(([True], videos[1:] != videos[:-1])))
    chosen: Numbers = turns[by[first]]
    return chosen


def _duplicates(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Near duplicates; of several the one in the rarer length class stays, then the first one read."""
    frequency = np.bincount(table.classes, minlength=len(LENGTH_CLASSES))
    rarity = frequency[table.classes[table.conversation[kept]]].astype(np.uint32)
    kept = kept[np.lexsort((rarity, table.sense[kept]))]
    del rarity
    sense = table.sense[kept]
    bounds = (
        np.flatnonzero(np.concatenate(([True], sense[1:] != sense[:-1], [True]))) if len(kept) else np.zeros(1, int)
    )
    long = np.flatnonzero(np.diff(bounds) > 1)
    lengths = table.asked_words.astype(np.uint16) + table.said_words
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    out: list[int] = []
    for group in long.tolist():
        turns = kept[bounds[group] : bounds[group + 1]].tolist()
        doubles = near_duplicates([_likeness(table, offsets, turn) for turn in turns], options.likeness)
        out += [turn for turn, double in zip(turns, doubles, strict=True) if double is not None]
    return np.array(out, np.int64)


def _likeness(table: Columns, offsets: Numbers, turn: int) -> Likeness:
    begin, split = int(offsets[turn]), int(offsets[turn]) + int(table.asked_words[turn])
    question, answer = table.words[begin:split], table.words[split : int(offsets[turn + 1])]
    return Likeness(
        frozenset(question.tolist()), frozenset(answer.tolist()), float(table.start[turn]), float(table.end[turn])
    )


def _repeated(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """The same question with the same answer, beyond `most_repeats`."""
    return kept[beyond(table.pair[kept], table.order[kept], options.most_repeats)]


def _alike_too_often(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Questions alike with the same answer, beyond `most_repeats`."""
    if options.repeat_likeness == 1:
        return kept[:0]
    lengths = table.asked_words.astype(np.uint16) + table.said_words
    begins = np.cumsum(lengths, dtype=np.int64) - lengths
    gone = floods(
        table.flood[kept],
        table.pair[kept],
        table.order[kept],
        begins[kept],
        table.asked_words[kept],
        table.words,
        options.repeat_likeness,
        options.most_repeats,
    )
    return kept[gone]


def _yes_no(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """As many yes as no in each category, and not too many of both."""
    types = table.type[kept]
    asked = (types == _YES) | (types == _NO)
    if len(kept) < options.min_turns or not asked.any():
        return kept[:0]
    turns, others = kept[asked], len(kept) - int(asked.sum())
    said_yes, category = table.type[turns] == _YES, table.category[turns]
    most = None if options.yes_no_share == 1 else options.yes_no_share / (1 - options.yes_no_share) * others
    caps = even_caps(category[said_yes], category[~said_yes], most)
    answers = category.astype(np.int64) * 2 + said_yes
    gone: Numbers = turns[beyond(answers, table.order[turns], caps[category])]
    return gone


def _one_answer(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """One answer among the turns of its category and type; yes and no are balanced elsewhere."""
    turns = kept[(table.type[kept] != _YES) & (table.type[kept] != _NO)]
    if len(kept) < options.min_turns or options.one_answer_share == 1:
        return kept[:0]
    bucket = table.category[turns].astype(np.int64) * len(ANSWER_TYPES) + table.type[turns]
    out = [kept[:0]]
    for one in np.unique(bucket):
        of_it = turns[bucket == one]
        if len(of_it) * 20 >= options.min_turns:
            _, counts = np.unique(table.said[of_it], return_counts=True)
            cap = share_cap(counts, options.one_answer_share)
            out.append(of_it[beyond(table.said[of_it], table.order[of_it], cap)] if cap is not None else kept[:0])
    return np.concatenate(out)


def _answer_types(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """One type of answer among all; yes and no are one type."""
    if len(kept) < options.min_turns or options.answer_type_share == 1:
        return kept[:0]
    types = np.where(table.type[kept] == _NO, _YES, table.type[kept])
    cap = share_cap(np.bincount(types), options.answer_type_share)
    return kept[beyond(types, table.order[kept], cap)] if cap is not None else kept[:0]


def _length_classes(table: Columns, kept: Numbers, options: CorpusOptions) -> Numbers:
    """Conversations beyond what the rarer length classes allow."""
    left = np.unique(table.conversation[kept])
    if not len(left) or len(left) < options.min_conversations:
        return kept[:0]
    classes = table.classes[left]
    counts = np.bincount(classes)
    cap = share_cap(counts, options.class_ratio / np.count_nonzero(counts))
    if cap is None:
        return kept[:0]
    gone: Mask = np.zeros(len(table.keys), np.bool_)
    gone[left[beyond(classes, table.place[left], cap)]] = True
    return kept[gone[table.conversation[kept]]]
