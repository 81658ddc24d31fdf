"""Reading subtitle files, SRT and WebVTT: one file tells one video, named as the file without its ending."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from mmego.narrations.clean import Drops
from mmego.narrations.lines import NO_TEXT_OR_TIME, Line, read_lines
from mmego.narrations.rows import open_text
from mmego.narrations.table import actor_of
from mmego.records import Narration, VideoMeta

_CLOCK = r"((?:\d+:)?\d+:\d{1,2}(?:[.,]\d{1,3})?)"
_TIMES = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s|$)")
# Marks of the two formats only: "x < y" and "<3" are text.
_MARKS = re.compile(
    r"</?(?:i|b|u|s|font|c|v|lang|ruby|rt)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d\d:\d\d\.\d+>|\{\\[^{}]*\}", re.IGNORECASE
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)*\s+([^<>]*)>", re.IGNORECASE)
_BLOCKS = ("NOTE", "STYLE", "REGION")


def read_subtitles(
    path: Path, videos: dict[str, VideoMeta] | None = None, drops: Drops | None = None
) -> Iterator[tuple[VideoMeta, list[Narration]]]:
    """The one video of a subtitle file with its cues as narrations in time order.

    WebVTT's ``<v X>`` names the actor (a cue of two voices becomes two narrations); other marks, cue names, settings,
    notes and styles are left out. A line with an arrow that is no pair of times is dropped and counted.
    """
    path = Path(path)

    def lines(drops: Drops) -> Iterator[tuple[str, Line]]:
        for number, block in _blocks(path):
            for line in _cue(f"{path.name}:{number}", block, drops):
                yield path.stem, line

    yield from read_lines(lines, videos, None, drops if drops is not None else Drops())


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Blocks of lines between empty ones, each with the number of its first line."""
    first, block = 1, list[str]()
    with open_text(path) as file:
        # "\r" alone ends lines of old files; splitlines() would also cut at form feeds and the like.
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate([*text.split("\n"), ""], 1):
        # Two cues without an empty line between them: the times begin a new one, their name stands right above.
        starts_cue = "-->" in line and any("-->" in before for before in block)
        if starts_cue:
            name = block.pop() if block[-1].strip().isdigit() and len(block) > 2 else None
            yield first, block
            first, block = number, [] if name is None else [name]
        if line.strip():
            first = first if block else number
            block.append(line)
        elif block:
            yield first, block
            block = []


def _cue(where: str, block: list[str], drops: Drops) -> Iterator[Line]:
    """The narrations of a block; none if it is a header, a note or a style."""
    if block[0].startswith("WEBVTT") or block[0].split(" ")[0] in _BLOCKS:
        return
    at = next((index for index, line in enumerate(block) if "-->" in line), None)
    times = _TIMES.match(block[at]) if at is not None else None
    if at is None or times is None:
        drops.add(NO_TEXT_OR_TIME, f"{where}: {_bad_times(block, at)}: {' '.join(block)[:120]}")
        return
    start, end = times.groups()
    text = " ".join(line.strip() for line in block[at + 1 :])
    for voice, said in _voices(text):
        plain = html.unescape(_MARKS.sub("", said)).strip().removeprefix("- ")
        yield Line(where, plain, start, end, actor_of(voice))


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
