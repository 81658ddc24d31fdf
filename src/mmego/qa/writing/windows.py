"""The sentences of one call: numbered, in overlapping windows of a clip, and in an overview of the clip.

Sentences are numbered from 1 over the whole clip, so that a cited number means the same sentence in every window.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmego.language.lexicon import PEOPLE, base_form, word_set
from mmego.language.verbs import KNOWN_VERBS
from mmego.qa.writing.pairs import clean_line
from mmego.records import NarratedClip, Narration

# Words that do not name a thing: articles, prepositions, people, hands, the source's fillers.
_NO_TOPIC = word_set(
    """the and his her their its with from into onto that this then down off out over under around towards some another
    other both for while between inside hand hands left right man woman lady person boy girl something someone thing
    things part piece side top bottom end front back one two three again still same there it them him she he they"""
)
_LETTER = re.compile(r"^[A-Za-z]$")


@dataclass(frozen=True, slots=True)
class Window:
    """The sentences of one call: `indices` of narrations in time order. Only an overview has `topics`."""

    kind: Literal["whole", "part", "overview"]
    indices: tuple[int, ...]
    topics: tuple[str, ...] = ()


def window_time(seconds: float) -> str:
    """Return minutes and seconds, ``03:05``. Minutes go on after 59."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"


def number_sentences(clip: NarratedClip, indices: Sequence[int]) -> str:
    """Return sentences as a model reads them, one per line: ``12. [03:05] C picks up a red mug``.

    Times count from the start of the clip. Line breaks in a sentence become spaces, so that it does not look like two.
    A sentence of another person without a subject gets one: the prompts read a sentence without it as the wearer's.
    """
    start = clip.clip.start
    lines = []
    for index in indices:
        narration = clip.narrations[index]
        lines.append(f"{index + 1}. [{window_time(narration.span.start - start)}] {_with_subject(narration)}")
    return "\n".join(lines)


def _with_subject(narration: Narration) -> str:
    """Return the sentence as one line. "picks up a cup" of another actor becomes "another person picks up a cup"."""
    text = clean_line(narration.text)
    words = text.split()
    if narration.actor == "C" or not words or narration.actor in words[:3]:
        return text
    # A sentence that begins with a verb has no subject. All others have one (an article, "man X", a name like "Mark").
    first = words[0].lower()
    base = base_form(first)
    if first in PEOPLE or base not in KNOWN_VERBS or (words[0] != first and base == first):
        return text
    return f"another person {text[0].lower()}{text[1:]}"


def cut_windows(clip: NarratedClip, size: int, overlap: int, overview: int) -> list[Window]:
    """Return the windows of a clip, in time order, the overview last.

    Args:
        clip: its narrations in time order.
        size: sentences in a window. A clip of at most this size is one window of kind ``whole``.
        overlap: sentences that a window shares with the one before; less than `size`.
        overview: sentences in the overview of a longer clip, 0 for no overview.
    """
    total = len(clip.narrations)
    if total == 0:
        return []
    if total <= size:
        return [Window("whole", tuple(range(total)))]
    step = size - overlap
    count = -(-(total - overlap) // step)
    # Spread evenly: all windows have the same size, and only the overlaps grow.
    starts = [round(i * (total - size) / (count - 1)) for i in range(count)]
    windows = [Window("part", tuple(range(start, start + size))) for start in starts]
    wide = _overview(clip.narrations, size, overview) if overview else None
    return [*windows, wide] if wide is not None else windows


def _overview(narrations: Sequence[Narration], size: int, budget: int) -> Window | None:
    """Return a window with every sentence on a few topics that come back after a long time.

    An evenly thinned list would make "first", "last" and "how many times" wrong. With all sentences on a topic they are
    right. Topics that reach furthest come first, as many as fit into the budget.
    """
    mentions: defaultdict[str, list[int]] = defaultdict(list)
    for index, narration in enumerate(narrations):
        for word in topic_words(narration):
            mentions[word].append(index)
    # Topics that reach further than a window (the windows ask about the others), and are not too frequent to count.
    far = {
        word: found
        for word, found in mentions.items()
        if 2 <= len(found) <= max(2, budget // 4) and found[-1] - found[0] >= size // 2
    }
    chosen: set[int] = set()
    topics: list[str] = []
    for word in sorted(far, key=lambda w: (far[w][0] - far[w][-1], w)):
        wider = chosen | set(far[word])
        if len(wider) <= budget:
            chosen, topics = wider, [*topics, word]
    return Window("overview", tuple(sorted(chosen)), tuple(topics)) if topics else None


def topic_words(narration: Narration) -> frozenset[str]:
    """Return the words of a sentence that may name things, in the singular: its nouns if the source has them."""
    if narration.nouns:
        words = [word for noun in narration.nouns for word in re.findall(r"[a-z]+", noun.lower())]
    else:
        found = re.findall(r"[a-z]+", narration.text.lower())
        # "C picks up...": the letter of the actor and the verb are not topics.
        words = found[2:] if found and _LETTER.match(found[0]) else found[1:]
    singular = (word[:-1] if word.endswith("s") and not word.endswith("ss") else word for word in words)
    return frozenset(word for word in singular if len(word) > 2 and word not in _NO_TOPIC)
