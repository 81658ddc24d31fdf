"""Reading a model's answer into pairs: tolerant of wrapping, never inventing anything. Pure functions.

Linear in the answer's length, whatever stands in it: no pattern here takes back what it has matched (``*+``), and
brackets are read a fixed number of times (`llm.found_json`). `llm.bodies` has cut the answer to a stated length before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from mmego.llm.failure import Failure
from mmego.llm.found_json import found_json

MOST_PAIRS = 5
MOST_WORDS_LENGTH = 1000
"""Characters of a question or an answer; a pair with a longer one is broken. What reads pairs later rests on it."""
KINDS = ("action", "object", "place", "person", "colour", "count", "order", "state", "other")
"""The kinds of question that the prompts name; `Turn.category` of a pair whose kind is none of them is "llm"."""
NO_KIND = "llm"

PAIRS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "pairs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "question": {"type": "string"},
                    "answer": {"type": "string"},
                    "kind": {"type": "string", "enum": list(KINDS)},
                    "sentences": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["question", "answer", "kind", "sentences"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["pairs"],
    "additionalProperties": False,
}

_MARK = r"[ \t>]*+(?:[-*•]++[ \t]*+|\d++[.)][ \t]*+)?+[*_]*+"
_FIELD = re.compile(
    rf"{_MARK}(question|answer|kind|sentences?|[QAKS])[ \t]*+\d*+[*_]*+[ \t]*+[:.][*_]*+[ \t]*+(.*)", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*+(\d{1,9})\s*+")
_RANGE = re.compile(r"(?<!\d)(\d{1,9})(?!\d)(?:\s*+(?:[-–]|to)\s*+(\d{1,9})(?!\d))?")
_REFUSAL = re.compile(
    r"^\W*(?:i['’]?m (?:really |very )?sorry|sorry\b|i apologi[sz]e|i ?(?:can['’]?t|cannot|can not|won['’]?t|am unable|"
    r"['’]?m (?:unable|not able)|am not able)|as an ai\b|unfortunately,? i)",
    re.IGNORECASE,
)
_NONE = re.compile(r"^\W*(?:none|no pairs?)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """One question and answer with the numbers of the sentences named for it, as the model wrote them."""

    question: str
    answer: str
    sentences: tuple[int, ...]
    kind: str = NO_KIND


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an answer holds. `readable` is False where neither pairs nor a plain "none" could be made out; `broken` is
    the number of pairs that lacked a question or an answer."""

    pairs: tuple[Pair, ...] = ()
    broken: int = 0
    readable: bool = True
    refused: bool = False


def parse_pairs(text: str, cut_off: bool = False) -> Parsed:
    """Pairs of an answer in JSON or in the plain-text form, whichever it is.

    Args:
        text: the answer. Code fences, words around it, bullets and bold marks do not matter.
        cut_off: the answer ended at the token limit; its complete pairs count, a last half one does not.
    """
    found, broken, empty = _json_pairs(text)
    if not found:
        plain, plain_broken = _plain_pairs(text, cut_off)
        found, broken = plain, broken + plain_broken
    if found:
        return Parsed(tuple(found), broken)
    if _REFUSAL.match(text):
        return Parsed(refused=True)
    return Parsed(readable=empty or _NONE.match(text) is not None)


def checked(pairs: Collection[Pair], shown: Collection[int]) -> tuple[list[Pair], list[Failure]]:
    """The pairs that rest on sentences that were shown, at most `MOST_PAIRS` of them, and what was wrong.

    Args:
        pairs: as parsed.
        shown: the sentence numbers that the call was given.
    """
    kept: list[Pair] = []
    failures: list[Failure] = []
    allowed = set(shown)
    for pair in list(pairs)[:MOST_PAIRS]:
        wrong = [number for number in pair.sentences if number not in allowed]
        if wrong:
            failures.append(Failure("bad_index", f"sentence {wrong[0]} was not shown: {pair.question}"))
        elif not pair.sentences:
            failures.append(Failure("bad_index", f"no sentence named: {pair.question}"))
        else:
            kept.append(pair)
    if len(pairs) > MOST_PAIRS:
        failures.append(Failure("too_many", f"{len(pairs)} pairs, the first {MOST_PAIRS} were read"))
    return kept, failures


