"""The columns that the corpus filters keep of a corpus: numbers in flat arrays, one row a turn or a conversation."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mmego.qa.corpus.turn_features import fingerprint, hash64
from mmego.records import QA
from mmego.records.length_classes import LENGTH_CLASSES, length_class

Kind = TypeVar("Kind", bound=np.generic)
MOST_WORDS = 255
"""Of one question or answer; what is beyond is not compared."""


class Table:
    """The columns of the first pass: one row a conversation, one row a turn, and the turns' words end to end."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.keys, self.lengths, self.classes, self.video = array("Q"), array("I"), array("B"), array("I")
        self.sense, self.pair, self.said, self.flood = array("Q"), array("Q"), array("Q"), array("Q")
        self.type, self.category = array("B"), array("I")
        self.start, self.end = array("f"), array("f")
        self.asked_words, self.said_words, self.words = array("B"), array("B"), array("I")
        self._categories: dict[str, int] = {}
        self._videos: dict[str, int] = {}

    def key(self, qa: QA) -> int:
        """What names the conversation, and with the seed decides who goes where something must."""
        return hash64(f"{self.seed} {qa.id} {len(qa.turns)}")

    def add(self, qa: QA) -> None:
        """Take in one conversation."""
        self.keys.append(self.key(qa))
        self.lengths.append(len(qa.turns))
        self.video.append(self._videos.setdefault(qa.video, len(self._videos)))
        self.classes.append(LENGTH_CLASSES.index(length_class(qa.clip.length)))
        for turn in qa.turns:
            found = fingerprint(qa, turn)
            self.sense.append(found.sense)
            self.pair.append(found.pair)
            self.said.append(found.said)
            self.flood.append(found.flood)
            self.type.append(found.type)
            self.category.append(self._categories.setdefault(turn.category, len(self._categories)))
            self.start.append(min((span.start for span in turn.key_spans), default=qa.clip.start))
            self.end.append(max((span.end for span in turn.key_spans), default=qa.clip.end))
            for words, column in ((found.question, self.asked_words), (found.answer, self.said_words)):
                column.append(min(len(words), MOST_WORDS))
                self.words.extend(words[:MOST_WORDS])

    def finish(self) -> Columns:
        """The columns as numpy arrays over the same memory."""
        lengths = _view(self.lengths, np.uint32)
        conversation = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        within = np.arange(len(conversation)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        keys = _view(self.keys, np.uint64)
        return Columns(
            keys=keys,
            place=mixed(keys),
            video=_view(self.video, np.uint32),
            classes=_view(self.classes, np.uint8),
            conversation=conversation,
            order=mixed(keys[conversation] + within.astype(np.uint64)),
            sense=_view(self.sense, np.uint64),
            pair=_view(self.pair, np.uint64),
            said=_view(self.said, np.uint64),
            flood=_view(self.flood, np.uint64),
            type=_view(self.type, np.uint8),
            category=_view(self.category, np.uint32),
            start=_view(self.start, np.float32),
            end=_view(self.end, np.float32),
            asked_words=_view(self.asked_words, np.uint8),
            said_words=_view(self.said_words, np.uint8),
            words=_view(self.words, np.uint32),
        )


def _view(column: array[int] | array[float], kind: type[Kind]) -> npt.NDArray[Kind]:
    return np.frombuffer(column, kind) if len(column) else np.zeros(0, kind)


def mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Random-looking numbers, one for each different value (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Columns:
    """See `Table`; `conversation` and `order` (who stays where there is too much: the lowest) are one a turn.

    `place` is what `order` is, for whole conversations.
    """

    keys: npt.NDArray[np.uint64]
    place: npt.NDArray[np.uint64]
    video: npt.NDArray[np.uint32]
    classes: npt.NDArray[np.uint8]
    conversation: npt.NDArray[np.uint32]
    order: npt.NDArray[np.uint64]
    sense: npt.NDArray[np.uint64]
    pair: npt.NDArray[np.uint64]
    said: npt.NDArray[np.uint64]
    flood: npt.NDArray[np.uint64]
    type: npt.NDArray[np.uint8]
    category: npt.NDArray[np.uint32]
    start: npt.NDArray[np.float32]
    end: npt.NDArray[np.float32]
    asked_words: npt.NDArray[np.uint8]
    said_words: npt.NDArray[np.uint8]
    words: npt.NDArray[np.uint32]
