"""The engine: index a video once, then ask questions: glimpse at all frames, keep the best, read the answer from those.

Shapes: N frames, K frames kept, T tokens per frame, C hidden size, Q questions.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from mmego.engine.answer_step import Question, read_answer
from mmego.engine.familiarity_check import FamiliarityCheck
from mmego.engine.glimpse import GlimpseResult, run_glimpse
from mmego.engine.load_options import LoadOptions
from mmego.engine.loading import LoadedModel, load
from mmego.engine.pictures import frame_jpegs
from mmego.errors import InputError, VideoError
from mmego.memory.encode import FRAMES_AT_ONCE, TokensKept, encode_video
from mmego.memory.fingerprint import Fingerprints, Identifier
from mmego.memory.folder import read_manifest
from mmego.memory.memory import Memory
from mmego.memory.on_demand import encode_all_frames, encode_even_frames, key_frame_tokens, plan_video
from mmego.memory.video_file import STALE_OK
from mmego.out_of_memory import report_out_of_memory
from mmego.records import Answer, Evidence, SelectMode, Span
from mmego.records.finding import Finding
from mmego.records.load_settings import Attention, DeviceMap, Precision, Quantize, Sampling
from mmego.threads import check as check_threads
from mmego.threads import thread_count_for, with_own_threads


class Engine:
    """A loaded model that answers questions about videos; it is a `records.Answerer`.

    In five lines::

        from mmego import Engine

        engine = Engine.from_pretrained("nano")
        memory = engine.index("walk.mp4")
        answer = engine.ask(memory, "Where did I put the red mug?")
        print(answer.answer, [(e.time, e.score) for e in answer.evidence])
    """

    def __init__(self, loaded: LoadedModel, threads: int | None = None) -> None:
        """Wrap a checkpoint loaded by `loading.load`; `from_pretrained` does both."""
        self.name = loaded.name
        self.model, self.processor = loaded.model, loaded.processor
        on_cpu = loaded.model.device.type == "cpu"
        self.threads = thread_count_for(loaded.model.num_parameters(), threads) if on_cpu else threads
        self._familiarity = FamiliarityCheck(loaded)
        self._identifier = Identifier(loaded.model, loaded.processor)
        self._warned_untrained = False
        self._last: tuple[tuple[Any, ...], Memory] | None = None

    @classmethod
    @report_out_of_memory("; take a smaller model or a lower precision")
    def from_pretrained(
        cls,
        name: str = "nano",
        device: str = "auto",
        precision: Precision = "auto",
        *,
        attention: Attention = "auto",
        device_map: DeviceMap | None = None,
        quantize: Quantize | None = None,
        time_prompt: bool | None = None,
        system_prompt: str | None = None,
        sampling: Sampling | None = None,
        threads: int | None = None,
    ) -> Engine:
        """Load a model for answering; `load_options.LoadOptions` explains the arguments.

        Args:
            name: ``nano`` (ships with this package), a checkpoint folder, or a hub id.
            device: ``auto`` takes a CUDA GPU if there is one; ``cpu``, ``cuda``, ``cuda:N``, ``mps``.
            precision: ``auto`` is bfloat16 on a CUDA GPU, and on a CPU with bfloat16 for large checkpoints stored in 16
                bits; otherwise float32.
            attention: ``auto`` leaves the choice to transformers.
            device_map: how accelerate spreads the model over several devices.
            quantize: ``8bit`` or ``4bit``, by bitsandbytes.
            time_prompt: whether the prompt states the frames' times.
            system_prompt: system message at the start of every prompt.
            sampling: ``llava`` for LLaVA-OneVision's published protocol.
            threads: CPU threads while the engine works; None is torch's number for a large model and 1 for a small one
                (`threads.thread_count_for`).

        Raises:
            ModelError: there is no such model, or it does not fit.
            InputError: a value is not allowed, or a device is missing.
            MissingExtraError: a package is not installed.
        """
        check_threads(threads)
        options = LoadOptions(device, precision, attention, device_map, quantize, time_prompt, system_prompt, sampling)
        loaded = load(str(name), options)
        engine = cls(loaded, threads)
        # A model as loaded is identified by its files; `Identifier` notices if it changes.
        engine._identifier = Identifier(engine.model, engine.processor, loaded.folder)
        return engine

    @property
    def fingerprints(self) -> Fingerprints:
        """The keys of a memory: hashes of the model's vision and language parts as they are now."""
        return self._identifier.identity().fingerprints

    @property
    def fingerprint(self) -> str:
        """The identity of this model in a benchmark: vision, language model, and P if that is trained."""
        return self._identifier.identity().answering

    @report_out_of_memory()
    @with_own_threads
    def index(
        self,
        video: Path | str,
        frames: int | None = None,
        clip: Span | None = None,
        tokens: TokensKept = "auto",
        progress: bool = False,
        select: SelectMode = "pointer",
        keep: int | None = None,
        batch: int = FRAMES_AT_ONCE,
    ) -> Memory:
        """Read a video once and keep what questions need.

        Args:
            video: a video file.
            frames: most frames to sample; None takes the checkpoint's.
            clip: sample this part only (seconds).
            tokens: as in `memory.encode.encode_video`; with ``all`` and ``compressed`` every frame is encoded.
            progress: show a progress bar on stderr.
            select: how you will ask questions. With ``uniform``, or a pointer that is not trained, only the `keep`
                evenly spaced frames are encoded, and others once a question needs them.
            keep: key frames of each answer; None takes the checkpoint's.
            batch: frames encoded at once; those of ``uniform`` are encoded one by one.

        Raises:
            VideoError, InputError: as in `memory.encode.encode_video`.
            MemoryLimitError: memory ran out; a smaller `batch`, fewer `frames` and ``compressed`` need less.
        """
        if tokens == "auto" and not (select == "pointer" and self.model.can_point):
            return self.plan(video, frames, clip, self._kept(keep), progress)
        self._familiarity.discard()
        memory = encode_video(
            self.model,
            self.processor,
            Path(video),
            frames=frames,
            clip=clip,
            tokens=tokens,
            progress=progress,
            batch=batch,
            fingerprints=self.fingerprints,
        )
        self._familiarity.record(memory)
        return memory

    @report_out_of_memory()
    @with_own_threads
    def plan(
        self,
        video: Path | str,
        frames: int | None = None,
        clip: Span | None = None,
        keep: int = 0,
        progress: bool = False,
    ) -> Memory:
        """Make a memory of which only the `keep` evenly spaced frames are encoded; arguments as in `index`."""
        self._familiarity.discard()
        memory = plan_video(
            self.model,
            self.processor,
            Path(video),
            frames=frames,
            clip=clip,
            keep=keep,
            progress=progress,
            fingerprints=self.fingerprints,
        )
        self._familiarity.record(memory)
        return memory

    def ask(
        self,
        memory: Memory | Path | str | None,
        question: str,
        options: Sequence[str] | None = None,
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode = "pointer",
        stale_ok: bool = False,
    ) -> Answer:
        """Answer one question; arguments as in `find_all`."""
        asked = Question(question, None if options is None else tuple(options))
        return self.find_all(memory, [asked], keep, alpha, select, stale_ok)[0].answer

    def ask_all(
        self,
        memory: Memory | Path | str | None,
        questions: Sequence[Question | str],
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode = "pointer",
        stale_ok: bool = False,
    ) -> list[Answer]:
        """Answer several questions that share the frames' encoding and prefix; arguments as in `find_all`."""
        return [finding.answer for finding in self.find_all(memory, questions, keep, alpha, select, stale_ok)]

    @report_out_of_memory()
    @with_own_threads
    def find_all(
        self,
        memory: Memory | Path | str | None,
        questions: Sequence[Question | str],
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode = "pointer",
        stale_ok: bool = False,
    ) -> list[Finding]:
        """Answer questions, with every frame's score and every choice's probability.

        Args:
            memory: the result of `index`, a folder saved by `Memory.save`, a video file (which is indexed first), or
                None for a blind answer without pictures.
            questions: texts, or `Question`s with choices; they share one batch of glimpses.
            keep: key frames that each answer is read from; None takes the checkpoint's.
            alpha: exploration bonus (`selectors.exploration_bonus`); None takes the checkpoint's.
            select: ``uniform`` uses no pointer; a pointer that is not trained gives the same, with a warning.
            stale_ok: answer from what the memory keeps, even if its video has changed or is gone.

        Returns:
            One finding for each question, in order. ``answer.seconds`` has the stages ``index`` and ``glimpse``
            (shared by all questions, given in full) and ``answer`` (for this question).

        Raises:
            ModelError: the memory belongs to another model.
            InputError: a value is not allowed.
            VideoError: the video cannot be read, is gone or has changed, or a key frame cannot be decoded again.
            MemoryLimitError: memory ran out; fewer frames or a lower `keep` need less.
        """
        asked = [Question(question) if isinstance(question, str) else question for question in questions]
        kept = self._kept(keep)
        if alpha is not None and not alpha >= 0:
            raise InputError(f"alpha must be 0 or more, got {alpha}")
        if not asked:
            return []
        if memory is None:
            return [self._finish(question, None, None, {}) for question in asked]
        held = self._remember(memory, None, select, kept)
        held.check_model(self.fingerprints, self.name)
        stale = self._stale(held, stale_ok)
        if select == "pointer" and not self.model.can_point:
            self._warn_untrained()
            select = "uniform"
        self.prepare([held], select, kept)
        started = time.perf_counter()
        bonus = self.model.config.alpha if alpha is None else alpha
        views = run_glimpse(self.model, self.processor, held, asked, kept, bonus, select)
        self._familiarity.warn(held)
        shared = {**held.seconds, "glimpse": time.perf_counter() - started}
        found = [self._finish(question, held, view, shared) for question, view in zip(asked, views, strict=True)]
        return found if stale is None else [finding.warned(stale) for finding in found]

    def _stale(self, memory: Memory, allowed: bool) -> str | None:
        """Return why the memory's video is stale, None if it is not; raise VideoError if stale is not `allowed`."""
        try:
            memory.check_video()
        except VideoError as error:
            if not allowed:
                raise VideoError(f"{error}; index it again, or answer from what is kept with {STALE_OK}") from error
            warning = f"answered from what was kept: {error}"
            warnings.warn(warning, stacklevel=5)
            return warning
        return None

    @report_out_of_memory()
    @with_own_threads
    def prepare(
        self, memories: Sequence[Memory], select: SelectMode, keep: int | None = None, batch: int = FRAMES_AT_ONCE
    ) -> None:
        """Encode what a selection reads of memories that follow each other on one timeline; `find_all` does it for one.

        The pointer reads E of all frames, and V is then kept as well; without it V of the evenly spaced ones is enough.

        Raises:
            VideoError: frames must be read, and a video is gone or has changed.
        """
        self._familiarity.discard()
        if select == "uniform" or not self.model.can_point:
            encode_even_frames(self.model, self.processor, memories, self._kept(keep))
        else:
            for memory in memories:
                encode_all_frames(
                    self.model, self.processor, memory, "auto" if len(memories) == 1 else "all", batch=batch
                )
        self._familiarity.record(memories[0])  # joining several memories adds their grains up

    def unknown_words(self, texts: str | Sequence[str]) -> list[str]:
        """Return the words of one or more texts that the checkpoint's vocabulary lacks, in order, each once.

        A subword tokenizer (LLaVA-OneVision's) lacks none; nano's knows only the words it was trained on.
        """
        texts = [texts] if isinstance(texts, str) else texts
        tokenizer = self.processor.tokenizer
        if tokenizer.unk_token_id is None:
            return []
        words = dict.fromkeys(word.strip(".,;:!?\"'()") for text in texts for word in text.split())
        return [word for word in words if tokenizer.unk_token_id in tokenizer(word, add_special_tokens=False).input_ids]

    def answer(
        self,
        video: Path | None,
        question: str,
        options: tuple[str, ...] | None = None,
        clip: Span | None = None,
    ) -> Answer:
        """Answer as `records.Answerer`; the last video's memory is kept, so ask all about one before the next."""
        memory = None if video is None else self._remember(video, clip, "pointer", self._kept(None))
        return self.ask(memory, question, options)

    def pictures(
        self, memory: Memory, times: Sequence[float], width: int = 384, stale_ok: bool = False
    ) -> dict[float, bytes]:
        """Return JPEG bytes of the video at `times`; arguments and errors as in `pictures.frame_jpegs`."""
        return frame_jpegs(memory, times, width, stale_ok)

    def _kept(self, keep: int | None) -> int:
        if keep is not None and keep < 1:
            raise InputError(f"keep must be 1 or more, got {keep}")
        return self.model.config.keep if keep is None else keep

    def _remember(self, memory: Memory | Path | str, clip: Span | None, select: SelectMode, keep: int) -> Memory:
        """Return the memory of a file or folder; the last one is held, and read again if the file or folder changes.

        `index` and `Memory.load` report a missing file.
        """
        if isinstance(memory, Memory):
            return memory
        path = Path(memory)
        folder = path.is_dir()
        key: tuple[Any, ...]
        if folder:
            key = (path, json.dumps(read_manifest(path)))
        else:
            key = (path, path.stat().st_mtime_ns if path.exists() else 0, clip)
        if self._last is None or self._last[0] != key:
            self._last = (key, Memory.load(path) if folder else self.index(path, clip=clip, select=select, keep=keep))
        return self._last[1]

    def _warn_untrained(self) -> None:
        if not self._warned_untrained:
            self._warned_untrained = True
            warnings.warn(
                f"the memory pointer of {self.name} is not trained: key frames are evenly spaced, not chosen",
                stacklevel=3,
            )

    def _finish(
        self, question: Question, memory: Memory | None, view: GlimpseResult | None, shared: dict[str, float]
    ) -> Finding:
        """Read the answer from the kept frames (none when blind) and build the record."""
        started = time.perf_counter()
        V_KTC: Tensor | None = None
        times: list[float] = []
        duration = 0.0
        evidence: tuple[Evidence, ...] = ()
        scores: tuple[float, ...] = ()
        if memory is not None and view is not None:
            V_KTC = key_frame_tokens(self.model, self.processor, memory, view.selection.indices)
            # For the model a clip is the video: its times count from the clip's start, unlike those of the evidence.
            # In memories saved by earlier versions a keyframe may lie a little before the clip.
            times = [max(0.0, memory.times[index] - memory.span.start) for index in view.selection.indices]
            duration = memory.span.length
            evidence, scores = view.evidence(memory), tuple(view.scores_N.tolist())
        text, choice, shares = read_answer(self.model, self.processor, question, V_KTC, times, duration)
        answer = Answer(
            question=question.text,
            answer=text,
            choice=choice,
            evidence=evidence,
            frames=0 if memory is None else len(memory.times),
            model=self.name,
            select="uniform" if view is None else view.select,
            seconds={name: round(s, 4) for name, s in {**shared, "answer": time.perf_counter() - started}.items()},
            spacing=None if memory is None else memory.frame_spacing,
            warning=None if memory is None else self._familiarity.warning(memory),
            gaps=() if memory is None else memory.gaps,
        )
        return Finding(answer, () if memory is None else memory.times, scores, question.options, shares)
