"""A turn in a few numbers: what the corpus filters keep of it instead of its text."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache

from mmego.language.content_words import content, content_set
from mmego.language.lexicon import COLOURS, word_set
from mmego.qa.filters.grounded import polarity
from mmego.records import QA, Turn

ANSWER_TYPES = ("yes", "no", "number", "colour", "place", "person", "thing", "sentence")

# Two questions in much the same words differ if they differ in one of these.
_SENSE = word_set(
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
class Print:
    """A turn's fingerprint.

    `sense` is alike for turns of one video whose questions may mean the same; `question` and `answer` are hashes of
    content words; `pair` is alike for the same question with the same answer in any video; `said` is the answer's;
    `flood` is alike for turns of any video with the same answer whose questions may mean the same.
    """

    sense: int
    question: tuple[int, ...]
    answer: tuple[int, ...]
    pair: int
    said: int
    flood: int
    type: int


def hash64(text: str) -> int:
    """A hash of 64 bits that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@lru_cache(maxsize=1 << 17)
def _hash32(word: str) -> int:
    return zlib.crc32(word.encode())


def fingerprint(qa: QA, turn: Turn) -> Print:
    """The fingerprint of one turn of `qa`."""
    question = turn.question if isinstance(turn.question, str) else ""
    answer = turn.answer if isinstance(turn.answer, str) else ""
    asked, said = content_set(question), content_set(answer)
    kind = answer_type(question, answer)
    if kind in ("yes", "no"):
        said = frozenset()
    tells = " ".join(sorted(_SENSE.intersection(_WORD.findall(question.lower()))))
    tells += " " + " ".join(sorted(word for word in asked if word.isdigit()))
    spoken = f"{kind} {' '.join(sorted(said))}" if said or kind in ("yes", "no") else answer.strip().lower()
    return Print(
        hash64(f"{qa.video}\n{tells}\n{kind if kind in ('yes', 'no') else ''}"),
        tuple(sorted({_hash32(word) for word in asked})),
        tuple(sorted({_hash32(word) for word in said})),
        hash64(f"{tells}\n{' '.join(sorted(asked))}\n{spoken}"),
        hash64(spoken),
        hash64(f"{tells}\n{spoken}"),
        ANSWER_TYPES.index(kind),
    )


def answer_type(question: str, answer: str) -> str:
    """One of `ANSWER_TYPES`, by the question's first words and the answer's form."""
    if (said := polarity(answer)) is not None:
        return said
    asked, words = question.lower().lstrip(), answer.lower().strip(" .!").split()
    if asked.startswith(("how many", "how often", "how much")):
        return "number"
    told = content(answer)
    if told and len(words) <= 3 and (set(words) <= set(COLOURS) or asked.startswith(("what colo", "which colo"))):
        return "colour"
    if asked.startswith(("where", "in which", "on which", "from which")) or _PLACE.match(answer.strip()):
        return "place"
    if asked.startswith("who"):
        return "person"
    return "thing" if len(words) <= _MOST_THING_WORDS else "sentence"