def _json_pairs(text: str) -> tuple[list[Pair], int, bool]:
    """The complete pairs of the JSON in an answer, how many were broken, and whether it holds a list without any."""
    broken, empty = 0, False
    pairs: list[Pair] = []
    for value in found_json(text):
        for item in _objects_in(value):
            pair = _pair_of(item)
            if pair is None:
                broken += 1
            else:
                pairs.append(pair)
        empty |= value == [] or (isinstance(value, dict) and value.get("pairs") == [])
    return pairs, broken, empty


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a question or an answer, however deep it lies in lists and other objects."""
    if isinstance(value, dict) and ("question" in value or "answer" in value):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _objects_in(item)


def _pair_of(item: dict[str, Any]) -> Pair | None:
    """A pair from an object with a question and an answer in words; None for anything else."""
    question, answer = item.get("question"), item.get("answer")
    if isinstance(answer, int) and not isinstance(answer, bool):
        answer = str(answer)  # "How many times...?": 2
    if not isinstance(question, str) or not isinstance(answer, str):
        return None
    question, answer = tidy(question), tidy(answer)
    if not question or not answer or max(len(question), len(answer)) > MOST_WORDS_LENGTH:
        return None
    return Pair(question, answer, _numbers_of(item.get("sentences")), _kind_of(item.get("kind")))


def tidy(text: str) -> str:
    """The text on one line, with single spaces, and without half characters (they cannot be written to a file)."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _numbers_of(value: Any) -> tuple[int, ...]:
    """Sentence numbers of a list of integers, also written as words of digits; () if any of it is something else."""
    if isinstance(value, str):
        return _numbers_in(value)
    values = value if isinstance(value, list) else [value]
    numbers = []
    for one in values:
        if isinstance(one, str) and (digits := _NUMBER.fullmatch(one)):
            one = int(digits[1])
        if not isinstance(one, int) or isinstance(one, bool):
            return ()
        numbers.append(one)
    return tuple(dict.fromkeys(numbers))


def _numbers_in(text: str) -> tuple[int, ...]:
    """Numbers of "3, 7 and 9" or "[3, 7]"; "3-5" names three sentences. () if other words are in it."""
    text = text[:MOST_WORDS_LENGTH]
    if re.sub(r"\b(?:and|sentences?|to|nos?)\b|[\d\s,;.&()\[\]#–-]", "", text.lower()):
        return ()
    numbers: list[int] = []
    for first, last in _RANGE.findall(text):
        start, end = int(first), int(last or first)
        # A range that is none ("12-3", or one over a whole film) is kept as its two ends.
        numbers += range(start, end + 1) if start <= end <= start + 100 else (start, end)
    return tuple(dict.fromkeys(numbers))


def _kind_of(value: Any) -> str:
    """The kind if it is one of `KINDS`, else `NO_KIND`."""
    word = value.strip(" *_.").lower() if isinstance(value, str) else ""
    return "colour" if word == "color" else word if word in KINDS else NO_KIND


def _plain_pairs(text: str, cut_off: bool) -> tuple[list[Pair], int]:
    """Pairs of the plain-text form, and how many were broken. A pair without "S:" has no sentences."""
    groups: list[dict[str, list[str]]] = []
    last = ""
    for line in text.splitlines():
        match = _FIELD.match(line)
        if match:
            last = match.group(1)[0].upper()
            if last == "Q" or not groups:
                groups.append({})
            # The first of a name counts: a second "A:" would be a change of mind.
            groups[-1].setdefault(last, [match.group(2).strip(" *_")])
        elif not line.strip():
            last = ""
        elif last in ("Q", "A") and groups:
            groups[-1][last].append(line.strip(" *_"))
    if cut_off and groups and not text.endswith("\n"):
        groups.pop()
    said = [{name: tidy(" ".join(lines)) for name, lines in group.items()} for group in groups]
    whole = [one for one in said if all(0 < len(one.get(name, "")) <= MOST_WORDS_LENGTH for name in ("Q", "A"))]
    pairs = [Pair(g["Q"], g["A"], _numbers_in(g.get("S", "")), _kind_of(g.get("K"))) for g in whole]
    return pairs, (len(groups) - len(whole) if pairs else 0)
