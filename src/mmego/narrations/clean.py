"""From raw narration lines to clean sentences, and from points in time to spans. Every drop is counted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from mmego.records import Narration, Span
from mmego.records.narration import MOST_CHARACTERS

REACH = 2.0  # a point in time reaches at most this many seconds each way (docs/decisions.md)
TAKE_REACH = 2.0  # ... and a "takes" this much further: the object is seen in the hand only afterwards
TOO_LONG = "too long"
EXAMPLES_KEPT = 5
EXAMPLE_CHARACTERS = 500
WHOLE_VIDEO = "video "
"""How the reasons begin that count videos instead of lines."""

_PERSON_NOUNS = r"man|woman|lady|boy|girl|person|guy|child|kid|baby|player|friend|people"
# Tags are anchored at the start of the line, so no word can be damaged: "#C C cuts" loses "#C C", never "cuts"'s c.
# A tag may be doubled ("##C", "#C #C C") or glued to what follows ("#CC opens", "#Oman X walks").
_UNSURE_WORD = r"unsure|unsre|unsur|unsue|usure|unure|unusre|unsrue"  # as it was typed in haste
_TAG = re.compile(
    rf"^(?:#++\s*+(?:(?:summary|{_UNSURE_WORD}|[a-z0])(?![\w'])|c(?=c\s)|[co0](?=(?:{_PERSON_NOUNS})\b))[\s:.,-]*)+",
    re.IGNORECASE,
)
_TAG_INSIDE = re.compile(r"(?<!\S)#++\s?[co](?=\s|$)\s*+", re.IGNORECASE)
_WEARER = re.compile(r"^(?:C\s+)*C(?=[\s.,:]|$)[\s.,:]*(?:I\s+)?|^I(?:\s+|$)", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:a|an|the|another)\s+(?=\w)", re.IGNORECASE)
# "man X", "young man X", "X": a letter that follows the noun. C and I are the wearer, never somebody else.
_OTHER = re.compile(rf"^(?:(?:[a-z-]+\s+)?(?:{_PERSON_NOUNS})\s+)?([ABD-HJ-Z])(?=\s|$)")
# "#C X walks" and "#C man Y walks": the tag is wrong, the sentence says who.
_NOT_WEARER = re.compile(
    r"^(?:[BD-HJ-Z]\s+[a-z]|(?:(?:a|an|the|another)\s+)?(?:man|woman|lady|boy|girl|person|guy)(?:\s|$))"
)
# From the first "#" of a row only: a hundred thousand of them would be looked through from each one.
_UNSURE = re.compile(rf"(?<!#)\(?#++\s*+(?:{_UNSURE_WORD})\b[.,)]*", re.IGNORECASE)
# Byte order and zero-width marks, marks of direction, control characters, and halves of surrogate pairs, which no file
# can hold.
_INVISIBLE = dict.fromkeys(
    [
        *map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        *(*range(9), *range(14, 28), 127, *range(0xD800, 0xE000)),
    ]
)
# "#unsure" after one of these stands for the word that ought to follow; after anything else it doubts the sentence.
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
    """How many lines were dropped for which reason, with the first few of each as examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, example: str = "", count: int = 1) -> None:
        """Count `count` drops; keeps the first five examples of a reason."""
        self.counts[reason] += count
        kept = self.examples.setdefault(reason, [])
        if example and len(kept) < EXAMPLES_KEPT:
            kept.append(one_line(escaped(example[:EXAMPLE_CHARACTERS])))

    def of_lines(self) -> dict[str, int]:
        """The counts of single lines, the commonest first, those in a dropped video among them."""
        return {reason: n for reason, n in self.counts.most_common() if not reason.startswith(WHOLE_VIDEO)}

    def of_videos(self) -> dict[str, int]:
        """The counts of whole videos, the commonest first."""
        return {reason: n for reason, n in self.counts.most_common() if reason.startswith(WHOLE_VIDEO)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A cleaned narration line.

    `text` keeps its subject ("C picks up a red mug", "man X sits down"); `actor` is "C", another letter, or "O" where
    somebody else has no letter. `dropped` is the reason why the line is of no use, else None.
    """

    text: str
    actor: str
    dropped: str | None = None


def clean_sentence(raw: str) -> Sentence:
    """Strip the tags of one Ego4D narration line.

    Lines without a tag are taken as the wearer's own. ``#unsure`` in the place of a word becomes "something"; where it
    ends a whole sentence the narrator doubts it, and the line is dropped. ``#summary`` lines tell no single event.
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
    """Clean a line of any other source: tags as `clean_sentence` does, all else only trimmed.

    "open door" of the wearer's stays "open door". Somebody else's line gets its subject if it has none: "waves" by
    "X" becomes "X waves".
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
    """`text` as UTF-8 can hold it: half of a surrogate pair as ``\\ud83d``."""
    return text.encode("utf-8", "backslashreplace").decode()


def one_line(raw: str) -> str:
    """`raw` with single spaces and without marks that nobody sees (byte order, zero width, control)."""
    if not raw.isprintable():
        raw = raw.translate(_INVISIBLE)
    return " ".join(raw.split())


def _wearer(rest: str) -> tuple[str, str]:
    """Actor and sentence of a "#C" line, or of one without a tag."""
    if _NOT_WEARER.match(rest):
        return _other(rest)
    text = _WEARER.sub("", rest, count=1)
    return "C", text if text.lower().startswith("c's ") else f"C {text}"


def _other(rest: str) -> tuple[str, str]:
    """Actor letter and sentence of a "#O" line; "C" where the line itself says that the wearer acts."""
    if rest.startswith("C "):
        return "C", rest
    text = _ARTICLE.sub("", rest, count=1)
    match = _OTHER.match(text)
    return (match.group(1) if match else "O"), text


def _fill_unsure(text: str) -> str | None:
    """Put "something" where ``#unsure`` stands for a word; None if it doubts the whole sentence."""
    while match := _UNSURE.search(text):
        before, after = text[: match.start()].split(), text[match.end() :].strip()
        # The second word is the verb: "C picks #unsure" lacks its object.
        replaces = bool(after) or len(before) == 2 or (bool(before) and _WANTS_NOUN.search(before[-1]) is not None)
        # "C walks. #unsure": a sentence that has ended lacks no word.
        replaces = replaces and not (before and before[-1].endswith((".", "!")))
        if len(before) < 2 or not replaces:
            return None
        head = re.sub(rf"\s{_DETERMINERS}$", "", " ".join(before), flags=re.IGNORECASE)
        text = f"{head} something {after}".strip()
    return text


def is_take(narration: Narration) -> bool:
    """True if the sentence says that somebody picks up or takes a thing."""
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
    """The narrations by time; those of one time keep their order."""
    return sorted(narrations, key=lambda n: (n.span.start, n.span.end))


def to_spans(narrations: Sequence[Narration], duration: float | None = None) -> list[Span]:
    """The stretch of video that shows each narration, in the order given.

    A point in time reaches to the middle between it and the same actor's neighbours (two people act at once: the
    other's actions bound nothing), at most `REACH` seconds each way. A stretch stays as it is. A take reaches
    `TAKE_REACH` seconds further. All of it is cut at 0 and at `duration` (seconds).
    """
    times: defaultdict[str, set[float]] = defaultdict(set)
    for narration in narrations:
        times[narration.actor].add(narration.span.start)
    ordered = {actor: sorted(values) for actor, values in times.items()}
    return [_span_of(narration, ordered[narration.actor], duration) for narration in narrations]


def _span_of(narration: Narration, times: list[float], duration: float | None) -> Span:
    """The span of one narration among the sorted distinct `times` of its actor."""
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
