"""Stages 2 and 3: the memory pointer alone, then the answers with the pointer kept in training.

Both read precomputed features (features.py). The answering stage shows frames as inference will: mostly the
pointer's own choice with the key frames among it, so that the reader meets frames of other events and learns to
check what it sees (docs/nano.md: trained on key frames and uniform fill it names a place and never checks what).

Shapes: B batch, N frames, T tokens per frame, C hidden size, K frames kept, Q questions, L tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from mmego.model.modeling_mmego import MmEgoForConditionalGeneration
from mmego.model.pointer import best_apart, probabilities, select_uniform
from mmego.model.prompts import Prompts
from mmego.model.sequence import IGNORE, pad_ids
from mmego.model.training import answer_training_loss, pointer_training_logits, pointer_training_loss
from mmego.train.features import Features, project
from mmego.train.questions import Asked, Clip


class TrainingPrompts:
    """The processor's own prompts, kept once made: a template takes longer to fill than a step to draw."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts
        self.question = cache(prompts.question_ids)
        self.answer = cache(prompts.answer_ids)

    @cache  # noqa: B019  (lives as long as the run)
    def prompt(self, question: str, frames: int) -> list[int]:
        """Token ids up to the answer, for so many frames; 0 is the blind prompt."""
        return self._prompts.fallback_prompt(question, num_frames=frames)


@dataclass
class PointerDraw:
    """Sample i of the pointer stage: a clip and up to `questions` of its questions."""

    clips: list[Clip]
    questions: int
    seed: int

    def __call__(self, index: int) -> tuple[Clip, list[Asked]]:
        rng = np.random.default_rng((self.seed, 1, index))
        clip = self.clips[int(rng.integers(len(self.clips)))]
        order = rng.permutation(len(clip.asked))[: self.questions]
        return clip, [clip.asked[int(i)] for i in order]


class PointerCollate:
    """Pads samples of PointerDraw into ``hidden_BNC`` (means before linear_2), masks, question ids and labels."""

    def __init__(self, features: Features, prompts: TrainingPrompts) -> None:
        self._features = features
        self._prompts = prompts

    def __call__(self, samples: list[tuple[Clip, list[Asked]]]) -> dict[str, Tensor]:
        frames = max(clip.count for clip, _ in samples)
        count = max(len(asked) for _, asked in samples)
        rows = [[self._prompts.question(a.turn.question) for a in asked] for _, asked in samples]
        width = max(len(row) for group in rows for row in group)
        channels = self._features.hidden_FTC.shape[-1]
        batch = {
            "hidden_BNC": torch.zeros(len(samples), frames, channels),
            "frame_mask_BN": torch.zeros(len(samples), frames, dtype=torch.bool),
            "question_ids_BQL": torch.zeros(len(samples), count, width, dtype=torch.long),
            "question_mask_BQL": torch.zeros(len(samples), count, width, dtype=torch.bool),
            "key_labels_BQN": torch.zeros(len(samples), count, frames),
        }
        for b, (clip, asked) in enumerate(samples):
            batch["hidden_BNC"][b, : clip.count] = self._features.means(clip.episode, clip.first, clip.count)
            batch["frame_mask_BN"][b, : clip.count] = True
            for q, one in enumerate(asked):
                row = torch.tensor(rows[b][q])
                batch["question_ids_BQL"][b, q, : len(row)] = row
                batch["question_mask_BQL"][b, q, : len(row)] = True
                batch["key_labels_BQN"][b, q, list(one.key_frames)] = 1.0
        return batch


def pointer_logits(model: MmEgoForConditionalGeneration, batch: dict[str, Tensor]) -> Tensor:
    """Pointer logits (B, Q, N) of a batch of PointerCollate, with gradients down to linear_2."""
    E_BNC = project(model, batch["hidden_BNC"])
    return pointer_training_logits(
        model, E_BNC, batch["frame_mask_BN"], batch["question_ids_BQL"], batch["question_mask_BQL"]
    )


def pointer_objective(model: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The checkpoint's pointer loss."""
    assert isinstance(model, MmEgoForConditionalGeneration)
    loss = pointer_training_loss(
        model,
        pointer_logits(model, batch),
        batch["key_labels_BQN"],
        batch["frame_mask_BN"],
        batch["question_mask_BQL"],
    )
    return {"loss": loss, "pointer": loss}


def score_clips(
    model: MmEgoForConditionalGeneration, clips: list[Clip], features: Features, prompts: TrainingPrompts
) -> list[Tensor]:
    """The pointer's softmax scores of every question of every clip, by the cached glimpse: (Q, N) each, on the CPU."""
    model.train(False)
    found: list[Tensor] = []
    with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16):
        for clip in tqdm(clips, desc="glimpses", unit="clip", disable=len(clips) < 100):
            prefix = model.glimpse_prefill(project(model, features.means(clip.episode, clip.first, clip.count)))
            rows = [prompts.question(a.turn.question) for a in clip.asked]
            found.append(probabilities(model.glimpse_scores(prefix, rows)).cpu())
    return found


@dataclass
class AnswerSample:
    """One exchange: the frames shown (none when blind), prompt and answer as token ids."""

    clip: Clip
    frames: list[int]
    prompt: list[int]
    answer: list[int]


