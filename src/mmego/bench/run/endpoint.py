"""A model behind an OpenAI-compatible server, for a benchmark run: frames as pictures, text only when blind.

Every answer is in a journal before it is used: a run that is killed and started again pays for no call twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import string
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmego.bench.data.runs import RunSettings
from mmego.bench.run.choice_parser import read_choice
from mmego.bench.run.models import ModelReply, RunStoppedError, ShownVideo
from mmego.bench.run.pictures import Picture, pictures
from mmego.errors import InputError
from mmego.llm.client import Caller, Tally
from mmego.llm.concurrency import stop_loop
from mmego.llm.options import CallOptions, read_key
from mmego.llm.prompts import Message, read_prompt
from mmego.llm.reply import Reply
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import ChatRequest
from mmego.records import MCQ
from mmego.video.decode import probe
from mmego.video.sampling import frame_times

PROMPT = "choose@1"
KEEP = 32
"""Pictures of a question without a setting, as the paper gives GPT-4o."""
MOST_VIDEOS = 16
"""Videos whose pictures are held at once."""


class EndpointModel:
    """A `BenchModel` behind a server. `tally` counts calls, tokens and failures."""

    def __init__(self, options: CallOptions, frame_size: int, journal: Path) -> None:
        """Make ready; nothing is opened or asked yet.

        Args:
            options: which model and where; the key is read from the environment.
            frame_size: pixels of a picture's longer side.
            journal: file of the paid answers, of all settings.

        Raises:
            InputError: a flag that is not allowed, or a missing key.
        """
        options.check()
        read_key(options)
        if frame_size < 16:
            raise InputError(f"frame_size must be 16 pixels or more, got {frame_size}")
        self.options, self.frame_size = options, frame_size
        self.name, self.tally = options.model, Tally()
        self.at_once = min(options.concurrency, MOST_VIDEOS)
        shape = json.dumps([options.shape(), frame_size, read_prompt(PROMPT).text], sort_keys=True)
        self.fingerprint = hashlib.sha256(shape.encode()).hexdigest()
        self._path, self._guard = journal, threading.Lock()
        self._line: _Line | None = None
        self._closed = False

    def settle(self, settings: RunSettings) -> RunSettings:
        """Return evenly spaced frames or blind; see `BenchModel.settle`."""
        if settings.blind:
            return settings
        if settings.select == "pointer" or settings.alpha is not None:
            raise InputError(f"{self.name} has no pointer: --select uniform is all it can do, and it knows no alpha")
        if settings.frames is not None:
            raise InputError(f"{self.name} glimpses at nothing: --keep says how many frames it is shown")
        return replace(settings, select="uniform")

    def about(self) -> dict[str, Any]:
        """Return what shapes the answers besides the model; without the address, which changes for a local server."""
        shape = {**self.options.shape(), "frame_size": self.frame_size, "prompt": PROMPT}
        return {"defaults": {"keep": KEEP}, "endpoint": shape}

    def look(self, videos: Sequence[ShownVideo], frames: int | None) -> EndpointView:
        """Open the videos; their frames are decoded when a setting needs them."""
        for video in videos:
            frame_times(probe(video.path).duration, 1, None, video.clip)
        return EndpointView(self, tuple(videos))

    def ask(self, asks: Sequence[ChatRequest]) -> list[tuple[Reply, float]]:
        """Return replies and their seconds, all in flight together. Any thread may call it.

        Raises:
            RunStoppedError: an error that every other call would meet as well.
        """
        with self._guard:
            if self._closed:
                raise RunStoppedError("the run was stopped")
            if self._line is None:
                self._line = _Line(self.options, self._path, self.tally)
            futures = [self._line.put(ask) for ask in asks]
            line = self._line
        try:
            return [future.result() for future in futures]
        except (InputError, CancelledError) as error:
            raise RunStoppedError(line.fault or str(error) or "the run was stopped") from error

    def close(self) -> None:
        """End all running calls; the journal keeps what was answered."""
        with self._guard:
            self._closed, line, self._line = True, self._line, None
        if line is not None:
            line.close()


class _Line:
    """The caller with its journal, in an event loop of its own. `fault` is what ended all calls, "" until then."""

    def __init__(self, options: CallOptions, journal: Path, tally: Tally) -> None:
        self.fault = ""
        self._journal = Journal(journal)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._caller = Caller(options, 0, self._journal, tally)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mmego-calls", daemon=True)
        self._thread.start()

    def put(self, ask: ChatRequest) -> Future[tuple[Reply, float]]:
        return asyncio.run_coroutine_threadsafe(self._ask(ask), self._loop)

    async def _ask(self, ask: ChatRequest) -> tuple[Reply, float]:
        if self.fault:
            raise InputError(self.fault)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        started = time.perf_counter()
        try:
            return await self._caller.ask(ask), time.perf_counter() - started
        except InputError as error:
            self.fault = self.fault or str(error)
            for other in self._tasks - {task}:
                other.cancel()
            raise
        finally:
            self._tasks.discard(task)

    def close(self) -> None:
        stop_loop(self._loop, self._thread, self._caller.close)
        self._journal.close()


class EndpointView:
    """Videos whose frames go with every question; without videos: blind."""

    def __init__(self, model: EndpointModel, videos: tuple[ShownVideo, ...]) -> None:
        self._model, self._videos = model, videos
        self._pictures: dict[int, list[Picture]] = {}

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
        """Ask all questions, in flight together; see `VideoView.answer`."""
        shown: list[Picture] = []
        if self._videos:
            keep = KEEP if settings.keep is None else settings.keep
            if keep not in self._pictures:
                self._pictures[keep] = pictures(self._videos, keep, self._model.frame_size)
            shown = self._pictures[keep]
        asked = self._model.ask([ChatRequest(messages(question, shown), 0) for question in questions])
        return [
            reply_from_response(reply, question, shown, seconds)
            for question, (reply, seconds) in zip(questions, asked, strict=True)
        ]


def messages(question: MCQ, shown: Sequence[Picture]) -> list[Message]:
    """Return the messages to send: the frames with their times, then the question with its lettered choices."""
    prompt = read_prompt(PROMPT)
    lettered = [f"{letter}. {text}" for letter, text in zip(string.ascii_uppercase, question.options, strict=False)]
    asked = prompt.section("question", question=question.question, options="\n".join(lettered))
    system = {"role": "system", "content": prompt.section("system")}
    if not shown:
        return [system, {"role": "user", "content": f"{prompt.section('blind')}\n\n{asked}"}]
    names = list(dict.fromkeys(picture.video for picture in shown))
    videos = "one video" if len(names) == 1 else f"{len(names)} videos"
    parts: list[dict[str, Any]] = [_text(prompt.section("seen", count=len(shown), videos=videos))]
    for picture in shown:
        named = f"{picture.video}, " if len(names) > 1 else ""
        parts.append(_text(f"{named}{_minutes_text(picture.time)}:"))
        parts.append({"type": "image_url", "image_url": {"url": picture.url}})
    return [system, {"role": "user", "content": [*parts, _text(asked)]}]


def reply_from_response(reply: Reply, question: MCQ, shown: Sequence[Picture], seconds: float) -> ModelReply:
    """Return a server's answer as one of the choices, or why it is none."""
    cut_off = reply.finish_reason == "length"
    failure = reply.no_answer()
    choice = None if failure is not None else read_choice(reply.text, question.options, cut_off)
    error = None
    if failure is not None:
        # A truncated answer has the same reason, with text or without.
        error = f"{'truncated answer' if failure.reason == 'truncated' else failure.reason}: {failure.detail}"
    elif choice is None:
        error = f"{'truncated' if cut_off else 'unparsable'} answer: {reply.text[-120:]!r}"
    return ModelReply(
        choice,
        reply.refusal or reply.text,
        error,
        key_frames=tuple(picture.joined_time for picture in shown),
        frames=len(shown),
        seconds=round(seconds, 4),
    )


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _minutes_text(seconds: float) -> str:
    """Return a time as HD-EPIC's marks write it, to a tenth of a second: ``00:01:21.7``."""
    tenths = int(seconds * 10 + 0.5)
    return f"{tenths // 36000:02d}:{tenths // 600 % 60:02d}:{tenths % 600 / 10:04.1f}"
