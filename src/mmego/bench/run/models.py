"""What a run needs of a model: a plain `records.Answerer` is enough; a `BenchModel` shares work between questions."""

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
    """An error that every other question would meet as well (a refused key, a server that is gone): the run ends."""


@dataclass(frozen=True, slots=True)
class ShownVideo:
    """One video as a question is asked about it: the part `clip` of the file (None: all of it), called `name`."""

    name: str
    path: Path
    clip: Span | None = None


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A model's reply to one question: fields as in `records.Prediction`.

    `error` reads ``reason: detail``; equal reasons are counted together. `curve` has the times (seconds) and scores of
    every glimpsed frame that a pointer scored. `gaps` are parts of the video that could not be decoded.
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


class VideoView(Protocol):
    """What a model has seen of one or several videos; any number of questions and settings can use it."""

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
        """Return one reply a question, in order.

        Raises:
            MmegoError: not all could be answered; then the run asks them one by one.
        """
        ...


class BenchModel(Protocol):
    """A model that looks at each video once, whatever the number of questions and settings.

    `fingerprint` changes with everything that shapes its answers. `at_once` is how many videos it can take side by
    side, each from its own thread.
    """

    name: str
    fingerprint: str
    at_once: int

    def settle(self, settings: RunSettings) -> RunSettings:
        """Return the settings that take effect if you ask for `settings`; raise InputError for impossible ones."""
        ...

    def about(self) -> dict[str, Any]:
        """Return what else shapes its answers, and the values of settings that are None; goes into ``run.json``."""
        ...

    def look(self, videos: Sequence[ShownVideo], frames: int | None) -> VideoView:
        """See `videos`, at most `frames` frames of them; without videos, a blind view.

        Raises:
            VideoError, InputError: a file or clip is missing or unreadable.
        """
        ...

    def close(self) -> None:
        """Close connections; work in other threads ends with an exception."""
        ...


class PlainModel:
    """Makes a `BenchModel` of any `Answerer`: it asks question by question, and its only setting is blind."""

    at_once = 1

    def __init__(self, answerer: Answerer, fingerprint: str, text_only: bool = False) -> None:
        """Wrap `answerer`; with `text_only` it never looks at a video, so all its runs are blind."""
        self.name, self.fingerprint = answerer.name, fingerprint
        self._answerer, self._text_only = answerer, text_only

    def settle(self, settings: RunSettings) -> RunSettings:
        """Return blind or default; see `BenchModel.settle`."""
        given = {"select": settings.select, "keep": settings.keep, "alpha": settings.alpha, "frames": settings.frames}
        named = [name for name, value in given.items() if value is not None]
        if named:
            raise InputError(f"{self.name} has no choice of {', '.join(named)}")
        return RunSettings(blind=True) if self._text_only else settings

    def about(self) -> dict[str, Any]:
        """Return nothing more."""
        return {}

    def look(self, videos: Sequence[ShownVideo], frames: int | None) -> VideoView:
        """Return a view with which the answerer looks for itself, once for every question."""
        return _PlainView(self._answerer, tuple(videos))

    def close(self) -> None:
        """Do nothing: it holds nothing."""


class _PlainView:
    def __init__(self, answerer: Answerer, videos: tuple[ShownVideo, ...]) -> None:
        self._answerer, self._videos = answerer, videos

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
        return [self._one(question) for question in questions]

    def _one(self, question: MCQ) -> ModelReply:
        if len(self._videos) > 1:
            return ModelReply(
                None, error=f"several videos: {self._answerer.name} takes one, this has {len(self._videos)}"
            )
        shown = self._videos[0] if self._videos else None
        path, clip = (None, None) if shown is None else (shown.path, shown.clip)
        started = time.perf_counter()
        answer = self._answerer.answer(path, question.question, question.options, clip)
        return reply_from_answer(answer, len(question.options), time.perf_counter() - started)


def reply_from_answer(answer: Answer, choices: int, seconds: float) -> ModelReply:
    """Return an `Answer` as a reply; without a choice, or with one that the question does not have, it is an error."""
    error = None
    if answer.choice is None:
        error = f"{NO_CHOICE}: {answer.answer[:120]!r}"
    elif not 0 <= answer.choice < choices:
        error = f"{NO_CHOICE}: choice {answer.choice} of {choices} options"
    return ModelReply(
        answer.choice if error is None else None,
        answer.answer,
        error,
        key_frames=tuple(e.time for e in answer.evidence),
        scores=tuple(e.score for e in answer.evidence),
        frames=answer.frames,
        seconds=seconds,
    )
