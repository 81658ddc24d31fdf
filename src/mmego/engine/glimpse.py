"""The glimpse: one look at all frames of a memory for each question, and the frames it keeps.

Shapes: N frames, Q questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmego import selectors
from mmego.engine.answer_step import Question
from mmego.memory.memory import Memory
from mmego.memory.prefix import build_prefix
from mmego.model import pointer
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records import Evidence, SelectMode


@dataclass(frozen=True, slots=True, eq=False)
class GlimpseResult:
    """The glimpse of one question: the scores of all frames after the softmax, and the kept frames."""

    select: SelectMode
    scores_N: Tensor
    selection: selectors.Selection

    def evidence(self, memory: Memory) -> tuple[Evidence, ...]:
        """Return the kept frames, best first; of equal scores the earlier one comes first."""
        kept = zip(self.selection.indices, self.selection.by, strict=True)
        found = [Evidence(memory.times[index], float(self.scores_N[index]), by) for index, by in kept]
        return tuple(sorted(found, key=lambda item: (-item.score, item.time)))


def run_glimpse(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    memory: Memory,
    questions: Sequence[Question],
    keep: int,
    alpha: float,
    select: SelectMode,
) -> list[GlimpseResult]:
    """Return each question's glimpse; without a pointer, equal scores and evenly spaced frames.

    The memory's prefix is built or moved if needed, and stays with the memory.

    Args:
        model: scores the frames, if `select` is ``pointer``.
        processor: the checkpoint's own.
        memory: must hold E for the pointer.
        questions: one batch of glimpses.
        keep: frames kept for each question, K.
        alpha: exploration bonus, before `selectors.exploration_bonus`.
        select: ``pointer`` or ``uniform``.
    """
    frames, config = len(memory.times), model.config
    if select == "uniform" or memory.E_NC is None:
        view = GlimpseResult("uniform", torch.full((frames,), 1 / frames), model.select(None, frames, keep))
        return [view] * len(questions)
    if memory.prefix is None or not memory.prefix.fits(config.max_frames):
        memory.prefix = build_prefix(model, memory.E_NC.to(model.device))
    memory.prefix = memory.prefix.to(model.device, model.dtype)
    ids = [processor.question_ids(question.text) for question in questions]
    logits_QN = memory.prefix.logits(model, ids).cpu()
    return [
        GlimpseResult(select, pointer.probabilities(logits_N), model.select(logits_N, frames, keep, alpha))
        for logits_N in logits_QN
    ]
