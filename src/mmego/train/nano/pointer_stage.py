"""Stage 2, the memory pointer alone, and what it shares with stage 3 (answer_stage.py): prompts, scores.

Both stages read precomputed features (features.py). Shapes: B batch, N frames, C hidden size, Q questions, L tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.pointer import probabilities
from mmego.model.prompts import Prompts
from mmego.model.training import pointer_training_logits, pointer_training_loss
from mmego.train.nano.features import Features, project
from mmego.train.nano.questions import Clip, ClipQuestion


class TrainingPrompts:
    """The processor's prompts, cached: to fill a template takes longer than to draw a sample."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts
        self.question = cache(prompts.question_ids)
        self.answer = cache(prompts.answer_ids)

    @cache  # noqa: B019  (lives as long as the run)
    def prompt(self, question: str, frames: int) -> list[int]:
        """Return the token ids up to the answer for a number of frames; 0 gives the blind prompt."""
        return self._prompts.answer_prompt(question, num_frames=frames)


@dataclass
class PointerSample:
    """A clip and some of its questions; `index` is the sample's number, which seeds everything random."""

    clip: Clip
    questions: list[ClipQuestion]
    index: int


@dataclass
class PointerDraw:
    """Sample i of the pointer stage: a clip and up to `questions` of its questions."""

    clips: list[Clip]
    questions: int
    seed: int

    def __call__(self, index: int) -> PointerSample:
        rng = np.random.default_rng((self.seed, 1, index))
        clip = self.clips[int(rng.integers(len(self.clips)))]
        order = rng.permutation(len(clip.questions))[: self.questions]
        return PointerSample(clip, [clip.questions[int(i)] for i in order], index)


class PointerCollate:
    """Pads samples of PointerDraw into ``hidden_BNC`` (means before linear_2), masks, question ids and labels."""

    def __init__(self, features: Features, prompts: TrainingPrompts) -> None:
        self._features = features
        self._prompts = prompts

    def __call__(self, samples: list[PointerSample]) -> dict[str, Tensor]:
        frames = max(s.clip.count for s in samples)
        count = max(len(s.questions) for s in samples)
        rows = [[self._prompts.question(a.turn.question) for a in s.questions] for s in samples]
        width = max(len(row) for group in rows for row in group)
        channels = self._features.hidden_FTC.shape[-1]
        batch = {
            "hidden_BNC": torch.zeros(len(samples), frames, channels),
            "frame_mask_BN": torch.zeros(len(samples), frames, dtype=torch.bool),
            "question_ids_BQL": torch.zeros(len(samples), count, width, dtype=torch.long),
            "question_mask_BQL": torch.zeros(len(samples), count, width, dtype=torch.bool),
            "key_labels_BQN": torch.zeros(len(samples), count, frames),
        }
        for b, sample in enumerate(samples):
            clip = sample.clip
            batch["hidden_BNC"][b, : clip.count] = self._features.means(clip.episode, clip.first, clip.count)
            batch["frame_mask_BN"][b, : clip.count] = True
            for q, one in enumerate(sample.questions):
                row = torch.tensor(rows[b][q])
                batch["question_ids_BQL"][b, q, : len(row)] = row
                batch["question_mask_BQL"][b, q, : len(row)] = True
                batch["key_labels_BQN"][b, q, list(one.key_frames)] = 1.0
        return batch


def pointer_logits(model: MmEgoForConditionalGeneration, batch: dict[str, Tensor]) -> Tensor:
    """Compute the pointer's logits (B, Q, N) of a batch of PointerCollate, with gradients down to linear_2."""
    E_BNC = project(model, batch["hidden_BNC"])
    return pointer_training_logits(
        model, E_BNC, batch["frame_mask_BN"], batch["question_ids_BQL"], batch["question_mask_BQL"]
    )


def pointer_objective(model: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Compute the checkpoint's pointer loss."""
    assert isinstance(model, MmEgoForConditionalGeneration)
    loss = batch_pointer_loss(model, pointer_logits(model, batch), batch)
    return {"loss": loss, "pointer": loss}


def batch_pointer_loss(model: MmEgoForConditionalGeneration, logits_BQN: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Compute the loss of `pointer_logits` of the same batch."""
    return pointer_training_loss(
        model, logits_BQN, batch["key_labels_BQN"], batch["frame_mask_BN"], batch["question_mask_BQL"]
    )


def score_clips(
    model: MmEgoForConditionalGeneration, clips: list[Clip], features: Features, prompts: TrainingPrompts
) -> list[Tensor]:
    """Compute the pointer's softmax scores of each clip's questions by the cached glimpse: (Q, N) each, on the CPU."""
    model.train(False)
    found: list[Tensor] = []
    with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16):
        for clip in tqdm(clips, desc="glimpses", unit="clip", disable=True if len(clips) < 100 else None):
            prefix = model.glimpse_prefill(project(model, features.means(clip.episode, clip.first, clip.count)))
            rows = [prompts.question(a.turn.question) for a in clip.questions]
            found.append(probabilities(model.glimpse_scores(prefix, rows)).cpu())
    return found
