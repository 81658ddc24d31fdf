"""What every importer needs: values out of a row, with file and row in each error, and what an import found."""

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
"""Rows that do not make a question; each is listed with its fault."""


class RowError(InputError):
    """One row is wrong: the row is left out, the file's other rows are still read.

    `short` names the file without its folder: it may go into files that people share.
    """

    def __init__(self, file: Path, name: str, message: str) -> None:
        super().__init__(escaped(f"{file}: {name}: {message}"))
        self.short = escaped(f"{file.name}: {name}: {message}")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file; `name` is what errors call it: its id, or ``row 3`` (from 1).

    `broken` says what is wrong with the whole row, which then has no values.
    """

    file: Path
    name: str
    values: Mapping[str, Any]
    broken: str = ""

    def fault(self, message: str) -> RowError:
        """Return the error to raise: file, row, what is wrong."""
        return RowError(self.file, self.name, message)

    def named(self, name: str) -> Row:
        """Return the same row under a better name."""
        return Row(self.file, name, self.values, self.broken)

    def need(self, key: str) -> Any:
        """Return the value of `key`, which must be there."""
        if key not in self.values:
            raise self.fault(f"lacks {key!r}; it has {', '.join(sorted(map(str, self.values))) or 'nothing'}")
        return self.values[key]

    def text(self, key: str) -> str:
        """Return a text that is not empty, without space around it."""
        return self.as_text(self.need(key), key)

    def as_text(self, value: Any, key: str) -> str:
        """Return `value` as `text` would."""
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f"{key!r} must be text, got {shown(value)}")
        return value.strip()

    def number(self, key: str) -> float:
        """Return a finite number that is not negative."""
        value = self.need(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise self.fault(f"{key!r} must be a number of 0 or more, got {shown(value)}")
        return float(value)

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        """Return one of the allowed words."""
        value = self.text(key)
        if value not in allowed:
            raise self.fault(f"{key!r} must be one of {', '.join(allowed)}, got {value!r}")
        return value

    def choices(self, values: Any, least: int, most: int | None = None) -> tuple[str, ...]:
        """Return a question's choices as texts, if there are as many as the benchmark has."""
        most = least if most is None else most
        wanted = str(least) if most == least else f"{least} to {most}"
        if not isinstance(values, list | tuple):
            raise self.fault(f"the choices must be a list of {wanted}, got {shown(values)}")
        if not least <= len(values) <= most:
            raise self.fault(f"must have {wanted} choices, got {len(values)}")
        return tuple(self.as_text(value, f"choice {n}") for n, value in enumerate(values))

    def index(self, value: Any, choices: int, key: str) -> int:
        """Return a 0-based index of one of this many choices."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < choices:
            raise self.fault(f"{key!r} must be 0 to {choices - 1}, got {shown(value)}")
        return value

    def letter(self, value: Any, choices: int, key: str) -> int:
        """Return the 0-based index that a capital letter stands for."""
        letters = LETTERS[:choices]
        if not isinstance(value, str) or len(value.strip()) != 1 or value.strip() not in letters:
            raise self.fault(f"{key!r} must be a letter {letters[0]} to {letters[-1]}, got {shown(value)}")
        return letters.index(value.strip())


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How to import.

    `videos` is a folder to look in (None: do not look); `strict` raises at a bad row instead of leaving it out.
    """

    videos: VideoFiles | None = None
    seed: int = 0
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what a person saw before a question is in the folder of videos.

    `seconds` are shown of the `until` seconds from midnight before the first day to the query, nights included;
    `empty_days` are the days up to the query without any clip.
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
    """The result of an import: the questions, the row of each, and what was left out with the reason.

    `bad` lists the rows that do not make a question; with `strict` the first is raised.
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
    """By question id, for questions about everything that a person had seen by then."""
    read: int = 0
    """The number of rows."""
    bad: list[str] = field(default_factory=list)
    _first: str = ""

    def take(self, row: Row, make: Callable[[Row], MCQ | None]) -> None:
        """Keep the question that `make` reads from a row (None: nothing to keep), or count the row as bad."""
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
        """Count a row as bad; raise `error` if the import is strict."""
        if self.strict:
            raise error
        self._first = self._first or str(error)
        self.bad.append(error.short)
        self.drops.add(BAD_ROW, error.short)

    def require_most(self) -> None:
        """Raise InputError with the first fault if more than half of all rows are bad: it is another kind of file."""
        if 2 * len(self.bad) > self.read:
            rest = f" ({len(self.bad):,} of {self.read:,} rows are bad)" if self.read > 1 else ""
            raise InputError(f"{self._first}{rest}")

    def _add(self, row: Row, question: MCQ) -> None:
        """Keep a question; raise RowError naming both rows if its id was there before."""
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
    choices: tuple[str, ...],
    answer: int,
    category: str,
    clip: Span | None = None,
    key_spans: tuple[Span, ...] = (),
    inputs: tuple[VideoInput, ...] = (),
    split: str | None = None,
) -> MCQ:
    """Return a question of another benchmark; the length class comes from its clips, if all are known.

    Raises:
        RowError: its right choice is there twice, or a clip begins before its video.
    """
    seconds = [one.clip.length if one.clip else None for one in inputs] or [clip.length if clip else None]
    made = MCQ(
        id=id,
        video=video,
        clip=clip,
        question=question,
        options=choices,
        answer=answer,
        length_class=class_of(seconds),
        key_spans=key_spans,
        category=category,
        source=Source(dataset, "published", split=split),
        inputs=inputs,
    )
    return require_one_right(row, made)


def require_one_right(row: Row, question: MCQ) -> MCQ:
    """Return the question as it is.

    Raises:
        RowError: its right choice is there twice (the second would count as wrong), or a time is negative.
    """
    right = question.options[question.answer].strip()
    if [choice.strip() for choice in question.options].count(right) > 1:
        raise row.fault(f"the right choice {right!r} is there more than once")
    clips = (question.clip, *question.key_spans, *(one.clip for one in question.inputs))
    early = next((clip for clip in clips if clip is not None and clip.start < 0), None)
    if early is not None:
        raise row.fault(f"the times {early.to_json()} begin before the video")
    return question


def class_of(seconds: Sequence[float | None]) -> str:
    """Return the length class of all clips together; "" if one is unknown or there are only pictures."""
    total = 0.0
    for length in seconds:
        if length is None:
            return ""
        total += length
    return length_class(total) if total > 0 else ""


def one_file(files: Sequence[Path], what: str) -> Path:
    """Return the only file; raise InputError if there are more."""
    if len(files) != 1:
        raise InputError(f"give one file ({what}), got {len(files)}: {', '.join(map(str, files))}")
    return files[0]


def shown(value: Any) -> str:
    """Return a value, short enough for one line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
