"""A turn as a few numbers, which the corpus filters keep in the place of its text."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache

from mmego.language.content_words import content, content_set
from mmego.language.lexicon import COLOURS, word_set
from mmego.qa.filters.turn_case import yes_or_no
from mmego.records import QA, Turn

ANSWER_TYPES = ("yes", "no", "number", "colour", "place", "person", "thing", "sentence")

# Two questions in nearly the same words have another meaning if they differ in one of these.
_SENSE_WORDS = word_set(
    """first last next before after while when during second third fourth fifth initially finally again until between
    left right both other not never on off open closed who whom whose where why how many often he she they him her
    his their"""
) | frozenset(COLOURS)
_WORD = re.compile(r"[a-z]+|\d+")
_PLACE = re.compile(
    r"^(?:in|on|into|onto|under|behind|near|next to|beside|inside|at|from|over|above|below|against|between|by|to)\b",
    re.I,
)
_MOST_THING_WORDS = 5


@dataclass(frozen=True, slots=True)
class TurnFeatures:
    """Hashes of one turn.

    `sense` is equal for turns of one video whose questions may mean the same. `question` and `answer` are hashes of
    content words. `pair` is equal for the same question with the same answer in any video. `answer_key` is equal for
    the same answer. `answer_sense` is equal for turns of any video with the same answer whose questions may mean the
    same. `type` is the index of the answer's type in `ANSWER_TYPES`.
    """

    sense: int
    question: tuple[int, ...]
    answer: tuple[int, ...]
    pair: int
    answer_key: int
    answer_sense: int
    type: int


def hash64(text: str) -> int:
    """Return a hash of 64 bits that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@lru_cache(maxsize=1 << 17)
def _hash32(word: str) -> int:
    return zlib.crc32(word.encode())


def turn_features(qa: QA, turn: Turn) -> TurnFeatures:
    """Return the hashes of one turn of `qa`."""
    question = turn.question if isinstance(turn.question, str) else ""
    answer = turn.answer if isinstance(turn.answer, str) else ""
    asked, answered = content_set(question), content_set(answer)
    kind = answer_type(question, answer)
    if kind in ("yes", "no"):
        answered = frozenset()
    sense = " ".join(sorted(_SENSE_WORDS.intersection(_WORD.findall(question.lower()))))
    sense += " " + " ".join(sorted(word for word in asked if word.isdigit()))
    answer_text = (
        f"{kind} {' '.join(sorted(answered))}" if answered or kind in ("yes", "no") else answer.strip().lower()
    )
    return TurnFeatures(
        hash64(f"{qa.video}\n{sense}\n{kind if kind in ('yes', 'no') else ''}"),
        tuple(sorted({_hash32(word) for word in asked})),
        tuple(sorted({_hash32(word) for word in answered})),
        hash64(f"{sense}\n{' '.join(sorted(asked))}\n{answer_text}"),
        hash64(answer_text),
        hash64(f"{sense}\n{answer_text}"),
        ANSWER_TYPES.index(kind),
    )


def answer_type(question: str, answer: str) -> str:
    """Return one of `ANSWER_TYPES`, by the question's first words and the form of the answer."""
    if (polarity := yes_or_no(answer)) is not None:
        return polarity
    asked, words = question.lower().lstrip(), answer.lower().strip(" .!").split()
    if asked.startswith(("how many", "how often", "how much")):
        return "number"
    if (
        content(answer)
        and len(words) <= 3
        and (set(words) <= set(COLOURS) or asked.startswith(("what colo", "which colo")))
    ):
        return "colour"
    if asked.startswith(("where", "in which", "on which", "from which")) or _PLACE.match(answer.strip()):
        return "place"
    if asked.startswith("who"):
        return "person"
    return "thing" if len(words) <= _MOST_THING_WORDS else "sentence"
