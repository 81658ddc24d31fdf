"""What every importer shares: reading a file's rows and taking values out of a row, with file and row in each error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmego.errors import InputError, require_extra
from mmego.files import HALF_CHARACTER, read_json, read_jsonl
from mmego.narrations.clean import Drops
from mmego.qa.lengths import length_class
from mmego.records import MCQ, Source, Span, VideoInput
from mmego.video.files import VideoFiles

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file; `name` is how errors speak of it: its id, or ``row 3`` (from 1)."""

    file: Path
    name: str
    values: Mapping[str, Any]

    def fault(self, message: str) -> InputError:
        """The error to raise: file, row, what is wrong."""
        return InputError(f"{self.file}: {self.name}: {message}")

    def named(self, name: str) -> Row:
        """The same row under a better name."""
        return Row(self.file, name, self.values)

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
            raise self.fault(f"{key!r} must be text, got {_shown(value)}")
        if HALF_CHARACTER.search(value):
            raise self.fault(f"{key!r} holds half a character (a lone surrogate): {ascii(value)[:80]}")
        return value.strip()

    def number(self, key: str) -> float:
        """A finite number that is not negative."""
        value = self.need(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise self.fault(f"{key!r} must be a number of 0 or more, got {_shown(value)}")
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
            raise self.fault(f"the options must be a list of {wanted}, got {_shown(values)}")
        if not least <= len(values) <= most:
            raise self.fault(f"must have {wanted} options, got {len(values)}")
        return tuple(self.as_text(value, f"option {n}") for n, value in enumerate(values))

    def index(self, value: Any, options: int, key: str) -> int:
        """A 0-based index of one of so many options."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < options:
            raise self.fault(f"{key!r} must be 0 to {options - 1}, got {_shown(value)}")
        return value

    def letter(self, value: Any, options: int, key: str) -> int:
        """The 0-based index that a capital letter stands for."""
        letters = LETTERS[:options]
        if not isinstance(value, str) or len(value.strip()) != 1 or value.strip() not in letters:
            raise self.fault(f"{key!r} must be a letter {letters[0]} to {letters[-1]}, got {_shown(value)}")
        return letters.index(value.strip())


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants of an import: a folder of videos to look in (None: do not look) and a seed."""

    videos: VideoFiles | None = None
    seed: int = 0


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
    """What an importer found: the questions, in which row each stands, and what was left out and why."""

    questions: list[MCQ] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    drops: Drops = field(default_factory=Drops)
    missing: tuple[str, ...] = ()
    """Videos that are not in the folder of videos."""
    lengths: dict[str, float | None] = field(default_factory=dict)
    """Seconds of the videos that the importer itself opened."""
    covered: dict[str, Coverage] = field(default_factory=dict)
    """By question id, where a question is about all that somebody had seen by then."""

    def add(self, row: Row, question: MCQ) -> None:
        """Keep a question; raises InputError naming both rows if its id was there before."""
        if question.id in self.rows:
            first = self.rows[question.id]
            raise row.fault(f"the id {question.id!r} was there before, in {first.file}: {first.name}")
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
    """A question of another benchmark; the length class comes from the clip or clips, where all are known."""
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
    """The question; raises InputError if its right option is there twice: the other one would count as wrong."""
    right = question.options[question.answer].strip()
    if [option.strip() for option in question.options].count(right) > 1:
        raise row.fault(f"the right option {right!r} is there more than once")
    return question


def class_of(seconds: Sequence[float | None]) -> str:
    """The length class of all clips together; empty if one is unknown, or if there are only pictures."""
    total = 0.0
    for length in seconds:
        if length is None:
            return ""
        total += length
    return length_class(total) if total > 0 else ""


def read_rows(path: Path) -> list[Row]:
    """The entries of a JSON array, a JSON Lines file or a Parquet table, named ``row 1`` and so on.

    Raises:
        InputError: no such file, not of these kinds, empty, or an entry that is no object.
        MissingExtraError: a Parquet file, and pyarrow is not installed.
    """
    path = Path(path)
    if path.suffix == ".parquet":
        values: Sequence[Any] = _parquet(path)
    elif path.suffix == ".jsonl":
        values = list(_lines(path))
    else:
        values = json_file(path)
    if not isinstance(values, list):
        raise InputError(f"{path}: must hold a list of questions, got {_shown(values)}")
    if not values:
        raise InputError(f"{path} holds no question")
    rows = [Row(path, f"row {n}", value) for n, value in enumerate(values, 1) if isinstance(value, Mapping)]
    for number, value in enumerate(values, 1):
        if not isinstance(value, Mapping):
            raise InputError(f"{path}: row {number}: must be an object with keys, got {_shown(value)}")
    return rows


def json_file(path: Path) -> Any:
    """What a JSON file holds. Raises InputError for bytes that are not UTF-8, and for a key that comes twice."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise InputError(f"no such file: {path}" if not Path(path).exists() else f"{path}: {error}") from error
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, Path(path)))
    except json.JSONDecodeError:
        return read_json(path)  # says the line


def _unique(pairs: list[tuple[str, Any]], path: Path) -> dict[str, Any]:
    """json.loads keeps the last of two entries under one key: a question would vanish without a word."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"{path}: {key}: comes twice")
        found[key] = value
    return found


def _lines(path: Path) -> Iterator[Any]:
    try:
        yield from read_jsonl(path)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8: {error.reason}") from error


def _parquet(path: Path) -> list[Any]:
    require_extra("pyarrow", "data")
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise InputError(f"no such file: {path}")
    try:
        rows: list[Any] = pq.read_table(path).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: not a Parquet file: {error}") from error
    return rows


def one_file(files: Sequence[Path], what: str) -> Path:
    """The only file; raises InputError if there are more."""
    if len(files) != 1:
        raise InputError(f"give one file ({what}), got {len(files)}: {', '.join(map(str, files))}")
    return files[0]


def _shown(value: Any) -> str:
    """A value, short enough for one line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
