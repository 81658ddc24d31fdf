"""Ask a model every question of a benchmark under several settings; it looks at each video once.

A run that is killed and started again continues where it stopped. What is on disk is not asked again, and what is
asked again gets the same row, except for `seconds`. So only the parts to ask depend on what is on disk: the benchmark
alone defines the parts, and a part is asked whole. The model must give a question the same reply whatever the others
of its part, and whatever settings were asked before (`engine.benchmark_model`).
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from mmego.bench.data.folder import Benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.run.folder import Curve, RunFolder
from mmego.bench.run.models import BenchModel, ModelReply, RunStoppedError, ShownVideo, VideoView
from mmego.errors import InputError, MemoryLimitError, MissingExtraError, MmegoError, ModelError, VideoError
from mmego.files import HALF_CHARACTER, require_folder
from mmego.out_of_memory import report_out_of_memory
from mmego.records import MCQ, Prediction, Span, VideoInput
from mmego.records.values import all_finite
from mmego.video.files import VideoFiles

LINE_SECONDS = 60.0
"""Between two lines of progress where stderr is not a terminal."""
PART = 64
"""Most questions of one part: what a killed run may have to ask again, in every setting."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The questions about the same part of the same video (or videos), cut into numbered parts."""

    inputs: tuple[VideoInput, ...]
    parts: tuple[tuple[int, tuple[MCQ, ...]], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One setting's finished run: questions, right answers, failures by reason, and videos with gaps."""

    folder: Path
    settings: RunSettings
    questions: int
    right: int
    errors: dict[str, int]
    lacking: dict[str, tuple[Span, ...]] = field(default_factory=dict)


def plan(bench: Benchmark) -> list[Visit]:
    """Return the visits of a benchmark, in order of first appearance; always the same for the same benchmark."""
    groups: dict[tuple[VideoInput, ...], list[MCQ]] = {}
    for question in bench.questions:
        inputs = question.inputs or (VideoInput(question.video, question.video, question.clip),)
        groups.setdefault(inputs, []).append(question)
    visits, number = [], 0
    for inputs, questions in groups.items():
        cut = [tuple(questions[start : start + PART]) for start in range(0, len(questions), PART)]
        visits.append(Visit(inputs, tuple(enumerate(cut, number))))
        number += len(cut)
    return visits


def settle(model: BenchModel, wanted: Sequence[RunSettings]) -> list[RunSettings]:
    """Return the settings that take effect, each once (two may come to the same)."""
    return list(dict.fromkeys(model.settle(settings) for settings in wanted))


def run_benchmark(
    bench: Benchmark,
    model: BenchModel,
    wanted: Sequence[RunSettings],
    out: Path,
    videos: Path | None = None,
    retry_failed: bool = False,
    progress: bool = False,
) -> list[Outcome]:
    """Ask everything that is not on disk yet; one folder ``out/SETTINGS`` for each setting.

    Args:
        bench: the questions.
        model: closed at the end.
        wanted: as `BenchModel.settle` takes them.
        out: made if it does not exist.
        videos: folder of the videos; None takes the benchmark's own.
        retry_failed: ask again where a question failed in an earlier start.
        progress: show a bar on stderr.

    Raises:
        InputError: a setting that the model does not know, a folder with another run in it or a file in its place, or
            no videos at all.
        RunStoppedError: the model can answer nothing more; what was answered is kept.
    """
    require_folder(out)
    settings = settle(model, wanted)
    files = VideoFiles(bench.video_folder if videos is None else videos)
    if not all(one.blind for one in settings):
        files.check(bench.videos)
    visits = plan(bench)
    parts = [part for visit in visits for _, part in visit.parts]
    folders = [RunFolder(Path(out) / str(one), one) for one in settings]
    try:
        for folder in folders:
            folder.begin(bench, model.name, model.fingerprint, model.about())
            if retry_failed:
                folder.reopen([[q.id for q in part] for part in parts])
        missing = [folder for folder in folders if not folder.finished]
        _Runner(model, files, missing, len(bench.questions), parts, progress).run(visits)
        for folder in missing:
            folder.finish(bench, len(parts))
        return [_outcome(folder, bench) for folder in folders]
    finally:
        model.close()
        for folder in folders:
            folder.close()


class _Runner:
    """Makes the visits, one after the other or several at once."""

    def __init__(
        self,
        model: BenchModel,
        files: VideoFiles,
        folders: Sequence[RunFolder],
        questions: int,
        parts: Sequence[Sequence[MCQ]],
        progress: bool,
    ) -> None:
        self._model, self._files, self._folders = model, files, folders
        there = [p for folder in folders for p in folder.predictions(len(parts))]
        self._failed = sum(p.error is not None for p in there)
        self._guard = threading.Lock()
        self._bar = tqdm(
            desc=model.name,
            total=questions * len(folders),
            initial=len(there),
            unit="answer",
            disable=None if progress and folders else True,
        )
        # A bar belongs on a terminal; a log gets a line now and then.
        self._lines = progress and bool(folders) and self._bar.disable
        self._total, self._done, self._last_line = questions * len(folders), len(there), time.monotonic()

    def run(self, visits: Sequence[Visit]) -> None:
        todo = [visit for visit in visits if self._missing(visit)]
        with self._bar:
            if self._model.at_once == 1:
                for visit in todo:
                    self._visit(visit)
            else:
                self._side_by_side(todo)

    def _side_by_side(self, todo: Sequence[Visit]) -> None:
        """Make several visits in threads; the first error ends all of them."""
        waiting, running = iter(todo), set[Future[None]]()
        pool = ThreadPoolExecutor(self._model.at_once)
        try:
            while True:
                while len(running) < self._model.at_once and (visit := next(waiting, None)) is not None:
                    running.add(pool.submit(self._visit, visit))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
        finally:
            if running:
                self._model.close()
            pool.shutdown(cancel_futures=True)

    def _missing(self, visit: Visit) -> list[tuple[RunFolder, int, tuple[MCQ, ...]]]:
        return [(f, number, part) for number, part in visit.parts for f in self._folders if not f.has(number)]

    def _visit(self, visit: Visit) -> None:
        """Ask everything that is missing about one part of a video, in all settings."""
        views: dict[tuple[bool, int | None], VideoView | str] = {}
        for folder, number, part in self._missing(visit):
            settings = folder.settings
            kind = (settings.blind, settings.frames)
            if kind not in views:
                views[kind] = self._look(visit, settings)
            view = views[kind]
            replies = [ModelReply(None, error=view)] * len(part) if isinstance(view, str) else ask(view, part, settings)
            replies = [_finite(reply) for reply in replies]
            rows = [self._row(q, reply, settings) for q, reply in zip(part, replies, strict=True)]
            folder.put(number, rows)
            with self._guard:
                self._failed += sum(reply.error is not None for reply in replies)
                if self._failed:
                    self._bar.set_postfix(failed=self._failed, refresh=False)
                self._bar.update(len(part))
                self._done += len(part)
                if self._lines and time.monotonic() - self._last_line >= LINE_SECONDS:
                    self._last_line = time.monotonic()
                    line = f"{self._model.name}: {self._done:,} of {self._total:,} answers, {self._failed:,} failed"
                    print(line, file=sys.stderr, flush=True)

    def _look(self, visit: Visit, settings: RunSettings) -> VideoView | str:
        """Return what the model sees, or why it sees nothing."""
        try:
            files = () if settings.blind else visit.inputs
            shown = [ShownVideo(one.name, self._files.find(one.video), one.clip) for one in files]
            with report_out_of_memory():
                return self._model.look(shown, settings.frames)
        except (RunStoppedError, MissingExtraError):
            raise
        except MmegoError as error:
            return reason(error)

    def _row(self, question: MCQ, reply: ModelReply, settings: RunSettings) -> tuple[Prediction, Curve | None]:
        prediction = Prediction(
            id=question.id,
            model=self._model.name,
            blind=settings.blind,
            choice=reply.choice,
            text=reply.text,
            key_frames=reply.key_frames,
            scores=reply.scores,
            probabilities=reply.probabilities,
            frames=reply.frames,
            seconds=reply.seconds,
            error=reply.error,
            gaps=reply.gaps,
        )
        return prediction, reply.curve


def ask(view: VideoView, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
    """Return one reply a question; where the model cannot answer some, only those are errors.

    A question that ran out of memory is asked once more, alone: the memory of the others is free again.
    """
    whole = [question for question in questions if not _has_half_character(question)]
    if len(whole) < len(questions):
        replies = iter(ask(view, whole, settings) if whole else ())
        half = ModelReply(None, error="not allowed: half a character (a lone surrogate) in the question or an option")
        return [half if _has_half_character(question) else next(replies) for question in questions]
    found = _answers(view, questions, settings)
    if not isinstance(found, MmegoError):
        return found
    if len(questions) == 1 and not isinstance(found, MemoryLimitError):
        return [ModelReply(None, error=reason(found))]
    alone: list[ModelReply] = []
    for question in questions:
        found = _answers(view, [question], settings)
        alone += [ModelReply(None, error=reason(found))] if isinstance(found, MmegoError) else found
    return alone


def _answers(view: VideoView, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply] | MmegoError:
    """Return what the view answers, or why not; raise what ends the run."""
    try:
        with report_out_of_memory():
            return view.answer(questions, settings)
    except (RunStoppedError, MissingExtraError):
        raise
    except MmegoError as error:
        return error


def _has_half_character(question: MCQ) -> bool:
    """Return whether no tokenizer and no server can take the question: JSON allows lone surrogates, UTF-8 does not."""
    return any(HALF_CHARACTER.search(text) for text in (question.question, *question.options))


def _finite(reply: ModelReply) -> ModelReply:
    """Return the reply, or an error if its scores have NaN: JSON cannot hold it, and it cannot choose."""
    numbers = (*reply.scores, *reply.probabilities, *(reply.curve[1] if reply.curve else ()))
    if all_finite(numbers):
        return reply
    return ModelReply(None, error="model: its scores are no numbers (NaN): try --precision float32", gaps=reply.gaps)


def reason(error: MmegoError) -> str:
    """Return an error on one line, as ``reason: detail``."""
    text = " ".join(str(error).split())
    if isinstance(error, MemoryLimitError):
        return text if text.startswith("out of memory") else f"out of memory: {text}"
    if isinstance(error, VideoError):
        known = text.startswith(("no such video:", "two files for one video:"))
        return text if known else f"unreadable video: {text}"
    if isinstance(error, InputError):
        return f"{'clip outside the video' if 'lies outside the video' in text else 'not allowed'}: {text}"
    return f"{'model' if isinstance(error, ModelError) else type(error).__name__}: {text}"


def _outcome(folder: RunFolder, bench: Benchmark) -> Outcome:
    predictions = {p.id: p for p in folder.predictions(0)}
    right = sum(predictions[q.id].choice == q.answer for q in bench.questions)
    errors = Counter(p.error.partition(": ")[0] for p in predictions.values() if p.error is not None)
    lacking = {q.video: predictions[q.id].gaps for q in bench.questions if predictions[q.id].gaps}
    return Outcome(folder.folder, folder.settings, len(predictions), right, dict(errors.most_common()), lacking)
