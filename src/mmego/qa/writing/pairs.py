"""Reading question-answer pairs from a model's answer. It accepts any wrapping and invents nothing. Pure functions.

The time is linear in the length of any answer: no pattern here backtracks (``*+``), and brackets are read a fixed
number of times (`llm.json_in_text`). `llm.response_body` limits the length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from mmego.llm.failure import Failure
from mmego.llm.json_in_text import find_json

MOST_PAIRS = 5
MOST_WORDS_LENGTH = 1000
"""Most characters of a question or an answer; a pair with a longer one is broken. Later readers rely on this."""
KINDS = ("action", "object", "place", "person", "colour", "count", "order", "state", "other")
"""The kinds of question that the prompts name. Any other kind becomes `Turn.category` "llm"."""
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
    """One question and answer with the numbers of its cited sentences, as the model wrote them."""

    question: str
    answer: str
    sentences: tuple[int, ...]
    kind: str = NO_KIND


@dataclass(frozen=True, slots=True)
class Parsed:
    """The content of an answer. `broken` counts pairs without a question or an answer.

    `readable` is False for an answer with neither a pair nor a plain "none".
    """

    pairs: tuple[Pair, ...] = ()
    broken: int = 0
    readable: bool = True
    refused: bool = False


def parse_pairs(text: str, cut_off: bool = False) -> Parsed:
    """Return the pairs of an answer in JSON or in the plain-text form.

    Args:
        text: the answer. It may have code fences, words around it, bullets and bold marks.
        cut_off: the answer ended at the token limit. Its complete pairs count, an incomplete last one does not.
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


def check_pairs(pairs: Collection[Pair], shown: Collection[int]) -> tuple[list[Pair], list[Failure]]:
    """Return the pairs that cite shown sentences only, at most `MOST_PAIRS`, and a failure for each other pair.

    Args:
        pairs: as parsed.
        shown: the sentence numbers in the call.
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
    """Return the complete pairs of the JSON in an answer, the number of broken ones, and if it has an empty list."""
    broken, empty = 0, False
    pairs: list[Pair] = []
    for value in find_json(text):
        for item in _objects_in(value):
            pair = _pair_of(item)
            if pair is None:
                broken += 1
            else:
                pairs.append(pair)
        empty |= value == [] or (isinstance(value, dict) and value.get("pairs") == [])
    return pairs, broken, empty


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object with a question or an answer, at any depth of lists and other objects."""
    if isinstance(value, dict) and ("question" in value or "answer" in value):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _objects_in(item)


def _pair_of(item: dict[str, Any]) -> Pair | None:
    """Return a pair from an object with a question and an answer in words, None for anything else."""
    question, answer = item.get("question"), item.get("answer")
    if isinstance(answer, int) and not isinstance(answer, bool):
        answer = str(answer)  # "How many times...?": 2
    if not isinstance(question, str) or not isinstance(answer, str):
        return None
    question, answer = clean_line(question), clean_line(answer)
    if not question or not answer or max(len(question), len(answer)) > MOST_WORDS_LENGTH:
        return None
    return Pair(question, answer, _numbers_of(item.get("sentences")), _kind_of(item.get("kind")))


def clean_line(text: str) -> str:
    """Return the text as one line with single spaces and without half characters, which no file accepts."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _numbers_of(value: Any) -> tuple[int, ...]:
    """Return the sentence numbers of a list of integers or digits in strings; () if it has anything else."""
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
    """Return the numbers of "3, 7 and 9" or "[3, 7]". "3-5" means three sentences. () if there are other words."""
    text = text[:MOST_WORDS_LENGTH]
    if re.sub(r"\b(?:and|sentences?|to|nos?)\b|[\d\s,;.&()\[\]#–-]", "", text.lower()):
        return ()
    numbers: list[int] = []
    for first, last in _RANGE.findall(text):
        start, end = int(first), int(last or first)
        # A range that is wrong ("12-3", or one over a whole film) becomes its two ends.
        numbers += range(start, end + 1) if start <= end <= start + 100 else (start, end)
    return tuple(dict.fromkeys(numbers))


def _kind_of(value: Any) -> str:
    """Return the kind if it is one of `KINDS`, else `NO_KIND`."""
    word = value.strip(" *_.").lower() if isinstance(value, str) else ""
    return "colour" if word == "color" else word if word in KINDS else NO_KIND


def _plain_pairs(text: str, cut_off: bool) -> tuple[list[Pair], int]:
    """Return the pairs of the plain-text form, and the number of broken ones. A pair without "S:" has no sentences."""
    groups: list[dict[str, list[str]]] = []
    last = ""
    for line in text.splitlines():
        match = _FIELD.match(line)
        if match:
            last = match.group(1)[0].upper()
            if last == "Q" or not groups:
                groups.append({})
            # The first of each name counts: a second "A:" is a change of mind.
            groups[-1].setdefault(last, [match.group(2).strip(" *_")])
        elif not line.strip():
            last = ""
        elif last in ("Q", "A") and groups:
            groups[-1][last].append(line.strip(" *_"))
    if cut_off and groups and not text.endswith("\n"):
        groups.pop()
    joined = [{name: clean_line(" ".join(lines)) for name, lines in group.items()} for group in groups]
    whole = [one for one in joined if all(0 < len(one.get(name, "")) <= MOST_WORDS_LENGTH for name in ("Q", "A"))]
    pairs = [Pair(g["Q"], g["A"], _numbers_in(g.get("S", "")), _kind_of(g.get("K"))) for g in whole]
    return pairs, (len(groups) - len(whole) if pairs else 0)
