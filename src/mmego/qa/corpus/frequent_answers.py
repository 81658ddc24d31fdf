"""Near duplicates over a whole corpus: questions alike with the same answer, of any videos, there too often.

In first-person data the same wording about two videos is legitimate, so nothing goes because it is like one other turn;
what goes is the flood beyond a cap. Exact (no sketches), over flat arrays: two sets of words whose Jaccard similarity
is at least t share one of the first ``n - ceil(t * n) + 1`` words of each, rarest first (prefix filtering, as in
`qa.corpus.near_duplicates`), and their sizes differ by no more than that factor. That bounds from above how many turns
are like a question; only those whose bound is beyond the cap are compared at all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mmego.qa.corpus.columns import mixed
from mmego.qa.corpus.quotas import beyond

Numbers = npt.NDArray[np.int64]
_SLACK = 1e-9
NO_WORDS = np.uint32(0xFFFFFFFF)
"""Stands for a question without content words: such questions are like each other."""


def floods(
    sense: npt.NDArray[np.uint64],
    pair: npt.NDArray[np.uint64],
    order: npt.NDArray[np.uint64],
    begins: Numbers,
    sizes: npt.NDArray[np.uint8],
    words: npt.NDArray[np.uint32],
    threshold: float,
    most: int,
) -> npt.NDArray[np.bool_]:
    """True for the turns that go: of each group of questions alike all but the `most` lowest by `order`.

    Different questions (by `pair`) are gone through, the commonest first. Where a question and all those like it that
    are in no group yet make more than `most` turns together, they become a group.

    Args:
        sense: a turn; only turns of one sense (the same answer, the same "first", "left"...) can be alike.
        pair: a turn; the same for equal questions with equal answers, which have the same sense and words.
        order: a turn; who stays.
        begins: a turn; where its question's words begin in `words`.
        sizes: a turn; how many words its question has.
        words: hashes of content words, each question's own in a row.
        threshold: least similarity of the questions' words, above 0 and at most 1.
        most: turns that a group keeps.
    """
    gone = np.zeros(len(pair), np.bool_)
    crowd = np.flatnonzero(_crowded(sense, most))
    if not len(crowd):
        return gone
    _, first, member, counts = np.unique(pair[crowd], return_index=True, return_inverse=True, return_counts=True)
    of = crowd[first]  # a turn for each different question
    index = _Index(sense[of], pair[of], counts, begins[of], sizes[of].astype(np.int64), words, threshold, most)
    group = index.groups()
    grouped = group[member] >= 0
    turns = crowd[grouped]
    gone[turns] = beyond(group[member][grouped], order[turns], most)
    return gone


def _crowded(sense: npt.NDArray[np.uint64], most: int) -> npt.NDArray[np.bool_]:
    """True for turns of a sense that more than `most` turns have: all others can be in no flood."""
    _, inverse, counts = np.unique(sense, return_inverse=True, return_counts=True)
    crowded: npt.NDArray[np.bool_] = counts[inverse] > most
    return crowded


class _Index:
    """Different questions, and which of them share a word of their prefixes."""

    def __init__(
        self,
        sense: npt.NDArray[np.uint64],
        pair: npt.NDArray[np.uint64],
        counts: Numbers,
        begins: Numbers,
        sizes: Numbers,
        words: npt.NDArray[np.uint32],
        threshold: float,
        most: int,
    ) -> None:
        self.counts, self.threshold, self.most = counts, threshold, most
        self.sizes = np.maximum(sizes, 1)
        self.offsets = np.concatenate(([0], np.cumsum(self.sizes)))
        owner = np.repeat(np.arange(len(sizes), dtype=np.int64), self.sizes)
        within = np.arange(self.offsets[-1]) - self.offsets[owner]
        self.words = np.full(self.offsets[-1], NO_WORDS, np.uint32)
        real = sizes[owner] > 0
        self.words[real] = words[begins[owner[real]] + within[real]]
        self._rarest_first(owner)
        prefix = self.sizes - np.ceil(threshold * self.sizes - _SLACK).astype(np.int64) + 1
        entry = np.flatnonzero(within < prefix[owner])
        del real, within
        # One entry for each prefix word of each question; those of one sense, word and size stand together.
        self.question = owner[entry]
        key = _mix(sense[self.question], self.words[entry])
        by_key = np.lexsort((self.sizes[self.question], key))
        self.question, key = self.question[by_key], key[by_key]
        starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        self._reach(starts, np.append(starts[1:], len(key)))
        # The commonest first; ties by the questions' own hashes, so that the order of reading does not count.
        self.walk = np.lexsort((pair, -counts))

    def _rarest_first(self, owner: Numbers) -> None:
        """Put each question's words in the order of how many questions have them."""
        _, inverse, frequency = np.unique(self.words, return_inverse=True, return_counts=True)
        self.words = self.words[np.lexsort((self.words, frequency[inverse], owner))]

    def _reach(self, starts: Numbers, ends: Numbers) -> None:
        """For each entry the range of entries that share its word and may be alike by size, and how many turns there
        are at most like each question."""
        size = self.sizes[self.question]
        run = np.repeat(np.arange(len(starts)), ends - starts)
        # Sizes rise within a run: one number that rises over all entries makes both ends a binary search.
        step = int(self.sizes.max()) + 2
        place = run * step + size
        least = np.ceil(self.threshold * size - _SLACK).astype(np.int64)
        largest = np.minimum(np.floor(size / self.threshold + _SLACK).astype(np.int64), step - 1)
        self.low = np.searchsorted(place, run * step + least, side="left")
        self.high = np.searchsorted(place, run * step + largest, side="right")
        turns = np.concatenate(([0], np.cumsum(self.counts[self.question])))
        bound = np.bincount(self.question, weights=turns[self.high] - turns[self.low], minlength=len(self.sizes))
        self.may_flood = bound > self.most
        # The entries of each question, to find its ranges again.
        self.entries = np.argsort(self.question, kind="stable")
        self.first_entry = np.searchsorted(self.question[self.entries], np.arange(len(self.sizes) + 1))

    def groups(self) -> Numbers:
        """For each question the number of its group, -1 for none."""
        group = np.full(len(self.sizes), -1, np.int64)
        for one in self.walk[self.may_flood[self.walk]].tolist():
            if group[one] >= 0:
                continue
            ranges = self.entries[self.first_entry[one] : self.first_entry[one + 1]]
            near = [self.question[self.low[entry] : self.high[entry]] for entry in ranges.tolist()]
            found = np.unique(np.concatenate(near)) if len(near) > 1 else near[0]
            found = found[group[found] < 0]
            if self.counts[found].sum() <= self.most:
                continue
            alike = found[self._similarity(one, found) >= self.threshold - _SLACK]
            if self.counts[alike].sum() > self.most:
                group[alike] = one
        return group

    def _similarity(self, one: int, others: Numbers) -> npt.NDArray[np.float64]:
        """Jaccard similarity of a question's words with those of others."""
        mine = self.words[self.offsets[one] : self.offsets[one + 1]]
        sizes = self.sizes[others]
        ends = np.cumsum(sizes)
        flat = np.arange(ends[-1]) + np.repeat(self.offsets[others] - (ends - sizes), sizes)
        theirs = self.words[flat]
        shared = np.zeros(len(theirs), np.bool_)
        for word in mine:  # a handful
            shared |= theirs == word
        common = np.add.reduceat(shared, ends - sizes, dtype=np.int64)
        return np.asarray(common / (sizes + len(mine) - common), np.float64)


def _mix(sense: npt.NDArray[np.uint64], word: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """One key for a sense and a word."""
    return mixed(sense ^ mixed(word.astype(np.uint64)))
