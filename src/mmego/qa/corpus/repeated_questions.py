"""Similar questions with the same answer that occur too often in a corpus, whatever their videos.

The same wording about two videos is legitimate in first-person data. So a turn is not dropped because it is similar to
one other turn, only because its group is larger than a cap. The search is exact (no sketches), over flat arrays. Two
sets of words with a Jaccard similarity of at least t share one of the first ``n - ceil(t * n) + 1`` words of each,
rarest first (prefix filtering, as in `qa.corpus.near_duplicates`), and their sizes differ at most by the factor t. This
bounds the number of turns similar to a question from above. Only questions with a bound above the cap are compared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mmego.qa.corpus.quotas import over_cap
from mmego.qa.corpus.turn_columns import mixed

Numbers = npt.NDArray[np.int64]
_SLACK = 1e-9
NO_WORDS = np.uint32(0xFFFFFFFF)
"""The word of a question without content words: those questions are similar to each other."""


def find_repeated_questions(
    sense: npt.NDArray[np.uint64],
    pair: npt.NDArray[np.uint64],
    order: npt.NDArray[np.uint64],
    begins: Numbers,
    sizes: npt.NDArray[np.uint8],
    words: npt.NDArray[np.uint32],
    threshold: float,
    most: int,
) -> npt.NDArray[np.bool_]:
    """Return True for turns to drop: of each group of similar questions all but the `most` lowest by `order`.

    The function goes through the different questions (by `pair`), the most frequent first. A question and all similar
    questions without a group become a group if they have more than `most` turns together.

    Args:
        sense: of each turn. Only turns of one sense (the same answer, the same "first", "left"...) can be similar.
        pair: of each turn. The same for equal questions with equal answers, which have the same sense and words.
        order: of each turn. The lowest stay.
        begins: of each turn, where the words of its question begin in `words`.
        sizes: of each turn, the number of words of its question.
        words: hashes of content words, those of one question in a row.
        threshold: least similarity of the questions' words, above 0 and at most 1.
        most: number of turns that a group keeps.
    """
    gone = np.zeros(len(pair), np.bool_)
    frequent = np.flatnonzero(_is_frequent(sense, most))
    if not len(frequent):
        return gone
    _, first, member, counts = np.unique(pair[frequent], return_index=True, return_inverse=True, return_counts=True)
    of = frequent[first]  # One turn of each different question.
    index = _Index(sense[of], pair[of], counts, begins[of], sizes[of].astype(np.int64), words, threshold, most)
    group = index.groups()
    grouped = group[member] >= 0
    turns = frequent[grouped]
    gone[turns] = over_cap(group[member][grouped], order[turns], most)
    return gone


def _is_frequent(sense: npt.NDArray[np.uint64], most: int) -> npt.NDArray[np.bool_]:
    """Return True for turns whose sense more than `most` turns have. The others cannot be in a group."""
    _, inverse, counts = np.unique(sense, return_inverse=True, return_counts=True)
    is_frequent: npt.NDArray[np.bool_] = counts[inverse] > most
    return is_frequent


class _Index:
    """The different questions, and which of them share a word of their prefixes."""

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
        # One entry for each prefix word of each question, sorted by sense, word and size.
        self.question = owner[entry]
        key = _mix(sense[self.question], self.words[entry])
        by_key = np.lexsort((self.sizes[self.question], key))
        self.question, key = self.question[by_key], key[by_key]
        starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        self._reach(starts, np.append(starts[1:], len(key)))
        # The most frequent first. Ties go by the hash of the question, so that the order of reading does not matter.
        self.walk = np.lexsort((pair, -counts))

    def _rarest_first(self, owner: Numbers) -> None:
        """Sort the words of each question by how many questions have them."""
        _, inverse, frequency = np.unique(self.words, return_inverse=True, return_counts=True)
        self.words = self.words[np.lexsort((self.words, frequency[inverse], owner))]

    def _reach(self, starts: Numbers, ends: Numbers) -> None:
        """Find for each entry the range of entries with its word and a fitting size, and bound the similar turns."""
        size = self.sizes[self.question]
        run = np.repeat(np.arange(len(starts)), ends - starts)
        # Sizes rise within a run. A number that rises over all entries turns both ends into a binary search.
        step = int(self.sizes.max()) + 2
        place = run * step + size
        least = np.ceil(self.threshold * size - _SLACK).astype(np.int64)
        largest = np.minimum(np.floor(size / self.threshold + _SLACK).astype(np.int64), step - 1)
        self.low = np.searchsorted(place, run * step + least, side="left")
        self.high = np.searchsorted(place, run * step + largest, side="right")
        turns = np.concatenate(([0], np.cumsum(self.counts[self.question])))
        bound = np.bincount(self.question, weights=turns[self.high] - turns[self.low], minlength=len(self.sizes))
        self.may_exceed = bound > self.most
        # The entries of each question, to find its ranges later.
        self.entries = np.argsort(self.question, kind="stable")
        self.first_entry = np.searchsorted(self.question[self.entries], np.arange(len(self.sizes) + 1))

    def groups(self) -> Numbers:
        """Return for each question the number of its group, -1 for none."""
        group = np.full(len(self.sizes), -1, np.int64)
        for one in self.walk[self.may_exceed[self.walk]].tolist():
            if group[one] >= 0:
                continue
            ranges = self.entries[self.first_entry[one] : self.first_entry[one + 1]]
            near = [self.question[self.low[entry] : self.high[entry]] for entry in ranges.tolist()]
            found = np.unique(np.concatenate(near)) if len(near) > 1 else near[0]
            found = found[group[found] < 0]
            if self.counts[found].sum() <= self.most:
                continue
            similar = found[self._similarity(one, found) >= self.threshold - _SLACK]
            if self.counts[similar].sum() > self.most:
                group[similar] = one
        return group

    def _similarity(self, one: int, others: Numbers) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of a question's words with those of others."""
        mine = self.words[self.offsets[one] : self.offsets[one + 1]]
        sizes = self.sizes[others]
        ends = np.cumsum(sizes)
        flat = np.arange(ends[-1]) + np.repeat(self.offsets[others] - (ends - sizes), sizes)
        theirs = self.words[flat]
        shared = np.zeros(len(theirs), np.bool_)
        for word in mine:  # Only a few words.
            shared |= theirs == word
        common = np.add.reduceat(shared, ends - sizes, dtype=np.int64)
        return np.asarray(common / (sizes + len(mine) - common), np.float64)


def _mix(sense: npt.NDArray[np.uint64], word: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return one key for a sense and a word."""
    return mixed(sense ^ mixed(word.astype(np.uint64)))
