"""The answer step (the paper's fallback): a question and the kept frames give an answer.

Shapes: K frames kept, T tokens per frame, C hidden size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mmego.errors import InputError, ModelError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records.values import all_finite

NEW_TOKENS = 128  # an open answer about one's day is a sentence or two


@dataclass(frozen=True, slots=True)
class Question:
    """A question. With `options` (two or more choices) the answer is the likeliest; otherwise it is free text."""

    text: str
    options: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InputError("a question needs some text")
        if self.options is not None and (len(self.options) < 2 or not all(o.strip() for o in self.options)):
            raise InputError(f"'{self.text}' needs two or more choices with some text, got {list(self.options)}")


def read_answer(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    question: Question,
    V_KTC: Tensor | None,
    times: Sequence[float],
    duration: float,
) -> tuple[str, int | None, tuple[float, ...]]:
    """Return the answer's text, the choice (None for an open question) and the share of each choice.

    Args:
        model: the model that answers.
        processor: the checkpoint's own.
        question: with `options` the likeliest is the answer; otherwise the answer is generated greedily.
        V_KTC: high-resolution tokens of the kept frames; None for a blind answer.
        times: of those frames, in seconds from the start of the part sampled.
        duration: of that part, in seconds.

    Raises:
        ModelError: the choices' scores are NaN.
    """
    prompt = processor.answer_prompt(question.text, question.options, times, duration, num_frames=len(times))
    if question.options is not None:
        ids = processor.choice_ids(question.options)
        shares = model.choice_logprobs(prompt, ids, V_KTC).softmax(-1).tolist()
        if not all_finite(shares):  # every comparison with NaN fails, so the first choice would win silently
            raise ModelError("the model's scores of the choices are not numbers (NaN): try --precision float32")
        choice = max(range(len(shares)), key=shares.__getitem__)
        return question.options[choice], choice, tuple(shares)
    input_ids = torch.as_tensor(prompt, dtype=torch.long, device=model.device).reshape(1, -1)
    settings: dict[str, Any] = {"do_sample": False, "max_new_tokens": NEW_TOKENS}
    if V_KTC is not None:
        settings["mm_encoder_outputs"] = model.encoder_outputs(V_KTC)
    stock: Any = model  # transformers types `generate` for its own classes only
    out = stock.generate(input_ids, attention_mask=torch.ones_like(input_ids), **settings)
    return processor.decode(out[0, input_ids.shape[1] :]), None, ()
