"""The pointer stage: samples, loss, and scores by the cached glimpse."""

import pytest
import torch

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.train.nano.features import Features
from mmego.train.nano.model import build_tokenizer, nano_config, nano_processor
from mmego.train.nano.pointer_stage import (
    PointerCollate,
    PointerDraw,
    PointerSample,
    TrainingPrompts,
    pointer_logits,
    pointer_objective,
    score_clips,
)
from tests.train.nano.question_clip import CLIP


@pytest.fixture(scope="module")
def parts() -> tuple[MmEgoForConditionalGeneration, TrainingPrompts, Features]:
    tokenizer = build_tokenizer([t for a in CLIP.questions for t in (a.turn.question, a.turn.answer)])
    config = nano_config(tokenizer, width=64, vision_layers=1, layers=2)
    torch.manual_seed(0)
    model = MmEgoForConditionalGeneration(config)
    hidden = torch.randn(40, 16, 64).bfloat16()
    return model, TrainingPrompts(nano_processor(tokenizer, config)), Features(hidden, [0, 40])


def test_pointer_loss_goes_down_on_one_batch(parts):
    model, prompts, features = parts
    batch = PointerCollate(features, prompts)([PointerDraw([CLIP], 8, 0)(i) for i in range(2)])
    assert batch["key_labels_BQN"].sum(-1).min() >= 3
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        loss = pointer_objective(model, batch)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < 0.7 * losses[0]


def test_scores_by_the_cached_glimpse_are_those_of_the_packed_forward(parts):
    model, prompts, features = parts
    scores = score_clips(model, [CLIP], features, prompts)
    assert scores[0].shape == (2, 30)
    assert torch.allclose(scores[0].sum(-1), torch.ones(2))
    sample = PointerSample(CLIP, list(CLIP.questions), 0)
    packed = pointer_logits(model, PointerCollate(features, prompts)([sample]))[0].softmax(-1)
    assert torch.allclose(scores[0], packed, atol=2e-3)  # 16 bits against 32
