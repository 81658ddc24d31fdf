"""Cleaning: from raw narration lines to clean sentences, and from points in time to spans; every drop is counted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from mmego.records import Narration, Span
from mmego.records.narration import MOST_CHARACTERS

REACH = (
    2.0  # the span of a point in time extends at most so many seconds each way (docs/explanation/decisions-method.md)
)
TAKE_REACH = 2.0  # ... and after a "takes" this much further: only then is the object in the hand
TOO_LONG = "too long"
EXAMPLES_KEPT = 5
EXAMPLE_CHARACTERS = 500
WHOLE_VIDEO = "video "
"""Beginning of the reasons that count videos instead of lines."""

_PERSON_NOUNS = r"man|woman|lady|boy|girl|person|guy|child|kid|baby|player|friend|people"
# Tags are only at the start of the line, so that no word is damaged: "#C C cuts" loses "#C C", never the c of "cuts".
# A tag may be doubled ("##C", "#C #C C") or glued to what follows ("#CC opens", "#Oman X walks").
_UNSURE_WORD = r"unsure|unsre|unsur|unsue|usure|unure|unusre|unsrue"  # with typing errors
_TAG = re.compile(
    rf"^(?:#++\s*+(?:(?:summary|{_UNSURE_WORD}|[a-z0])(?![\w'])|c(?=c\s)|[co0](?=(?:{_PERSON_NOUNS})\b))[\s:.,-]*)+",
    re.IGNORECASE,
)
_TAG_INSIDE = re.compile(r"(?<!\S)#++\s?[co](?=\s|$)\s*+", re.IGNORECASE)
_WEARER = re.compile(r"^(?:C\s+)*C(?=[\s.,:]|$)[\s.,:]*(?:I\s+)?|^I(?:\s+|$)", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:a|an|the|another)\s+(?=\w)", re.IGNORECASE)
# "man X", "young man X", "X": a letter that follows the noun. C and I are the wearer, never another person.
_OTHER = re.compile(rf"^(?:(?:[a-z-]+\s+)?(?:{_PERSON_NOUNS})\s+)?([ABD-HJ-Z])(?=\s|$)")
# "#C X walks" and "#C man Y walks": the tag is wrong, the sentence says who.
_NOT_WEARER = re.compile(
    r"^(?:[BD-HJ-Z]\s+[a-z]|(?:(?:a|an|the|another)\s+)?(?:man|woman|lady|boy|girl|person|guy)(?:\s|$))"
)
# From the first "#" of a row only: otherwise a search would start at each of a hundred thousand of them.
_UNSURE = re.compile(rf"(?<!#)\(?#++\s*+(?:{_UNSURE_WORD})\b[.,)]*", re.IGNORECASE)
# Byte order and zero-width marks, marks of direction, control characters, and halves of surrogate pairs, which no
# file can hold.
_INVISIBLE = dict.fromkeys(
    [
        *map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        *(*range(9), *range(14, 28), 127, *range(0xD800, 0xE000)),
    ]
)
# "#unsure" after one of these replaces the next word; after anything else it doubts the sentence.
_WANTS_NOUN = re.compile(
    r"\b(?:a|an|the|his|her|their|my|some|this|that|up|down|on|in|into|onto|from|with|of|to|at|under|off|out)$",
    re.IGNORECASE,
)
_DETERMINERS = r"(?:a|an|the|his|her|their|my|some|this|that)"
_HAS_SUBJECT = re.compile(rf"^(?:[A-Z]|(?:the|an?|his|her|their|my|he|she|they|i|we|it|{_PERSON_NOUNS})\b)")
_TAKE_WORDS = re.compile(r"\b(?:pick|take|took|grab|get|got|fetch|collect)")
_TAKES = re.compile(
    r"^(?:picks?|picked|takes?|took|grabs?|grabbed|gets?|got|fetch(?:es|ed)?|collect(?:s|ed)?)\b(?!\s+(?:off|away)\b)"
)
_NOT_TAKES = re.compile(
    r"^(?:gets?|got)\s+(?:up|into|in|out|on|to|off)\b|^(?:takes?|took)\s+(?:a\s+)?(?:steps?|look)\b"
)


@dataclass(slots=True)
class Drops:
    """Numbers of dropped lines by reason, with the first few lines of each reason as examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, example: str = "", count: int = 1) -> None:
        """Count `count` drops, and keep the first five examples of a reason."""
        self.counts[reason] += count
        kept = self.examples.setdefault(reason, [])
        if example and len(kept) < EXAMPLES_KEPT:
            kept.append(one_line(escaped(example[:EXAMPLE_CHARACTERS])))

    def of_lines(self) -> dict[str, int]:
        """Return the counts of lines by reason, the most frequent first; lines of dropped videos count, too."""
        return {reason: n for reason, n in self.counts.most_common() if not reason.startswith(WHOLE_VIDEO)}

    def of_videos(self) -> dict[str, int]:
        """Return the counts of whole videos by reason, the most frequent first."""
        return {reason: n for reason, n in self.counts.most_common() if reason.startswith(WHOLE_VIDEO)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A cleaned narration line.

    `text` keeps its subject ("C picks up a red mug", "man X sits down"); `actor` is "C", another letter, or "O" for
    another person without a letter. `dropped` is the reason why the line is not usable, else None.
    """

    text: str
    actor: str
    dropped: str | None = None


def clean_sentence(raw: str) -> Sentence:
    """Strip the tags of one Ego4D narration line.

    A line without a tag is the wearer's. ``#unsure`` in the place of a word becomes "something"; at the end of a whole
    sentence it doubts the sentence, and the line is dropped. ``#summary`` lines are dropped: they name no single event.
    """
    line = one_line(raw)
    if len(line) > MOST_CHARACTERS:
        return Sentence("", "C", TOO_LONG)
    tag_match = _TAG.match(line)
    tags = tag_match.group().lower() if tag_match else ""
    rest = line[len(tags) :].strip()
    if "summary" in tags:
        return Sentence(rest, "C", "summary")
    if _UNSURE.search(tags):
        return Sentence(rest, "C", "unsure")
    if "#" in rest:
        rest = _TAG_INSIDE.sub("", rest)
    actor, text = _wearer(rest) if not tags or "c" in tags else _other(rest)
    filled = _fill_unsure(text) if "#" in text else text
    if filled is None:
        return Sentence(text, actor, "unsure")
    filled = filled.rstrip(" .,;")
    if filled.lower() in ("", actor.lower()):
        return Sentence(filled, actor, "empty")
    return Sentence(filled, actor)


def plain_sentence(raw: str, actor: str = "C") -> Sentence:
    """Clean a line of any other source: tags as `clean_sentence` does, anything else is only trimmed.

    The wearer's "open door" stays "open door". Another person's line gets its subject if it has none: "waves" by "X"
    becomes "X waves".
    """
    line = one_line(raw)
    if len(line) > MOST_CHARACTERS:
        return Sentence("", actor, TOO_LONG)
    if line.startswith("#"):
        return clean_sentence(line)
    if "#" in line:
        line = _TAG_INSIDE.sub("", line)
        subject = "" if _HAS_SUBJECT.match(line) else "C "
        filled = _fill_unsure(subject + line)
        if filled is None:
            return Sentence(line, actor, "unsure")
        line = filled.removeprefix(subject)
    text = line.rstrip(" .,;")
    if text.lower() in ("", "c", "i", actor.lower()):
        return Sentence(text, actor, "empty")
    if actor not in ("C", "O") and actor not in text.split() and not _HAS_SUBJECT.match(text):
        text = f"{actor} {text}"
    return Sentence(text, actor)


def escaped(text: str) -> str:
    """Return `text` as UTF-8 can hold it: half of a surrogate pair becomes ``\\ud83d``."""
    return text.encode("utf-8", "backslashreplace").decode()


def one_line(raw: str) -> str:
    """Return `raw` with single spaces and without invisible marks (byte order, zero width, control)."""
    if not raw.isprintable():
        raw = raw.translate(_INVISIBLE)
    return " ".join(raw.split())


def _wearer(rest: str) -> tuple[str, str]:
    """Return actor and sentence of a "#C" line, or of a line without a tag."""
    if _NOT_WEARER.match(rest):
        return _other(rest)
    text = _WEARER.sub("", rest, count=1)
    return "C", text if text.lower().startswith("c's ") else f"C {text}"


def _other(rest: str) -> tuple[str, str]:
    """Return actor letter and sentence of a "#O" line; "C" if the line itself says that the wearer acts."""
    if rest.startswith("C "):
        return "C", rest
    text = _ARTICLE.sub("", rest, count=1)
    match = _OTHER.match(text)
    return (match.group(1) if match else "O"), text


def _fill_unsure(text: str) -> str | None:
    """Replace ``#unsure`` by "something" where it stands for a word; None if it doubts the whole sentence."""
    while match := _UNSURE.search(text):
        before, after = text[: match.start()].split(), text[match.end() :].strip()
        # The second word is the verb: "C picks #unsure" lacks its object.
        replaces = bool(after) or len(before) == 2 or (bool(before) and _WANTS_NOUN.search(before[-1]) is not None)
        # "C walks. #unsure": a finished sentence lacks no word.
        replaces = replaces and not (before and before[-1].endswith((".", "!")))
        if len(before) < 2 or not replaces:
            return None
        head = re.sub(rf"\s{_DETERMINERS}$", "", " ".join(before), flags=re.IGNORECASE)
        text = f"{head} something {after}".strip()
    return text


def is_take(narration: Narration) -> bool:
    """Return True if the sentence says that a person picks up or takes a thing."""
    lowered = narration.text.lower()
    if len(lowered) > MOST_CHARACTERS or not _TAKE_WORDS.search(lowered):
        return False
    words = lowered.split()
    # The subject ("c", "man x", none in EPIC-KITCHENS) is at most three words long.
    for start in range(min(4, len(words))):
        rest = " ".join(words[start:])
        if _TAKES.match(rest) and not (start and re.fullmatch(_DETERMINERS, words[start - 1])):
            return not _NOT_TAKES.match(rest)
    return False


def in_order(narrations: Sequence[Narration]) -> list[Narration]:
    """Sort narrations by time; those of one time keep their order."""
    return sorted(narrations, key=lambda n: (n.span.start, n.span.end))


def to_spans(narrations: Sequence[Narration], duration: float | None = None) -> list[Span]:
    """Return the span of video that shows each narration, in the order given.

    A point in time extends half way to the same actor's neighbours (other people's actions are no limits), at most
    `REACH` seconds each way. A span stays as it is. A take extends `TAKE_REACH` seconds further. Every span is cut at 0
    and at `duration` (seconds).
    """
    times: defaultdict[str, set[float]] = defaultdict(set)
    for narration in narrations:
        times[narration.actor].add(narration.span.start)
    ordered = {actor: sorted(values) for actor, values in times.items()}
    return [_span_of(narration, ordered[narration.actor], duration) for narration in narrations]


def _span_of(narration: Narration, times: list[float], duration: float | None) -> Span:
    """Return the span of one narration among the sorted distinct `times` of its actor."""
    start, end = narration.span.start, narration.span.end
    if start == end:
        before, after = bisect_left(times, start), bisect_right(times, start)
        time = start
        start = max(time - REACH, (times[before - 1] + time) / 2) if before else time - REACH
        end = min(time + REACH, (time + times[after]) / 2) if after < len(times) else time + REACH
    if is_take(narration):
        end += TAKE_REACH
    limit = max(narration.span.start, duration) if duration is not None else end
    return Span(max(0.0, start), min(end, limit))
