"""Reader of subtitle files, SRT and WebVTT: one file for one video, which has the file's name without its ending.

For another subtitle format, make its file a list of `Cue`s (as `_cue` does), and add a row to `narrations.formats`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import NO_TEXT_OR_TIME, Line, read_lines
from mmego.narrations.readers.rolling_captions import Cue, without_repeats
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
# A line's end in HTML and in ASS subtitles ("\N", "\n", and "\h" for a blank that keeps words together).
_BREAKS = re.compile(r"<br\s*/?>|\\[Nnh]", re.IGNORECASE)
# Possessive: otherwise 64 KB of line ends could be shared out among three loops in very many ways.
_SRT = re.compile(r"\s*+(?:\d++[ \t]*+[\r\n]\s*+)?(?:\d+:)?\d+:\d{1,2}(?:[.,]\d{1,3})?\s*+-->")
ROLLED = "repeated by a rolling caption"


def is_vtt(text: str) -> bool:
    """Return True for the beginning of a WebVTT file."""
    return text.startswith("WEBVTT")


def is_srt(text: str) -> bool:
    """Return True for the beginning of an SRT file: a number, then a line of times."""
    return _SRT.match(text) is not None


def read_subtitles(
    path: Path, videos: dict[str, VideoMeta] | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """Yield the one video of a subtitle file with its cues as narrations in time order.

    WebVTT's ``<v X>`` names the actor (a cue of two voices becomes two narrations); other marks, cue names, settings,
    notes and styles are left out. A line with an arrow but without two times is dropped and counted. Rolling captions
    show each line two or three times; each is kept once, from its first time (`rolling_captions.without_repeats`).
    """
    path = Path(path)

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        cues = [cue for number, block in _blocks(path) if (cue := _cue(f"{path.name}:{number}", block, drops))]
        for cue in without_repeats(cues):
            if cue.lines or not cue.repeated:
                yield from ((path.stem, line) for line in _lines(cue))
            else:
                drops.add(ROLLED, f"{cue.where}: {' '.join(map(without_marks, cue.repeated))}")

    yield from read_lines(lines, videos, None, drops if drops is not None else Drops())


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield blocks of lines between empty ones, each with the number of its first line."""
    first, block = 1, list[str]()
    with open_text(path) as file:
        # "\r" alone ends lines in old files; splitlines() would also cut at form feeds and similar characters.
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate([*text.split("\n"), ""], 1):
        # Two cues without an empty line between them: the times begin a new one, its name is right above.
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
    """Return True if `block` has its times already, or is not a cue and `line` begins one."""
    if any("-->" in before for before in block):
        return True
    return bool(block) and _is_not_cue(block) and _TIMES.match(line) is not None


def _is_not_cue(block: list[str]) -> bool:
    """Return True for the header, a note or a style."""
    return block[0].startswith("WEBVTT") or block[0].split(" ")[0] in _BLOCKS


def _cue(where: str, block: list[str], drops: Drops) -> Cue | None:
    """Return what a block shows and when; None for a header, a note or a style, or if its times are not valid."""
    if _is_not_cue(block):
        return None
    at = next((index for index, line in enumerate(block) if "-->" in line), None)
    times = _TIMES.match(block[at]) if at is not None else None
    if at is None or times is None:
        drops.add(NO_TEXT_OR_TIME, f"{where}: {_bad_times(block, at)}: {' '.join(block)[:120]}")
        return None
    lines = [text for line in block[at + 1 :] if (text := line.strip())]
    return Cue(where, times[1], times[2], lines)


def _lines(cue: Cue) -> Iterator[Line]:
    """Yield the narrations of a cue: one for each voice."""
    voices = [name for line in cue.repeated for name in _VOICE.findall(line)]
    closed = any(_VOICE_ENDS.search(line) for line in cue.repeated)
    lead = f"<v {voices[-1]}>" if voices and not closed else ""  # the speaker of the line above continues
    for voice, words in _voices(lead + " ".join(cue.lines)):
        yield Line(cue.where, without_marks(words).removeprefix("- "), cue.start, cue.end, actor_of(voice))


def without_marks(text: str) -> str:
    """Remove the marks of a cue's text: "&lt;b&gt;" stays text, "<b>" goes, "<br>" and "\\N" separate words."""
    return html.unescape(_MARKS.sub("", _BREAKS.sub(" ", text))).strip()


def _bad_times(block: list[str], at: int | None) -> str:
    """Say what is wrong with a cue's line of times."""
    if at is None:
        return "a cue without a line of times"
    for side, time in zip(("start", "end"), block[at].split("-->", 1), strict=True):
        first = " ".join(time.split()[:1])  # WebVTT's settings follow the end
        if re.fullmatch(_CLOCK, first) is None:
            return f"{side} is {first!r} (a time is 00:01:02,500 or 01:02)"
    return f"times are {block[at].strip()[:60]!r}"


def _voices(text: str) -> list[tuple[str, str]]:
    """Split a cue's text into (voice, words); the voice is "" if the cue names none."""
    before, *rest = _VOICE.split(text)
    spoken = [(name.strip(), words) for name, words in zip(rest[::2], rest[1::2], strict=True)]
    return [("", before), *spoken] if before.strip() or not spoken else spoken
