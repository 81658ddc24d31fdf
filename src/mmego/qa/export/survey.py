"""Statistics of a data set in one pass. Only counts and a few drawn samples stay in memory."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mmego.qa.export.text_classes import answer_kind, asked_verbs, named_things, question_opening
from mmego.records import QA, Turn
from mmego.records.length_classes import length_class

SAMPLES_KEPT = 12
POSITIONS = 20
"""Number of bins for the position of a key span's middle in the clip."""
SPAN_BOUNDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Upper bounds, in seconds, of the bins of key spans' lengths; the last bin has none."""


@dataclass(slots=True)
class Survey:
    """Counts over conversations; `of` fills one.

    `positions` counts key spans by the bin of their middle (0 is the start of the clip, `POSITIONS` - 1 the end).
    `span_lengths` counts them by the index of the first bound of `SPAN_BOUNDS` above their length. `question_words` and
    `answer_words` count turns by number of words. `samples` are drawn evenly from all turns.
    """

    seed: int = 0
    conversations: int = 0
    turns: int = 0
    seconds: float = 0.0
    videos: set[str] = field(default_factory=set)
    splits: Counter[str | None] = field(default_factory=Counter)
    makers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    length_classes: Counter[str] = field(default_factory=Counter)
    turns_of_class: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    verbs: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    question_words: Counter[int] = field(default_factory=Counter)
    answer_words: Counter[int] = field(default_factory=Counter)
    spans: int = 0
    positions: Counter[int] = field(default_factory=Counter)
    span_lengths: Counter[int] = field(default_factory=Counter)
    spans_of_turn: Counter[int] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    samples: list[tuple[QA, Turn]] = field(default_factory=list)
    _rng: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._rng = random.Random(f"{self.seed} card")

    @classmethod
    def of(cls, samples: Iterable[QA], seed: int = 0) -> Survey:
        """Count `samples`. `seed` draws the turns that are kept as examples."""
        survey = cls(seed)
        for sample in samples:
            survey.add(sample)
        return survey

    def add(self, sample: QA) -> None:
        """Count one conversation."""
        name = length_class(sample.clip.length)
        source = sample.source
        self.conversations += 1
        self.seconds += sample.clip.length
        self.videos.add(sample.video)
        self.splits[source.split] += 1
        self.makers[(source.dataset, source.generator, f"{source.model or ''} {source.prompt or ''}".strip())] += 1
        self.length_classes[name] += 1
        self.turns_of_class[name] += len(sample.turns)
        self.prompt_tokens += source.prompt_tokens
        self.completion_tokens += source.completion_tokens
        for turn in sample.turns:
            self._add_turn(sample, turn)

    def _add_turn(self, sample: QA, turn: Turn) -> None:
        self.turns += 1
        self.categories[turn.category] += 1
        self.openings[question_opening(turn.question)] += 1
        self.answers[answer_kind(turn.answer)] += 1
        self.verbs.update(asked_verbs(turn.question))
        self.things.update(dict.fromkeys((*named_things(turn.question), *named_things(turn.answer)), 1))
        self.question_words[len(turn.question.split())] += 1
        self.answer_words[len(turn.answer.split())] += 1
        self.spans_of_turn[len(turn.key_spans)] += 1
        for span in turn.key_spans:
            self.spans += 1
            self.span_lengths[sum(span.length >= bound for bound in SPAN_BOUNDS)] += 1
            self.positions[_position((span.start + span.end) / 2, sample)] += 1
        self._keep(sample, turn)

    def _keep(self, sample: QA, turn: Turn) -> None:
        """Keep the turn or not, by reservoir sampling: every turn has the same chance."""
        if len(self.samples) < SAMPLES_KEPT:
            self.samples.append((sample, turn))
            return
        place = self._rng.randrange(self.turns)
        if place < SAMPLES_KEPT:
            self.samples[place] = (sample, turn)


def _position(time: float, sample: QA) -> int:
    share = (time - sample.clip.start) / sample.clip.length if sample.clip.length else 0.0
    return min(POSITIONS - 1, max(0, int(share * POSITIONS)))


def quantile_of_counts(counts: Counter[int], share: float) -> int:
    """Return the smallest value that at least `share` (0 to 1) of the counted values do not exceed; 0 if none."""
    left = share * counts.total()
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return 0


def mean_of_counts(counts: Counter[int]) -> float:
    """Return the mean of the counted values; 0 if there are none."""
    return sum(value * count for value, count in counts.items()) / max(1, counts.total())


def span_bin_names() -> list[str]:
    """Return the names of the bins of `SPAN_BOUNDS`, in seconds: ``< 1``, ``1-2``, ..., ``>= 64``."""
    inner = [f"{low:g}-{high:g}" for low, high in itertools.pairwise(SPAN_BOUNDS)]
    return [f"< {SPAN_BOUNDS[0]:g}", *inner, f">= {SPAN_BOUNDS[-1]:g}"]
