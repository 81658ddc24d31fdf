"""The glimpse: one look at all frames of a memory for each question, and the frames that it keeps.

Shapes: N frames, Q questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmego import selectors
from mmego.engine.answer_step import Question
from mmego.memory.prefix import build_prefix
from mmego.memory.store import Memory
from mmego.model import pointer
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records import Evidence, SelectMode


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One question's look at the whole video: the scores after the softmax, and the frames they keep."""

    select: SelectMode
    scores_N: Tensor
    selection: selectors.Selection

    def evidence(self, memory: Memory) -> tuple[Evidence, ...]:
        """Return the frames kept, best first; of equal scores the earlier one."""
        kept = zip(self.selection.indices, self.selection.by, strict=True)
        found = [Evidence(memory.times[index], float(self.scores_N[index]), by) for index, by in kept]
        return tuple(sorted(found, key=lambda item: (-item.score, item.time)))


def look(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    memory: Memory,
    questions: Sequence[Question],
    keep: int,
    alpha: float,
    select: SelectMode,
) -> list[View]:
    """Return what each question's glimpse chose; equal scores and even frames where no pointer is asked.

    The memory's prefix is built or moved where that is needed, and stays with it.

    Args:
        model: points, if `select` asks it to.
        processor: the checkpoint's own.
        memory: holds E if a pointer is asked.
        questions: one batch of glimpses.
        keep: frames kept for each question, K.
        alpha: exploration bonus, before `selectors.exploration_bonus`.
        select: ``pointer`` or ``uniform``.
    """
    frames, config = len(memory.times), model.config
    if select == "uniform" or memory.E_NC is None:
        view = View("uniform", torch.full((frames,), 1 / frames), selectors.select_uniform(frames, keep))
        return [view] * len(questions)
    if memory.prefix is None or not memory.prefix.fits(config.max_frames):
        memory.prefix = build_prefix(model, memory.E_NC.to(model.device))
    memory.prefix = memory.prefix.to(model.device, model.dtype)
    ids = [processor.question_ids(question.text) for question in questions]
    scores_QN = pointer.probabilities(memory.prefix.logits(model, ids)).cpu()
    bonus = selectors.exploration_bonus(alpha, frames, config.max_frames)
    return [
        View(select, scores_N, selectors.select(scores_N, keep, bonus, config.key_frame_spacing))
        for scores_N in scores_QN
    ]
