"""Index a video once, then ask it questions: glimpse at all frames, keep the best, read the answer from those.

Shapes: N frames, K frames kept, T tokens per frame, C hidden size, Q questions.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from mmego.engine.finding import Finding
from mmego.engine.loading import Device, Loaded, Precision, load
from mmego.errors import InputError
from mmego.memory.encode import TokensKept, encode_video, key_frame_tokens, model_fingerprint
from mmego.memory.prefix import build_prefix
from mmego.memory.store import Memory
from mmego.model import pointer
from mmego.records import Answer, Evidence, SelectMode, Span
from mmego.video.decode import decode_frames, probe

NEW_TOKENS = 128  # an open answer about one's day is a sentence or two


@dataclass(frozen=True, slots=True)
class Question:
    """A question; with `options` (two or more) the likeliest of them is the answer, without it is free text."""

    text: str
    options: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InputError("a question needs some text")
        if self.options is not None and (len(self.options) < 2 or not all(o.strip() for o in self.options)):
            raise InputError(f"'{self.text}' needs two or more options with some text, got {list(self.options)}")


class Engine:
    """A loaded model that answers questions about videos; satisfies the `records.Answerer` protocol.

    In five lines::

        from mmego import Engine

        engine = Engine.from_pretrained("nano")
        memory = engine.index("walk.mp4")
        answer = engine.ask(memory, "Where did I put the red mug?")
        print(answer.answer, [(e.time, e.score) for e in answer.evidence])
    """

    def __init__(self, loaded: Loaded) -> None:
        """Wrap a checkpoint loaded by `loading.load`; `from_pretrained` does both."""
        self.name = loaded.name
        self.model, self.processor = loaded.model, loaded.processor
        self.fingerprint = model_fingerprint(loaded.model)
        self._told_untrained = False
        self._last: tuple[tuple[Path, int, Span | None], Memory] | None = None

    @classmethod
    def from_pretrained(cls, name: str = "nano", device: Device = "auto", precision: Precision = "auto") -> Engine:
        """Load a model for answering.

        Args:
            name: ``nano`` (ships with this package), a checkpoint folder, or a hub id.
            device: ``auto`` takes a GPU if there is one.
            precision: ``auto`` is float32 on the CPU and bfloat16 on a GPU.

        Raises:
            ModelError: no such model, or one that does not fit.
        """
        return cls(load(str(name), device, precision))

    def index(
        self,
        video: Path | str,
        frames: int | None = None,
        clip: Span | None = None,
        tokens: TokensKept = "auto",
        progress: bool = False,
    ) -> Memory:
        """Look through a video once and keep what questions need; arguments as in `memory.encode.encode_video`."""
        return encode_video(
            self.model,
            self.processor,
            Path(video),
            frames=frames,
            clip=clip,
            tokens=tokens,
            progress=progress,
            fingerprint=self.fingerprint,
        )

    def ask(
        self,
        memory: Memory | Path | str | None,
        question: str,
        options: Sequence[str] | None = None,
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode = "pointer",
    ) -> Answer:
        """Answer one question; arguments as in `find_all`."""
        asked = Question(question, None if options is None else tuple(options))
        return self.find_all(memory, [asked], keep, alpha, select)[0].answer

    def ask_all(
        self,
        memory: Memory | Path | str | None,
        questions: Sequence[Question | str],
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode = "pointer",
    ) -> list[Answer]:
        """Answer several questions, which share the frames' encoding and prefix; arguments as in `find_all`."""
        return [finding.answer for finding in self.find_all(memory, questions, keep, alpha, select)]

    def find_all(
        self,
        memory: Memory | Path | str | None,
        questions: Sequence[Question | str],
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode = "pointer",
    ) -> list[Finding]:
        """Answer questions and keep what was seen on the way: every frame's score, every option's probability.

        Args:
            memory: what `index` gave, a folder saved by `Memory.save`, a video file (indexed first), or None for
                a blind answer without any picture.
            questions: texts, or `Question`s with options; one glimpse batch serves all of them.
            keep: key frames each answer is read from; None takes the checkpoint's.
            alpha: exploration bonus; None takes the checkpoint's.
            select: ``uniform`` asks no pointer; an untrained pointer falls back to it with a warning.

        Returns:
            One finding for each question, in order. ``answer.seconds`` has the stages ``index``, ``glimpse`` (both
            shared by all the questions, given in full) and ``answer`` (this question's own).

        Raises:
            ModelError: the memory belongs to another model.
            InputError: a value that is not allowed.
            VideoError: the video cannot be read, or a key frame cannot be had a second time.
        """
        asked = [Question(question) if isinstance(question, str) else question for question in questions]
        if keep is not None and keep < 1:
            raise InputError(f"keep must be 1 or more, got {keep}")
        if alpha is not None and not alpha >= 0:
            raise InputError(f"alpha must be 0 or more, got {alpha}")
        if not asked:
            return []
        if memory is None:
            return [self._finish(question, None, None, {}) for question in asked]
        held = self._remember(memory, None)
        held.check_model(self.fingerprint, self.name)
        kept = self.model.config.keep if keep is None else keep
        started = time.perf_counter()
        views = self._look(held, asked, kept, self.model.config.alpha if alpha is None else alpha, select)
        shared = {**held.seconds, "glimpse": time.perf_counter() - started}
        return [self._finish(question, held, view, shared) for question, view in zip(asked, views, strict=True)]

    def unknown_words(self, texts: Sequence[str]) -> list[str]:
        """The words of `texts` that the checkpoint's vocabulary lacks, in their order, each once.

        A tokenizer of parts of words (LLaVA-OneVision's) lacks none; nano's knows the words it was trained on.
        """
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
        """The `records.Answerer` protocol; the last video's memory is kept, so ask all about one before the next."""
        memory = None if video is None else self._remember(video, clip)
        return self.ask(memory, question, options)

    def pictures(self, memory: Memory, times: Sequence[float], width: int = 384) -> dict[float, bytes]:
        """JPEG bytes of the video at `times` (seconds, rising), at most `width` pixels wide; no entry where none is.

        Raises:
            VideoError: the video is gone or has changed since it was indexed.
        """
        if not times:
            return {}
        memory.check_video()
        info = probe(memory.video)
        wide = min(width, info.width)
        size = (wide, max(1, round(info.height * wide / info.width)))
        pictures = {}
        for frame in decode_frames(memory.video, list(times), size=size, mode="exact"):
            file = io.BytesIO()
            Image.fromarray(frame.image).save(file, "JPEG", quality=82)
            pictures[frame.time] = file.getvalue()
        return pictures

    def _remember(self, memory: Memory | Path | str, clip: Span | None) -> Memory:
        if isinstance(memory, Memory):
            return memory
        path = Path(memory)
        if path.is_dir():
            return Memory.load(path)
        # Changed files are indexed again; one that is not there is `index`'s to report.
        key = (path, path.stat().st_mtime_ns if path.exists() else 0, clip)
        if self._last is None or self._last[0] != key:
            self._last = (key, self.index(path, clip=clip))
        return self._last[1]

    def _look(
        self, memory: Memory, questions: Sequence[Question], keep: int, alpha: float, select: SelectMode
    ) -> list[_View]:
        """What each question's glimpse chose; equal scores and even frames without a pointer."""
        frames = len(memory.times)
        if select == "pointer" and not self.model.can_point:
            self._tell_untrained()
            select = "uniform"
        if select == "uniform":
            view = _View(select, torch.full((frames,), 1 / frames), pointer.select_uniform(frames, keep))
            return [view] * len(questions)
        if memory.prefix is None:
            memory.prefix = build_prefix(self.model, memory.E_NC.to(self.model.device))
        memory.prefix = memory.prefix.to(self.model.device, self.model.dtype)
        ids = [self.processor.question_ids(question.text) for question in questions]
        scores_QN = pointer.probabilities(memory.prefix.logits(self.model, ids)).cpu()
        spacing = self.model.config.key_frame_spacing
        return [_View(select, scores_N, pointer.select(scores_N, keep, alpha, spacing)) for scores_N in scores_QN]

    def _tell_untrained(self) -> None:
        if not self._told_untrained:
            self._told_untrained = True
            warnings.warn(
                f"the memory pointer of {self.name} is not trained: key frames are evenly spaced, not chosen",
                stacklevel=4,
            )

    def _finish(
        self, question: Question, memory: Memory | None, view: _View | None, shared: dict[str, float]
    ) -> Finding:
        """Read the answer from the frames kept (none when blind) and put the record together."""
        started = time.perf_counter()
        V_KTC: Tensor | None = None
        times: list[float] = []
        duration = 0.0
        evidence: tuple[Evidence, ...] = ()
        scores: tuple[float, ...] = ()
        if memory is not None and view is not None:
            V_KTC = key_frame_tokens(self.model, self.processor, memory, view.selection.indices)
            # To the model a clip is the video: its times count from the clip's start, those of the evidence do not.
            # In memories saved by earlier versions a keyframe may lie a little before the clip.
            times = [max(0.0, memory.times[index] - memory.span.start) for index in view.selection.indices]
            duration = memory.span.length
            evidence, scores = view.evidence(memory), tuple(view.scores_N.tolist())
        text, choice, shares = self._read(question, V_KTC, times, duration)
        answer = Answer(
            question=question.text,
            answer=text,
            choice=choice,
            evidence=evidence,
            frames=0 if memory is None else len(memory.times),
            model=self.name,
            select="uniform" if view is None else view.select,
            seconds={name: round(s, 4) for name, s in {**shared, "answer": time.perf_counter() - started}.items()},
        )
        return Finding(answer, () if memory is None else memory.times, scores, question.options, shares)

    def _read(
        self, question: Question, V_KTC: Tensor | None, times: Sequence[float], duration: float
    ) -> tuple[str, int | None, tuple[float, ...]]:
        """The fallback: ``(answer, choice, probability of each option)`` from the kept frames' tokens."""
        prompt = self.processor.fallback_prompt(question.text, question.options, times, duration, num_frames=len(times))
        if question.options is not None:
            ids = self.processor.option_ids(question.options)
            shares = self.model.option_logprobs(prompt, ids, V_KTC).softmax(-1).tolist()
            choice = max(range(len(shares)), key=shares.__getitem__)
            return question.options[choice], choice, tuple(shares)
        input_ids = torch.as_tensor(prompt, dtype=torch.long, device=self.model.device).reshape(1, -1)
        settings: dict[str, Any] = {"do_sample": False, "max_new_tokens": NEW_TOKENS}
        if V_KTC is not None:
            settings["mm_encoder_outputs"] = self.model.encoder_outputs(V_KTC)
        model: Any = self.model  # transformers types `generate` for its own classes only
        out = model.generate(input_ids, attention_mask=torch.ones_like(input_ids), **settings)
        return self.processor.decode(out[0, input_ids.shape[1] :]), None, ()


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """One question's look at the whole video: the scores after the softmax, and the frames they keep."""

    select: SelectMode
    scores_N: Tensor
    selection: pointer.Selection

    def evidence(self, memory: Memory) -> tuple[Evidence, ...]:
        """The frames kept, best first; of equal scores the earlier one."""
        kept = zip(self.selection.indices, self.selection.by, strict=True)
        found = [Evidence(memory.times[index], float(self.scores_N[index]), by) for index, by in kept]
        return tuple(sorted(found, key=lambda item: (-item.score, item.time)))
