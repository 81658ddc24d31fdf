"""Plain JSON Lines: our own questions, or a few keys that you can write by hand (docs/reference/benchmark-files.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from mmego.bench.data.folder import read_question
from mmego.bench.importers.entries import read_rows
from mmego.bench.importers.rows import LETTERS, Imported, ImportSettings, Row, multiple_choice, require_one_right
from mmego.errors import InputError
from mmego.records import MCQ, Span, VideoInput

KEYS = ("id", "video", "question", "options", "answer", "clip", "key_spans", "category", "inputs", "split")
MOST = len(LETTERS)
_OWN = {"source", "length_class"}
_TOLERANCE = 0.001  # seconds: spans that other programs write are rounded
_LETTER = re.compile(rf"[{LETTERS}]")


def read_plain(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read the questions of one or more JSON Lines (or JSON array, or Parquet) files."""
    found = Imported(settings.strict)
    for path in files:
        for number, row in enumerate(read_rows(path), 1):
            own = set(row.values) >= _OWN
            found.take(row, _own if own else partial(_question, name=f"{Path(path).stem}-{number}"))
    return found


def _own(row: Row) -> MCQ:
    """Return a question in this package's own form."""
    _known_keys(row, [one.name for one in fields(MCQ)])
    row.choices(row.need("options"), 2, MOST)
    for key in ("id", "video", "question", "category"):
        row.text(key)
    try:
        question = read_question(row.values)
    except (InputError, TypeError, ValueError) as error:
        raise row.fault(str(error)) from error
    _check_inputs(row, question.inputs, question.clip)
    _check_spans(row, question)
    return require_one_right(row, question)


def _known_keys(row: Row, keys: Sequence[str]) -> None:
    unknown = sorted(set(row.values) - set(keys))
    if unknown:
        raise row.fault(f"has {', '.join(unknown)}, which is not one of {', '.join(keys)}")


def _check_inputs(row: Row, inputs: Sequence[VideoInput], clip: Span | None) -> None:
    if inputs and (inputs[0].video, inputs[0].clip) != (row.text("video"), clip):
        raise row.fault("'video' and 'clip' must be those of the first of 'inputs'")


def _check_spans(row: Row, question: MCQ) -> None:
    """Check that the clip shows what proves the answer. With several videos it is unknown which one a span is of."""
    clip = question.clip
    if clip is None or question.inputs:
        return
    for span in question.key_spans:
        if not clip.start - _TOLERANCE <= span.start <= span.end <= clip.end + _TOLERANCE:
            raise row.fault(f"the key span {span.to_json()} lies outside the clip {clip.to_json()}")


def _question(row: Row, name: str) -> MCQ:
    _known_keys(row, KEYS)
    choices = row.choices(row.need("options"), 2, MOST)
    try:
        inputs = tuple(VideoInput.from_json(one) for one in row.values.get("inputs", ()))
        spans = tuple(_span(row, value) for value in row.values.get("key_spans", ()))
    except (InputError, TypeError, ValueError) as error:
        raise row.fault(str(error)) from error
    given = row.values.get("clip")
    clip = None if given is None else _span(row, given)
    _check_inputs(row, inputs, clip)
    question = multiple_choice(
        row,
        "plain",
        id=row.text("id") if "id" in row.values else name,
        video=row.text("video"),
        clip=clip,
        question=row.text("question"),
        choices=choices,
        answer=_answer(row, choices),
        category=row.text("category") if "category" in row.values else "other",
        key_spans=spans,
        inputs=inputs,
        split=row.text("split") if "split" in row.values else None,
    )
    _check_spans(row, question)
    return question


def _span(row: Row, value: Any) -> Span:
    try:
        return Span.from_json(value)
    except (InputError, TypeError, ValueError) as error:
        raise row.fault(str(error)) from error


def _answer(row: Row, choices: tuple[str, ...]) -> int:
    """Return the place of the answer: an index, a capital letter, or the right choice's text, but nothing ambiguous."""
    value = row.need("answer")
    if not isinstance(value, str):
        return row.index(value, len(choices), "answer")
    text = value.strip()
    meant = {n for n, choice in enumerate(choices) if choice == text}
    if _LETTER.fullmatch(text) and LETTERS.index(text) < len(choices):
        meant.add(LETTERS.index(text))
    if len(meant) != 1:
        last = LETTERS[len(choices) - 1]
        how = f"an index 0 to {len(choices) - 1}, a letter A to {last} or the text of one option"
        why = "is none of these" if not meant else "can mean several"
        raise row.fault(f"'answer' must be {how}; {text!r} {why}")
    return meant.pop()
