"""What a run needs of a model: a plain `records.Answerer` is enough, `BenchModel` is for one that can share work."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mmego.bench.data.runs import RunSettings
from mmego.errors import InputError, MmegoError
from mmego.records import MCQ, Answer, Answerer, Span

NO_CHOICE = "no option chosen"


class RunStoppedError(MmegoError):
    """A fault that every other question would meet as well (a refused key, a server that is gone): the run ends."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One video as a question is asked about it: the part `clip` of the file (None: all of it), called `name`."""

    name: str
    path: Path
    clip: Span | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model made of one question: fields as in `records.Prediction`.

    `error` reads ``reason: detail``; equal reasons are counted together. `curve` has the times (seconds) and scores of
    every frame glimpsed where a pointer scored them. `gaps` are stretches of the video that could not be decoded.
    """

    choice: int | None
    text: str = ""
    error: str | None = None
    key_frames: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()
    frames: int = 0
    seconds: float = 0.0
    curve: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    gaps: tuple[Span, ...] = ()


class View(Protocol):
    """What a model has seen of one or several videos; any number of questions and settings use it."""

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[Reply]:
        """One reply a question, in order; an MmegoError where not all could be answered (they are then asked one by
        one)."""
        ...


class BenchModel(Protocol):
    """A model that looks at each video once, whatever the number of questions and settings.

    `fingerprint` changes with everything that shapes its answers; `at_once` is how many videos it may be given side by
    side, each from a thread of its own.
    """

    name: str
    fingerprint: str
    at_once: int

    def settle(self, settings: RunSettings) -> RunSettings:
        """What will be done if `settings` are asked for; InputError for what the model cannot do."""
        ...

    def about(self) -> dict[str, Any]:
        """What else shapes its answers, and the values of settings that are None; goes into ``run.json``."""
        ...

    def look(self, videos: Sequence[Shown], frames: int | None) -> View:
        """See `videos`, at most `frames` frames of them; none: a blind view. VideoError, InputError as for a file or
        clip that cannot be had."""
        ...

    def close(self) -> None:
        """Let go of connections; what is under way in other threads ends with an exception."""
        ...


class PlainModel:
    """Makes a `BenchModel` of any `Answerer`: it is asked question by question, and knows no settings but blind."""

    at_once = 1

    def __init__(self, answerer: Answerer, fingerprint: str, text_only: bool = False) -> None:
        """Wrap `answerer`; `text_only`: it never looks at a video, all its runs are blind."""
        self.name, self.fingerprint = answerer.name, fingerprint
        self._answerer, self._text_only = answerer, text_only

    def settle(self, settings: RunSettings) -> RunSettings:
        """Blind or default; `BenchModel.settle`."""
        given = {"select": settings.select, "keep": settings.keep, "alpha": settings.alpha, "frames": settings.frames}
        named = [name for name, value in given.items() if value is not None]
        if named:
            raise InputError(f"{self.name} has no choice of {', '.join(named)}")
        return RunSettings(blind=True) if self._text_only else settings

    def about(self) -> dict[str, Any]:
        """Nothing more."""
        return {}

    def look(self, videos: Sequence[Shown], frames: int | None) -> View:
        """The answerer looks for itself, once for every question."""
        return _PlainView(self._answerer, tuple(videos))

    def close(self) -> None:
        """Nothing is held."""


class _PlainView:
    def __init__(self, answerer: Answerer, videos: tuple[Shown, ...]) -> None:
        self._answerer, self._videos = answerer, videos

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[Reply]:
        return [self._one(question) for question in questions]

    def _one(self, question: MCQ) -> Reply:
        if len(self._videos) > 1:
            return Reply(None, error=f"several videos: {self._answerer.name} takes one, this has {len(self._videos)}")
        shown = self._videos[0] if self._videos else None
        path, clip = (None, None) if shown is None else (shown.path, shown.clip)
        started = time.perf_counter()
        answer = self._answerer.answer(path, question.question, question.options, clip)
        return reply_of(answer, len(question.options), time.perf_counter() - started)


def reply_of(answer: Answer, options: int, seconds: float) -> Reply:
    """An `Answer` as a reply; one without a choice, or with one that is no option, is an error."""
    error = None
    if answer.choice is None:
        error = f"{NO_CHOICE}: {answer.answer[:120]!r}"
    elif not 0 <= answer.choice < options:
        error = f"{NO_CHOICE}: choice {answer.choice} of {options} options"
    return Reply(
        answer.choice if error is None else None,
        answer.answer,
        error,
        key_frames=tuple(e.time for e in answer.evidence),
        scores=tuple(e.score for e in answer.evidence),
        frames=answer.frames,
        seconds=seconds,
    )
