"""Inspection of a source of narrations: counts, and their text for a terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mmego.narrations.clean import Drops
from mmego.records import Narration, VideoMeta

FIRST_SENTENCES = 6
TOP_VERBS = 12
WIDTH = 100
_SUBJECT = re.compile(
    r"^(?:(?:a|an|the|another)\s+)?(?:[a-z-]+\s+)??(?:man|woman|lady|boy|girl|person|guy|child|kid|player|friend)\s+"
    r"(?:[A-Z]\s+)?|^[A-Z]\s+|^(?:he|she|they|we)\s+",
    re.IGNORECASE,
)
_SIBILANT = re.compile(r"(?:ss|sh|ch|x|zz|o)es$")


@dataclass(slots=True)
class Inspection:
    """Counts over the chosen videos; `seconds` is their length together.

    A video of unknown length counts to the end of its last narration, and in `guessed`.
    """

    videos: int = 0
    guessed: int = 0
    silent: int = 0
    narrations: int = 0
    seconds: float = 0.0
    points: int = 0
    actors: Counter[str] = field(default_factory=Counter)
    verbs: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    first: list[Narration] = field(default_factory=list)

    def to_json(self, drops: Drops) -> dict[str, Any]:
        """Return the JSON form of ``mmego qa inspect --json``."""
        return {
            "videos": self.videos,
            "videos_of_unknown_length": self.guessed,
            "videos_without_narrations": self.silent,
            "hours": round(self.seconds / 3600, 4),
            "narrations": self.narrations,
            "points_in_time": self.points,
            "narrations_per_minute": round(self.per_minute, 3),
            "splits": dict(self.splits.most_common()),
            "actors": dict(self.actors.most_common()),
            "verbs": dict(self.verbs.most_common(TOP_VERBS)),
            "dropped": dict(drops.counts.most_common()),
            "examples": {reason: drops.examples[reason] for reason, _ in drops.counts.most_common()},
            "first": [
                {"video": n.video, "span": n.span.to_json(), "actor": n.actor, "text": n.text} for n in self.first
            ],
        }

    @property
    def per_minute(self) -> float:
        """Return the narrations in a minute of video; 0 if there is no video."""
        return self.narrations / (self.seconds / 60) if self.seconds else 0.0


def inspect_narrations(videos: Iterable[tuple[VideoMeta, list[Narration]]]) -> Inspection:
    """Read the videos once and count."""
    found = Inspection()
    for meta, narrations in videos:
        found.videos += 1
        found.silent += not narrations
        found.guessed += meta.duration is None
        last = max((n.span.end for n in narrations), default=0.0)
        found.seconds += meta.duration if meta.duration is not None else last
        found.splits[meta.split or "none"] += 1
        found.narrations += len(narrations)
        for narration in narrations:
            found.points += narration.span.length == 0
            found.actors[narration.actor] += 1
            verb = verb_of(narration)
            if verb:
                found.verbs[verb] += 1
        found.first += narrations[: FIRST_SENTENCES - len(found.first)]
    return found


def verb_of(narration: Narration) -> str:
    """Return the source's verb, else the first word after the subject in its plain form, roughly: "picks" is "pick"."""
    if narration.verb:
        return narration.verb
    text = narration.text.removeprefix(f"{narration.actor} ")
    words = _SUBJECT.sub("", text, count=1).split()
    if not words or not words[0].isalpha():
        return ""
    word = words[0].lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if _SIBILANT.search(word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def inspection_text(found: Inspection, drops: Drops, title: str) -> str:
    """Return the text that ``mmego qa inspect`` prints."""
    return "\n".join([title, "", *_counts(found), *_drops(drops, found.narrations), *_sentences(found.first)])


def _counts(found: Inspection) -> Iterator[str]:
    notes = [f"{found.silent:,} without a narration"] * bool(found.silent)
    notes += [f"{found.guessed:,} of unknown length: counted to the last narration"] * bool(found.guessed)
    yield _row("videos", f"{found.videos:,}" + (f"  ({'; '.join(notes)})" if notes else ""))
    yield _row("hours", f"{found.seconds / 3600:,.2f}")
    spans = found.narrations - found.points
    yield _row("narrations", f"{found.narrations:,}  ({spans:,} with start and end, {found.points:,} points in time)")
    yield _row("per minute", f"{found.per_minute:.1f}")
    yield _row("splits", _listed(found.splits, len(found.splits)))
    yield _row("actors", _listed(found.actors, TOP_VERBS))
    yield _row("top verbs", _listed(found.verbs, TOP_VERBS))


def _listed(counts: Counter[str], limit: int) -> str:
    """Join the most frequent names with their counts, on as many lines as needed."""
    lines = [""]
    for name, count in counts.most_common(limit):
        part = f"{name} {count:,}"
        if len(lines[-1]) + len(part) > WIDTH - 14:
            lines.append("")
        lines[-1] += f", {part}" if lines[-1] else part
    rest = len(counts) - limit
    return f"\n{' ' * 14}".join(lines) + (f" and {rest:,} more" if rest > 0 else "") or "none"


def _drops(drops: Drops, kept: int) -> Iterator[str]:
    """Yield every reason with its count and examples: lines first, then whole videos."""
    lines, videos = drops.of_lines(), drops.of_videos()
    lost = sum(lines.values())
    share = f", {lost / (kept + lost):.1%} of all lines" if lost else ""
    yield from _reasons(f"dropped lines: {lost:,}{share}", lines, drops)
    if videos:
        yield from _reasons(f"dropped videos: {sum(videos.values()):,}", videos, drops)


def _reasons(title: str, reasons: dict[str, int], drops: Drops) -> Iterator[str]:
    yield ""
    yield title
    for reason, count in reasons.items():
        yield f"  {count:>10,}  {reason}"
        # The lines of a whole video have no examples.
        examples = [] if reason.startswith("in a video") else drops.examples.get(reason, [])
        for example in examples[:2]:
            yield f"              e.g. {_short(example)}"


def _sentences(first: list[Narration]) -> Iterator[str]:
    if not first:
        return
    yield ""
    yield "first sentences"
    for narration in first:
        span = narration.span
        end = f"-{hours_minutes_seconds(span.end)}" if span.length else ""
        yield f"  {hours_minutes_seconds(span.start) + end:<23}  {narration.actor:<3} {_short(narration.text)}"


def hours_minutes_seconds(time: float) -> str:
    """Format seconds as "0:01:02.5"."""
    tenths = round(time * 10)
    return f"{tenths // 36000}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."


def _row(name: str, value: str) -> str:
    return f"{name:<12}  {value}"