class AnswerDraw:
    """Sample i of the answering stage: a question, the frames shown with it, its answer."""

    def __init__(
        self,
        clips: list[Clip],
        scores: list[Tensor],
        prompts: TrainingPrompts,
        keep: int,
        seed: int,
        blind_share: float = 0.08,
        hard_share: float = 0.75,
    ) -> None:
        self._clips = clips
        self._scores = scores
        self._prompts = prompts
        self._keep = keep
        self._seed = seed
        self._blind_share = blind_share
        self._hard_share = hard_share

    def __call__(self, index: int) -> AnswerSample:
        rng = np.random.default_rng((self._seed, 2, index))
        which = int(rng.integers(len(self._clips)))
        clip = self._clips[which]
        number = int(rng.integers(len(clip.asked)))
        one = clip.asked[number]
        frames: list[int] = []
        if rng.random() >= self._blind_share:
            # Runs of samples of one length: mixed in one batch, the short ones would be half padding.
            keep = 2 * self._keep if (index // 256) % 8 == 7 else self._keep
            frames = shown_frames(one, clip, self._scores[which][number], keep, rng, self._hard_share)
        prompt = self._prompts.prompt(one.turn.question, len(frames))
        return AnswerSample(clip, frames, prompt, self._prompts.answer(one.turn.answer))


def shown_frames(
    one: Asked, clip: Clip, scores_N: Tensor, keep: int, rng: np.random.Generator, hard_share: float
) -> list[int]:
    """`keep` frames in time order that hold a key frame of every key span.

    With probability `hard_share` the rest is what the pointer likes best and frames of other events, else uniform.
    """
    # Neighbours of one moment, or several moments: inference may be set to either.
    by_score = best_apart(scores_N, 3 * keep, int(rng.integers(3)))
    keys = list(one.key_frames)
    spans = [[k for k in keys if s.start <= k + 0.5 <= s.end] or keys[:1] for s in one.turn.key_spans]
    if len(spans) > keep:
        spans = [spans[i] for i in select_uniform(len(spans), keep).indices]
    # Of each key span the frame the pointer likes best (what inference would keep), now and then any of them.
    chosen: list[int] = []
    for span in spans:
        best = max(span, key=lambda i: float(scores_N[i]))
        chosen.append(best if rng.random() < 0.7 else int(rng.choice(span)))
    if rng.random() < hard_share:
        events = [int(i) for i in rng.permutation(clip.event_frames)]
        split = int(rng.integers(keep + 1))
        rest = by_score[:keep] + events[:split] + by_score[keep:]
    else:
        rest = keys if rng.random() < 0.3 else []
    rest += list(select_uniform(clip.count, keep).indices) + [int(i) for i in rng.permutation(clip.count)[:keep]]
    kept = dict.fromkeys(chosen)
    for i in rest:
        if len(kept) >= min(keep, clip.count):
            break
        kept.setdefault(i)
    return sorted(kept)


class AnswerCollate:
    """Pads samples of AnswerDraw; `hidden` holds one (K, T, C) tensor a sample, or None when blind."""

    def __init__(self, features: Features) -> None:
        self._features = features

    def __call__(self, samples: list[AnswerSample]) -> dict[str, Any]:
        hidden = [
            self._features.frames(s.clip.episode, torch.tensor(s.frames) + s.clip.first).float() if s.frames else None
            for s in samples
        ]
        ids, mask = pad_ids([s.prompt + s.answer for s in samples])
        labels = torch.where(mask, ids, IGNORE)
        for row, sample in enumerate(samples):
            labels[row, : len(sample.prompt)] = IGNORE
        return {"hidden": hidden, "ids_BL": ids, "labels_BL": labels}


def answer_objective(model: MmEgoForConditionalGeneration, batch: dict[str, Any]) -> Tensor:
    """Cross-entropy on the answers' tokens."""
    V = [None if h is None else project(model, h) for h in batch["hidden"]]
    return answer_training_loss(model, V, batch["ids_BL"], batch["labels_BL"])


class JointObjective:
    """Answers plus `pointer_weight` times the pointer loss on a batch of its own."""

    def __init__(self, pointer_weight: float) -> None:
        self._weight = pointer_weight

    def __call__(self, model: nn.Module, batch: dict[str, Any]) -> dict[str, Tensor]:
        assert isinstance(model, MmEgoForConditionalGeneration)
        pointer = pointer_objective(model, batch["pointer"])["loss"]
        answer = answer_objective(model, batch["answer"])
        return {"loss": answer + self._weight * pointer, "pointer": pointer, "answer": answer}


class JointCollate:
    """Splits joint samples (answer sample, pointer sample or None) into the two batches."""

    def __init__(self, pointer: PointerCollate, answer: AnswerCollate) -> None:
        self._pointer = pointer
        self._answer = answer

    def __call__(self, samples: list[tuple[AnswerSample, tuple[Clip, list[Asked]] | None]]) -> dict[str, Any]:
        pointers = [p for _, p in samples if p is not None]
        return {"pointer": self._pointer(pointers), "answer": self._answer([a for a, _ in samples])}
