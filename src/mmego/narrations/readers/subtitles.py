"""Reading subtitle files, SRT and WebVTT: one file tells one video, named as the file without its ending."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from mmego.narrations.clean import Drops
from mmego.narrations.readers.captions import Cue, without_repeats
from mmego.narrations.readers.lines import NO_TEXT_OR_TIME, Line, read_lines
from mmego.narrations.readers.rows import open_text
from mmego.narrations.readers.table import actor_of
from mmego.records import Narration, VideoMeta

_CLOCK = r"((?:\d+:)?\d+:\d{1,2}(?:[.,]\d{1,3})?)"
_TIMES = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s|$)")
# Marks of the two formats only: "x < y" and "<3" are text.
_MARKS = re.compile(
    r"</?(?:i|b|u|s|font|c|v|lang|ruby|rt)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d\d:\d\d\.\d+>|\{\\[^{}]*\}", re.IGNORECASE
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s++([^<>]*)>", re.IGNORECASE)
_VOICE_ENDS = re.compile(r"</v>", re.IGNORECASE)
_BLOCKS = ("NOTE", "STYLE", "REGION")
# A line's end as HTML and as ASS subtitles write it ("\N", "\n", and "\h" for a blank that keeps words together).
_BREAKS = re.compile(r"<br\s*/?>|\\[Nnh]", re.IGNORECASE)
ROLLED = "repeated by a rolling caption"


def read_subtitles(
    path: Path, videos: dict[str, VideoMeta] | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """The one video of a subtitle file with its cues as narrations in time order.

    WebVTT's ``<v X>`` names the actor (a cue of two voices becomes two narrations); other marks, cue names, settings,
    notes and styles are left out. A line with an arrow that is no pair of times is dropped and counted. Of rolling
    captions, which show each line two or three times, each is kept once, from when it first stands there
    (`captions.without_repeats`).
    """
    path = Path(path)

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        cues = [cue for number, block in _blocks(path) if (cue := _cue(f"{path.name}:{number}", block, drops))]
        for cue in without_repeats(cues):
            if cue.lines or not cue.repeated:
                yield from ((path.stem, line) for line in _lines(cue))
            else:
                drops.add(ROLLED, f"{cue.where}: {' '.join(map(plain, cue.repeated))}")

    yield from read_lines(lines, videos, None, drops if drops is not None else Drops())


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Blocks of lines between empty ones, each with the number of its first line."""
    first, block = 1, list[str]()
    with open_text(path) as file:
        # "\r" alone ends lines of old files; splitlines() would also cut at form feeds and the like.
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate([*text.split("\n"), ""], 1):
        # Two cues without an empty line between them: the times begin a new one, their name stands right above.
        if "-->" in line and _is_whole(block, line):
            name = block.pop() if block[-1].strip().isdigit() and len(block) > 2 else None
            yield first, block
            first, block = number, [] if name is None else [name]
        # Only an EMPTY line ends a cue: YouTube's captions hold lines of one blank.
        if line.strip() or (line and block):
            first = first if block else number
            block.append(line)
        elif not line and block:
            yield first, block
            block = []


def _is_whole(block: list[str], line: str) -> bool:
    """True if `block` has its times already, or is no cue and `line` is a cue's."""
    if any("-->" in before for before in block):
        return True
    return bool(block) and _is_no_cue(block) and _TIMES.match(line) is not None


def _is_no_cue(block: list[str]) -> bool:
    """True for the header, a note or a style."""
    return block[0].startswith("WEBVTT") or block[0].split(" ")[0] in _BLOCKS


def _cue(where: str, block: list[str], drops: Drops) -> Cue | None:
    """What a block shows and when; None if it is a header, a note or a style, or its times are none."""
    if _is_no_cue(block):
        return None
    at = next((index for index, line in enumerate(block) if "-->" in line), None)
    times = _TIMES.match(block[at]) if at is not None else None
    if at is None or times is None:
        drops.add(NO_TEXT_OR_TIME, f"{where}: {_bad_times(block, at)}: {' '.join(block)[:120]}")
        return None
    lines = [said for line in block[at + 1 :] if (said := line.strip())]
    return Cue(where, times[1], times[2], lines)


def _lines(cue: Cue) -> Iterator[Line]:
    """The narrations of a cue: one for each voice."""
    voices = [name for line in cue.repeated for name in _VOICE.findall(line)]
    closed = any(_VOICE_ENDS.search(line) for line in cue.repeated)
    lead = f"<v {voices[-1]}>" if voices and not closed else ""  # the speaker of the line above goes on
    for voice, said in _voices(lead + " ".join(cue.lines)):
        yield Line(cue.where, plain(said).removeprefix("- "), cue.start, cue.end, actor_of(voice))


def plain(text: str) -> str:
    """A cue's text without marks: "&lt;b&gt;" stays text, "<b>" goes, "<br>" and "\\N" part words."""
    return html.unescape(_MARKS.sub("", _BREAKS.sub(" ", text))).strip()


def _bad_times(block: list[str], at: int | None) -> str:
    """What is wrong with a cue's line of times."""
    if at is None:
        return "a cue without a line of times"
    for side, time in zip(("start", "end"), block[at].split("-->", 1), strict=True):
        said = " ".join(time.split()[:1])  # WebVTT's settings follow the end
        if re.fullmatch(_CLOCK, said) is None:
            return f"{side} is {said!r} (a time is 00:01:02,500 or 01:02)"
    return f"times are {block[at].strip()[:60]!r}"


def _voices(text: str) -> list[tuple[str, str]]:
    """(voice, what it says); the voice is "" where none is named."""
    before, *rest = _VOICE.split(text)
    spoken = [(name.strip(), said) for name, said in zip(rest[::2], rest[1::2], strict=True)]
    return [("", before), *spoken] if before.strip() or not spoken else spoken
