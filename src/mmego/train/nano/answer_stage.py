"""Stage 3: answers, while the pointer continues to train.

A step scores some questions of a few clips with the current pointer, which gives the pointer's loss. The same scores
choose the frames that the language model sees (shown_frames.py). One packed sequence has all questions that these
frames can answer, so that the frames' tokens are read once, as in the paper's multi-turn samples; each question
attends only to the frames and itself, as at inference.

Shapes: B groups, K frames shown, T tokens per frame, C hidden size, Q exchanges, L tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.pointer import probabilities
from mmego.model.sequence_layout import IGNORE, pad_ids
from mmego.model.training import packed_answer_loss
from mmego.train.nano.features import Features, project
from mmego.train.nano.pointer_stage import (
    PointerCollate,
    PointerSample,
    TrainingPrompts,
    batch_pointer_loss,
    pointer_logits,
)
from mmego.train.nano.questions import Clip
from mmego.train.nano.retelling import QUESTION, narrated_per_frame, retell
from mmego.train.nano.shown_frames import answered_by, shown_frames

Exchange = tuple[list[int], list[int]]
"""Token ids of a prompt (with its <video> tokens) and of the answer."""


@dataclass(frozen=True)
class Group:
    """Frames of one clip (none: blind) and the exchanges on them, or one exchange that retells them (`retold`)."""

    clip: Clip
    frames: list[int]
    exchanges: list[Exchange]
    retold: bool = False


@dataclass
class GroupDraw:
    """Draws the groups of one sample from its pointer scores."""

    prompts: TrainingPrompts
    keep: int
    seed: int
    groups: int = 3
    most: int = 6
    """Most exchanges of a group."""
    blind_share: float = 0.06
    hard_share: float = 0.75
    retell_share: float = 0.5

    def __post_init__(self) -> None:
        self._narrated: dict[tuple[int, int, int], list[str]] = {}

    def __call__(self, sample: PointerSample, scores_QN: Tensor) -> list[Group]:
        """Draw `groups` groups; each asks one of the sample's questions, and others that its frames answer.

        After some groups comes a group that retells the same frames.

        Args:
            sample: a clip and the questions that were scored.
            scores_QN: softmax scores of these questions over the clip's frames, on the CPU.
        """
        rng = np.random.default_rng((self.seed, 2, sample.index))
        # Samples with twice the frames come in runs: mixed in one batch, the others would be half padding.
        keep = 2 * self.keep if (sample.index // 64) % 8 == 7 else self.keep
        groups = []
        for number in range(min(self.groups, len(sample.questions))):
            group = self._group(sample, number, scores_QN[number], keep, rng)
            groups.append(group)
            if group.frames and keep == self.keep and rng.random() < self.retell_share:
                narrated = retell(self._narrated_of(sample.clip), group.frames)
                exchange = self._exchange(QUESTION, narrated, len(group.frames))
                groups.append(Group(sample.clip, group.frames, [exchange], retold=True))
        return groups

    def _group(
        self, sample: PointerSample, number: int, scores_N: Tensor, keep: int, rng: np.random.Generator
    ) -> Group:
        clip, first = sample.clip, sample.questions[number]
        if rng.random() < self.blind_share:
            questions = [first, *(one for one in sample.questions if one is not first)][: self.most]
            return Group(clip, [], [self._exchange(a.turn.question, a.turn.answer, 0) for a in questions])
        frames = shown_frames(first, clip, scores_N, keep, rng, self.hard_share)
        others = [one for one in answered_by(clip, frames) if one is not first]
        order = rng.permutation(len(others))[: self.most - 1]
        questions = [first, *(others[int(i)] for i in order)]
        exchanges = [self._exchange(a.turn.question, a.turn.answer, len(frames)) for a in questions]
        return Group(clip, frames, exchanges)

    def _exchange(self, question: str, answer: str, frames: int) -> Exchange:
        return self.prompts.prompt(question, frames), self.prompts.answer(answer)

    def _narrated_of(self, clip: Clip) -> list[str]:
        # The key is the clip's place, not the object: a loading process sends a new object each time.
        place = clip.episode, clip.first, clip.count
        if place not in self._narrated:
            self._narrated[place] = narrated_per_frame(clip)
        return self._narrated[place]


def split_prompt(prompt: list[int], video_token: int) -> tuple[list[int], list[int]]:
    """Split a prompt into what all prompts on the same frames share (through the last <video> token) and the rest."""
    end = max((i for i, token in enumerate(prompt) if token == video_token), default=0) + 1
    return prompt[:end], prompt[end:]


class GroupCollate:
    """Pads groups into the arguments of `packed_answer_loss`, ``hidden`` being V before linear_2."""

    def __init__(self, features: Features, video_token: int) -> None:
        self._features = features
        self._video = video_token

    def __call__(self, groups: list[Group]) -> dict[str, Any]:
        hidden = [
            self._features.frames(g.clip.episode, torch.tensor(g.frames) + g.clip.first).float() if g.frames else None
            for g in groups
        ]
        prefixes = [split_prompt(g.exchanges[0][0], self._video)[0] for g in groups]
        prefix_ids, prefix_mask = pad_ids(prefixes)
        count = max(len(g.exchanges) for g in groups)
        rows: list[list[int]] = []
        starts = []
        for group, prefix in zip(groups, prefixes, strict=True):
            for prompt, answer in group.exchanges:
                rows.append([*prompt[len(prefix) :], *answer])
                starts.append(len(rows[-1]) - len(answer))
            rows += [[]] * (count - len(group.exchanges))
            starts += [0] * (count - len(group.exchanges))
        ids_RL, mask_RL = pad_ids(rows)
        labels_RL = torch.where(mask_RL, ids_RL, IGNORE)
        labels_RL[torch.arange(ids_RL.shape[1]) < torch.tensor(starts)[:, None]] = IGNORE
        shape = (len(groups), count, -1)
        return {
            "hidden": hidden,
            "prefix_ids_BL": prefix_ids,
            "prefix_mask_BL": prefix_mask,
            "exchange_ids_BQL": ids_RL.view(shape),
            "exchange_mask_BQL": mask_RL.view(shape),
            "labels_BQL": labels_RL.view(shape),
        }


def group_loss(model: MmEgoForConditionalGeneration, batch: dict[str, Any]) -> Tensor:
    """Compute the cross-entropy per answer token of a batch of GroupCollate."""
    tensors = {name: value.to(model.device) for name, value in batch.items() if isinstance(value, Tensor)}
    V = [None if h is None else project(model, h) for h in batch["hidden"]]
    return packed_answer_loss(model, V, **tensors)


class JointCollate:
    """Collates a step's samples: the pointer's batch, and the samples, whose groups follow from its scores."""

    def __init__(self, pointer: PointerCollate) -> None:
        self._pointer = pointer

    def __call__(self, samples: list[PointerSample]) -> dict[str, Any]:
        return {"pointer": self._pointer(samples), "samples": samples}


@dataclass
class JointObjective:
    """The weighted loss of answers, retellings and the pointer on the same clips."""

    draw: GroupDraw
    collate: GroupCollate
    pointer_weight: float
    retell_weight: float

    def __call__(self, model: nn.Module, batch: dict[str, Any]) -> dict[str, Tensor]:
        assert isinstance(model, MmEgoForConditionalGeneration)
        logits_BQN = pointer_logits(model, batch["pointer"])
        pointer = batch_pointer_loss(model, logits_BQN, batch["pointer"])
        scored = logits_BQN.detach().float().cpu()
        groups = [
            group
            for row, sample in enumerate(batch["samples"])
            for group in self.draw(sample, probabilities(scored[row, : len(sample.questions), : sample.clip.count]))
        ]
        # Separately: a retelling is three times as long as an answer; packed together, most tokens would be padding.
        answer = group_loss(model, self.collate([g for g in groups if not g.retold]))
        retold = [g for g in groups if g.retold]
        retelling = group_loss(model, self.collate(retold)) if retold else torch.zeros_like(answer)
        loss = answer + self.pointer_weight * pointer + self.retell_weight * retelling
        return {"loss": loss, "pointer": pointer, "answer": answer, "retelling": retelling}
