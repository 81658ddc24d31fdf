"""Rolling captions: a machine writes a line word by word, and shows it again above the next line.

YouTube's automatic captions (and converted ones) show each line two or three times:

    0.160 --> 3.429   "so now I open the fridge", with a time before each word
    3.429 --> 3.439   "so now I open the fridge"
    3.439 --> 5.749   "so now I open the fridge", "and take the milk"

Live captions grow within a line ("so", "so now", "so now I open"). People repeat themselves, too: a line counts as a
repeat only in a file that rolls.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mmego.narrations.readers.lines import seconds

# A cue continues where the one before it ends; programs round, and leave a frame between two.
CONTIGUOUS = 0.2
# In a file that rolls, this share of the cues after the first begin with the end of the cue before.
ROLLING_SHARE = 0.3
MOST_ROWS = 15
"""Most lines that captions show at once: a CEA-608 screen has 15."""
_WORD_TIME = re.compile(r"<(?:\d+:)?\d\d:\d\d\.\d+>")
_ANY_MARK = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


@dataclass(slots=True)
class Cue:
    """The lines shown from `start` to `end` (as written); `repeated` are lines that the cue before showed."""

    where: str
    start: str
    end: str
    lines: list[str]
    repeated: list[str] = field(default_factory=list)


def without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues of a file; in one that rolls, without the lines that the cue before showed.

    A line that grows is kept once, complete, from its first time. A cue that shows nothing new keeps no line.
    """
    shown = [[visible_text(line) for line in cue.lines] for cue in cues]
    carried = [0][: len(cues)] + [_carried(cues[i - 1], shown[i - 1], cues[i], shown[i]) for i in range(1, len(cues))]
    out = [Cue(cue.where, cue.start, cue.end, list(cue.lines)) for cue in cues]
    if _rolls(cues, shown, carried):
        for cue, count in zip(out, carried, strict=True):
            cue.lines, cue.repeated = cue.lines[count:], cue.lines[:count]
    return _grown(out)


def visible_text(line: str) -> str:
    """Return a line as a viewer reads it: no marks, single spaces."""
    return " ".join(html.unescape(_ANY_MARK.sub("", line)).split())


def _follows(one: Cue, two: Cue) -> bool:
    """Return True if `two` begins before or when `one` ends, and not before `one` begins."""
    begun, ended, start = seconds(one.start), seconds(one.end), seconds(two.start)
    if begun is None or ended is None or start is None:
        return False
    return begun <= start <= ended + CONTIGUOUS


def _carried(one: Cue, above: list[str], two: Cue, below: list[str]) -> int:
    """Count the first lines of `two` that are the last lines of `one`."""
    if not _follows(one, two):
        return 0
    most = min(len(above), len(below), MOST_ROWS)
    return next((n for n in range(most, 0, -1) if above[-n:] == below[:n]), 0)


def _rolls(cues: Sequence[Cue], shown: list[list[str]], carried: list[int]) -> bool:
    """Return True if words have times of their own, or enough cues show an old line above a new one."""
    if any(_WORD_TIME.search(line) for cue in cues for line in cue.lines):
        return True
    above_new = sum(0 < count < len(lines) for count, lines in zip(carried, shown, strict=True))
    return above_new > 0 and above_new >= ROLLING_SHARE * (len(cues) - 1)


def _grown(cues: list[Cue]) -> list[Cue]:
    """Join lines that grow word by word, if a line does so at least twice in a row."""
    texts = [visible_text(" ".join(cue.lines)) for cue in cues]
    grows = [False] * len(cues)
    for i in range(1, len(cues)):
        grows[i] = bool(texts[i - 1]) and texts[i].startswith(f"{texts[i - 1]} ") and _follows(cues[i - 1], cues[i])
    in_a_row = [grows[i] and (grows[i - 1] or (i + 1 < len(cues) and grows[i + 1])) for i in range(len(cues))]
    for i in range(1, len(cues)):
        if in_a_row[i]:
            cues[i].start = cues[i - 1].start
            cues[i - 1].lines, cues[i - 1].repeated = [], cues[i - 1].lines
    return cues
