"""The columns that the corpus filters keep of a corpus: numbers in flat arrays, one per turn or per conversation."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mmego.qa.corpus.turn_features import hash64, turn_features
from mmego.records import QA
from mmego.records.length_classes import LENGTH_CLASSES, length_class

Kind = TypeVar("Kind", bound=np.generic)
MOST_WORDS = 255
"""Most words of a question or an answer that are compared."""


class ColumnBuilder:
    """Collects the columns in the first pass: of conversations, of turns, and the words of all turns in a row."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.keys, self.lengths, self.classes, self.video = array("Q"), array("I"), array("B"), array("I")
        self.sense, self.pair, self.answer_key, self.answer_sense = array("Q"), array("Q"), array("Q"), array("Q")
        self.type, self.category = array("B"), array("I")
        self.start, self.end = array("f"), array("f")
        self.question_words, self.answer_words, self.words = array("B"), array("B"), array("I")
        self._categories: dict[str, int] = {}
        self._videos: dict[str, int] = {}

    def key(self, qa: QA) -> int:
        """Return a hash of the conversation and the seed. It decides what is dropped where there is too much."""
        return hash64(f"{self.seed} {qa.id} {len(qa.turns)}")

    def add(self, qa: QA) -> None:
        """Add one conversation."""
        self.keys.append(self.key(qa))
        self.lengths.append(len(qa.turns))
        self.video.append(self._videos.setdefault(qa.video, len(self._videos)))
        self.classes.append(LENGTH_CLASSES.index(length_class(qa.clip.length)))
        for turn in qa.turns:
            found = turn_features(qa, turn)
            self.sense.append(found.sense)
            self.pair.append(found.pair)
            self.answer_key.append(found.answer_key)
            self.answer_sense.append(found.answer_sense)
            self.type.append(found.type)
            self.category.append(self._categories.setdefault(turn.category, len(self._categories)))
            self.start.append(min((span.start for span in turn.key_spans), default=qa.clip.start))
            self.end.append(max((span.end for span in turn.key_spans), default=qa.clip.end))
            for words, column in ((found.question, self.question_words), (found.answer, self.answer_words)):
                column.append(min(len(words), MOST_WORDS))
                self.words.extend(words[:MOST_WORDS])

    def finish(self) -> TurnColumns:
        """Return the columns as numpy arrays over the same memory."""
        lengths = _view(self.lengths, np.uint32)
        conversation = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        within = np.arange(len(conversation)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        keys = _view(self.keys, np.uint64)
        return TurnColumns(
            keys=keys,
            place=mixed(keys),
            video=_view(self.video, np.uint32),
            classes=_view(self.classes, np.uint8),
            conversation=conversation,
            order=mixed(keys[conversation] + within.astype(np.uint64)),
            sense=_view(self.sense, np.uint64),
            pair=_view(self.pair, np.uint64),
            answer_key=_view(self.answer_key, np.uint64),
            answer_sense=_view(self.answer_sense, np.uint64),
            type=_view(self.type, np.uint8),
            category=_view(self.category, np.uint32),
            start=_view(self.start, np.float32),
            end=_view(self.end, np.float32),
            question_words=_view(self.question_words, np.uint8),
            answer_words=_view(self.answer_words, np.uint8),
            words=_view(self.words, np.uint32),
        )


def _view(column: array[int] | array[float], kind: type[Kind]) -> npt.NDArray[Kind]:
    return np.frombuffer(column, kind) if len(column) else np.zeros(0, kind)


def mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return a random-looking number for each value, different for different values (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class TurnColumns:
    """The columns of a corpus.

    One value per conversation: `keys`, `place`, `video`, `classes` (length classes). One value per turn: the others, as
    `turn_features` makes them, and `conversation` (the index of its conversation) and `order`. Where there are too many
    turns, the lowest by `order` stay; of whole conversations the lowest by `place`. `words` has the words of all turns.
    """

    keys: npt.NDArray[np.uint64]
    place: npt.NDArray[np.uint64]
    video: npt.NDArray[np.uint32]
    classes: npt.NDArray[np.uint8]
    conversation: npt.NDArray[np.uint32]
    order: npt.NDArray[np.uint64]
    sense: npt.NDArray[np.uint64]
    pair: npt.NDArray[np.uint64]
    answer_key: npt.NDArray[np.uint64]
    answer_sense: npt.NDArray[np.uint64]
    type: npt.NDArray[np.uint8]
    category: npt.NDArray[np.uint32]
    start: npt.NDArray[np.float32]
    end: npt.NDArray[np.float32]
    question_words: npt.NDArray[np.uint8]
    answer_words: npt.NDArray[np.uint8]
    words: npt.NDArray[np.uint32]
