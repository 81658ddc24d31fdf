"""What every importer shares: taking values out of a row, with file and row in each error, and what was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.narrations.clean import Drops, escaped
from mmego.narrations.readers.lines import nameable
from mmego.records import MCQ, Source, Span, VideoInput
from mmego.records.length_classes import length_class
from mmego.video.files import VideoFiles

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BAD_ROW = "bad row"
"""Rows that make no question; each is named with its fault."""


class RowError(InputError):
    """What is wrong with one row: the row is left out, the file's others are read on.

    `short` names the file without its folder: it may be written to files that are handed on.
    """

    def __init__(self, file: Path, name: str, message: str) -> None:
        super().__init__(escaped(f"{file}: {name}: {message}"))
        self.short = escaped(f"{file.name}: {name}: {message}")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file; `name` is how errors speak of it: its id, or ``row 3`` (from 1).

    `broken` says what is wrong with it as a whole; it has no values then.
    """

    file: Path
    name: str
    values: Mapping[str, Any]
    broken: str = ""

    def fault(self, message: str) -> RowError:
        """The error to raise: file, row, what is wrong."""
        return RowError(self.file, self.name, message)

    def named(self, name: str) -> Row:
        """The same row under a better name."""
        return Row(self.file, name, self.values, self.broken)

    def need(self, key: str) -> Any:
        """The value of `key`, which must be there."""
        if key not in self.values:
            raise self.fault(f"lacks {key!r}; it has {', '.join(sorted(map(str, self.values))) or 'nothing'}")
        return self.values[key]

    def text(self, key: str) -> str:
        """A text that is not empty, without space around it."""
        return self.as_text(self.need(key), key)

    def as_text(self, value: Any, key: str) -> str:
        """`value` as `text` would give it."""
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f"{key!r} must be text, got {shown(value)}")
        return value.strip()

    def number(self, key: str) -> float:
        """A finite number that is not negative."""
        value = self.need(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise self.fault(f"{key!r} must be a number of 0 or more, got {shown(value)}")
        return float(value)

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """One of the allowed words."""
        value = self.text(key)
        if value not in allowed:
            raise self.fault(f"{key!r} must be one of {', '.join(allowed)}, got {value!r}")
        return value

    def options(self, values: Any, least: int, most: int | None = None) -> tuple[str, ...]:
        """Options as texts, if there are as many as the benchmark has."""
        most = least if most is None else most
        wanted = str(least) if most == least else f"{least} to {most}"
        if not isinstance(values, list | tuple):
            raise self.fault(f"the options must be a list of {wanted}, got {shown(values)}")
        if not least <= len(values) <= most:
            raise self.fault(f"must have {wanted} options, got {len(values)}")
        return tuple(self.as_text(value, f"option {n}") for n, value in enumerate(values))

    def index(self, value: Any, options: int, key: str) -> int:
        """A 0-based index of one of so many options."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < options:
            raise self.fault(f"{key!r} must be 0 to {options - 1}, got {shown(value)}")
        return value

    def letter(self, value: Any, options: int, key: str) -> int:
        """The 0-based index that a capital letter stands for."""
        letters = LETTERS[:options]
        if not isinstance(value, str) or len(value.strip()) != 1 or value.strip() not in letters:
            raise self.fault(f"{key!r} must be a letter {letters[0]} to {letters[-1]}, got {shown(value)}")
        return letters.index(value.strip())


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants of an import.

    `videos` is a folder to look in (None: do not look); `strict` says whether a bad row ends it or is left out.
    """

    videos: VideoFiles | None = None
    seed: int = 0
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what somebody saw before a question was asked is in the folder of videos.

    `seconds` are shown of the `until` seconds from midnight before the first day to the query, nights included;
    `empty_days` are those up to the query that have no clip at all.
    """

    seconds: float
    until: float
    empty_days: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the time up to the query, 0 to 1."""
        return self.seconds / self.until


@dataclass(slots=True)
class Imported:
    """What an importer found: the questions, in which row each stands, and what was left out and why.

    `bad` says of each row that makes no question which it is and what is wrong; with `strict` the first is raised.
    """

    strict: bool = False
    questions: list[MCQ] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    drops: Drops = field(default_factory=Drops)
    missing: tuple[str, ...] = ()
    """Videos that are not in the folder of videos."""
    lengths: dict[str, float | None] = field(default_factory=dict)
    """Seconds of the videos that the importer itself opened."""
    covered: dict[str, Coverage] = field(default_factory=dict)
    """By question id, where a question is about all that somebody had seen by then."""
    read: int = 0
    """Rows."""
    bad: list[str] = field(default_factory=list)
    _first: str = ""

    def take(self, row: Row, make: Callable[[Row], MCQ | None]) -> None:
        """Keep the question that `make` reads from a row (None: there is none to keep), or count the row as bad."""
        self.read += 1
        try:
            if row.broken:
                raise row.fault(row.broken)
            question = make(row)
            if question is not None:
                self._add(row, question)
        except RowError as error:
            self.leave_out(error)

    def leave_out(self, error: RowError) -> None:
        """Count a row as bad; raises `error` if the import is strict."""
        if self.strict:
            raise error
        self._first = self._first or str(error)
        self.bad.append(error.short)
        self.drops.add(BAD_ROW, error.short)

    def require_most(self) -> None:
        """Raise InputError if more than half of all rows are bad: it is then another file, as the first fault says."""
        if 2 * len(self.bad) > self.read:
            rest = f" ({len(self.bad):,} of {self.read:,} rows are bad)" if self.read > 1 else ""
            raise InputError(f"{self._first}{rest}")

    def _add(self, row: Row, question: MCQ) -> None:
        """Keep a question; raises RowError naming both rows if its id was there before."""
        if question.id in self.rows:
            first = self.rows[question.id]
            raise row.fault(f"the id {question.id!r} was there before, in {first.file}: {first.name}")
        texts = (question.id, question.video, question.question, *question.options, question.category)
        inputs = (text for one in question.inputs for text in (one.name, one.video))
        if not all(map(nameable, (*texts, question.source.split or "", *inputs))):
            raise row.fault("holds half of a character (a lone surrogate), which no file can hold")
        self.rows[question.id] = row
        self.questions.append(question)


def multiple_choice(
    row: Row,
    dataset: str,
    *,
    id: str,
    video: str,
    question: str,
    options: tuple[str, ...],
    answer: int,
    category: str,
    clip: Span | None = None,
    key_spans: tuple[Span, ...] = (),
    inputs: tuple[VideoInput, ...] = (),
    split: str | None = None,
) -> MCQ:
    """A question of another benchmark; the length class comes from the clip or clips, where all are known.

    Raises:
        RowError: its right option stands there twice, or a clip begins before its video.
    """
    seconds = [one.clip.length if one.clip else None for one in inputs] or [clip.length if clip else None]
    made = MCQ(
        id=id,
        video=video,
        clip=clip,
        question=question,
        options=options,
        answer=answer,
        length_class=class_of(seconds),
        key_spans=key_spans,
        category=category,
        source=Source(dataset, "published", split=split),
        inputs=inputs,
    )
    return one_right(row, made)


def one_right(row: Row, question: MCQ) -> MCQ:
    """The question as it is.

    Raises:
        RowError: its right option is there twice (the other one would count as wrong), or a time is negative.
    """
    right = question.options[question.answer].strip()
    if [option.strip() for option in question.options].count(right) > 1:
        raise row.fault(f"the right option {right!r} is there more than once")
    clips = (question.clip, *question.key_spans, *(one.clip for one in question.inputs))
    early = next((clip for clip in clips if clip is not None and clip.start < 0), None)
    if early is not None:
        raise row.fault(f"the times {early.to_json()} begin before the video")
    return question


def class_of(seconds: Sequence[float | None]) -> str:
    """The length class of all clips together; empty if one is unknown, or if there are only pictures."""
    total = 0.0
    for length in seconds:
        if length is None:
            return ""
        total += length
    return length_class(total) if total > 0 else ""


def one_file(files: Sequence[Path], what: str) -> Path:
    """The only file; raises InputError if there are more."""
    if len(files) != 1:
        raise InputError(f"give one file ({what}), got {len(files)}: {', '.join(map(str, files))}")
    return files[0]


def shown(value: Any) -> str:
    """A value, short enough for one line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
