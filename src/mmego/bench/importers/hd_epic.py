"""HD-EPIC VQA: one JSON file for each question prototype, each a dictionary of questions by id.

    {"recipe_step_recognition_0": {"inputs": {"video 1": {"id": "P07-20240529-194518"}}, "question": "... <TIME
     00:00:03.720 video 1> ...", "choices": [5 texts], "correct_idx": 1}}

An input is a video, a part of one (`start_time`, `end_time`) or one picture of it (`time`). Question and choices refer
to the inputs by marks, ``<TIME hh:mm:ss.mmm video 1>`` and ``<BBOX x1 y1 x2 y2>``, which stay in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmego.bench.importers.entries import entry, json_file, members
from mmego.bench.importers.rows import Imported, ImportSettings, Row, multiple_choice
from mmego.errors import InputError
from mmego.records import MCQ, Span, VideoInput

DATASET = "hd-epic"
CHOICES = 5
ONLY = "video 1"
"""What the text calls the only input of a question."""
_TOLERANCE = 0.001  # seconds: times are written in milliseconds
_NUMBER = re.compile(r"_\d+\Z")
_INPUT = re.compile(r"(?:video|image) [1-9]\d*")
_TIME = re.compile(r"(\d{1,6}):([0-5]?\d):([0-5]?\d(?:\.\d+)?)")
_MARK = re.compile(r"<\s*(TIME|BBOX)\b([^>]*)(>?)", re.IGNORECASE)
_KEYS = {"inputs", "question", "choices", "correct_idx"}


def read_hd_epic(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read the questions of some prototypes' files; the category is the prototype."""
    found = Imported(settings.strict)
    for path in files:
        content = json_file(path)
        if not isinstance(content, Mapping) or not content:
            raise InputError(f"{path}: HD-EPIC VQA's file is a dictionary of questions by id")
        for name, values in members(content):
            found.take(entry(path, name, values), _question)
    return found


def _question(row: Row) -> MCQ:
    if {"correct", "incorrect"} & set(row.values) and "choices" not in row.values:
        raise row.fault(
            "has 'correct' and 'incorrect' instead of 'choices': the working format of hd-epic-vqa-eval before "
            "release; give the files of hd-epic-annotations/vqa-benchmark"
        )
    for key in sorted(_KEYS):
        row.need(key)
    inputs = _inputs(row)
    given = row.need("choices")
    texts = [_joined(choice) for choice in given] if isinstance(given, list) else given
    choices = row.choices(texts, CHOICES)
    question = multiple_choice(
        row,
        DATASET,
        id=row.name,
        video=inputs[0].video,
        clip=inputs[0].clip,
        question=row.text("question"),
        choices=choices,
        answer=row.index(row.need("correct_idx"), CHOICES, "correct_idx"),
        category=_NUMBER.sub("", row.name),
        inputs=inputs if len(inputs) > 1 or inputs[0].name != ONLY else (),
    )
    check(row, question)
    return question


def _joined(choice: Any) -> Any:
    """Join a list (the order of ingredients) by commas; return any other choice unchanged."""
    listed = isinstance(choice, list) and choice and all(isinstance(word, str) for word in choice)
    return ", ".join(choice) if listed else choice


def _inputs(row: Row) -> tuple[VideoInput, ...]:
    inputs = row.need("inputs")
    if not isinstance(inputs, Mapping) or not inputs:
        raise row.fault("'inputs' must name at least one video or image")
    found = []
    for name, values in inputs.items():
        if not _INPUT.fullmatch(name):
            raise row.fault(f"an input is called 'video 1' or 'image 1', got {name!r}")
        if not isinstance(values, Mapping):
            raise row.fault(f"input {name!r} must be an object with id")
        found.append(VideoInput(name, row.as_text(values.get("id"), f"id of {name}"), _clip(row, name, values)))
    return tuple(found)


def _clip(row: Row, name: str, values: Mapping[str, Any]) -> Span | None:
    """Return the part of an input; for a picture one of zero length; None for a whole video."""
    unknown = sorted(set(values) - {"id", "time", "start_time", "end_time"})
    if unknown:
        raise row.fault(f"input {name!r} has {', '.join(unknown)}, which this version does not know")
    if name.startswith("image"):
        if set(values) != {"id", "time"}:
            raise row.fault(f"input {name!r} must have id and time, got {', '.join(sorted(values))}")
        moment = _seconds(row, values["time"])
        return Span(moment, moment)
    if set(values) == {"id"}:
        return None
    if set(values) != {"id", "start_time", "end_time"}:
        raise row.fault(f"input {name!r} must have id alone or with start_time and end_time, got {sorted(values)}")
    start, end = _seconds(row, values["start_time"]), _seconds(row, values["end_time"])
    if not start < end:
        raise row.fault(f"input {name!r} ends ({end} s) before it starts ({start} s)")
    return Span(start, end)


def _seconds(row: Row, text: Any) -> float:
    parts = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if parts is None:
        raise row.fault(f"a time is written hh:mm:ss.mmm, got {text!r}")
    return 3600 * int(parts[1]) + 60 * int(parts[2]) + float(parts[3])


def check(row: Row, question: MCQ) -> None:
    """Check that every mark names an existing input and, where its part is known, a time inside it."""
    inputs = {one.name: one.clip for one in question.inputs} or {ONLY: question.clip}
    for text in (question.question, *question.options):
        for kind, words in _marks(row, text):
            if kind == "BBOX":
                _check_box(row, words)
            else:
                _check_time(row, words, inputs)


def _marks(row: Row, text: str) -> Iterator[tuple[str, str]]:
    for mark in _MARK.finditer(text):
        if not mark[3]:
            raise row.fault(f"a mark is not closed: {mark[0]!r}")
        yield mark[1].upper(), mark[2].strip()


def _check_time(row: Row, words: str, inputs: Mapping[str, Span | None]) -> None:
    time, _, name = words.partition(" ")
    moment = _seconds(row, time)
    if name not in inputs:
        raise row.fault(f"the mark <TIME {words}> names no input; there are {', '.join(inputs)}")
    clip = inputs[name]
    if clip is not None and not clip.start - _TOLERANCE <= moment <= clip.end + _TOLERANCE:
        raise row.fault(f"the mark <TIME {words}> lies outside {name}, which is {clip.start:.3f} to {clip.end:.3f} s")


def _check_box(row: Row, words: str) -> None:
    try:
        left, top, right, bottom = map(float, words.split())
    except ValueError:
        raise row.fault(f"a box is written <BBOX left top right bottom> in pixels, got <BBOX {words}>") from None
    if not (0 <= left <= right and 0 <= top <= bottom):
        raise row.fault(f"<BBOX {words}> is not a box: left, top, right, bottom, from 0")
