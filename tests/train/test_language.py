"""Samples and losses of the pointer and answering stages."""

import numpy as np
import pytest
import torch

from mmego.model.modeling_mmego import MmEgoForConditionalGeneration
from mmego.model.sequence import IGNORE
from mmego.records import Span, Turn
from mmego.train.features import Features, compute_features, project
from mmego.train.language import (
    AnswerCollate,
    AnswerDraw,
    JointCollate,
    JointObjective,
    PointerCollate,
    PointerDraw,
    TrainingPrompts,
    pointer_logits,
    pointer_objective,
    score_clips,
    shown_frames,
)
from mmego.train.nano import build_tokenizer, nano_config, nano_processor
from mmego.train.questions import Asked, Clip
from mmego.train.vision import to_pixels
from tests.train.fake_episodes import fake_episode


def asked(question: str, answer: str, *spans: tuple[float, float]) -> Asked:
    key_spans = tuple(Span(*s) for s in spans)
    frames = sorted({i for s in key_spans for i in range(40) if s.holds(i + 0.5)})
    return Asked(Turn(question, answer, key_spans), tuple(frames))


CLIP = Clip(
    0,
    "v",
    2,
    30,
    (),
    (
        asked("where did i put the red mug", "on the desk", (4.0, 7.0)),
        asked("what did i pick up after the mug", "the blue book", (4.0, 7.0), (15.0, 18.0)),
    ),
    (4, 5, 6, 15, 16, 17, 25),
)


@pytest.fixture(scope="module")
def parts() -> tuple[MmEgoForConditionalGeneration, TrainingPrompts, Features]:
    tokenizer = build_tokenizer([t for a in CLIP.asked for t in (a.turn.question, a.turn.answer)])
    config = nano_config(tokenizer, width=64, vision_layers=1, layers=2)
    torch.manual_seed(0)
    model = MmEgoForConditionalGeneration(config)
    hidden = torch.randn(40, 16, 64).bfloat16()
    return model, TrainingPrompts(nano_processor(tokenizer, config)), Features(hidden, [0, 40])


def test_features_times_linear_2_are_the_models_own_frame_tokens(tmp_path, parts):
    model = parts[0]
    episode = fake_episode(3, seconds=5)
    features = compute_features(model, [episode], tmp_path / "f.safetensors")
    with torch.no_grad():
        V_NTC = model.encode_frames(to_pixels(np.asarray(episode.frames)))
        ours = project(model, features.frames(0, torch.arange(5)).float())
    # bfloat16 autocast and storage against float32 throughout.
    assert torch.nn.functional.cosine_similarity(ours.flatten(1), V_NTC.flatten(1)).min() > 0.999
    assert torch.allclose(features.means(0, 1, 3), features.hidden_FTC[1:4].float().mean(1))
    again = compute_features(model, [episode], tmp_path / "f.safetensors")
    assert torch.equal(again.hidden_FTC, features.hidden_FTC)


@pytest.mark.parametrize("hard_share", [0.0, 1.0])
def test_frames_shown_hold_every_key_span_and_are_as_many_as_asked(hard_share):
    scores = torch.rand(30, generator=torch.Generator().manual_seed(0)).softmax(-1)
    for seed in range(50):
        rng = np.random.default_rng(seed)
        for one in CLIP.asked:
            for keep in (2, 4, 8):
                frames = shown_frames(one, CLIP, scores, keep, rng, hard_share)
                assert frames == sorted(set(frames))
                assert len(frames) == keep
                assert 0 <= frames[0] <= frames[-1] < CLIP.count
                for span in one.turn.key_spans:
                    assert any(span.holds(i + 0.5) for i in frames)


def test_hard_frames_are_the_pointers_own_choice():
    scores = torch.zeros(30)
    scores[[20, 21, 5]] = torch.tensor([3.0, 2.0, 1.0])
    found = [shown_frames(CLIP.asked[0], CLIP, scores, 3, np.random.default_rng(s), 1.0) for s in range(20)]
    # 21, next to the better 20, is shown or not with the spacing drawn; 20 always is.
    assert all(20 in frames for frames in found)
    assert {21 in frames for frames in found} == {True, False}


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


def test_labels_are_the_answers_alone(parts):
    _, prompts, features = parts
    scores = [torch.rand(2, 30).softmax(-1)]
    draw = AnswerDraw([CLIP], scores, prompts, keep=4, seed=0)
    samples = [draw(i) for i in range(40)]
    batch = AnswerCollate(features)(samples)
    for row, sample in enumerate(samples):
        labels = batch["labels_BL"][row]
        assert labels[labels != IGNORE].tolist() == sample.answer
    # Some samples are blind and some show twice as many frames, so that neither is new at inference.
    assert {0, 4, 8} == {len(draw(i).frames) for i in (*range(40), *range(7 * 256, 7 * 256 + 8))}
    # Frame i of a clip is row clip.first + i of its episode.
    shown = next(i for i, s in enumerate(samples) if s.frames)
    rows = [CLIP.first + i for i in samples[shown].frames]
    assert torch.equal(batch["hidden"][shown], features.hidden_FTC[rows].float())


def test_joint_loss_is_the_weighted_sum(parts):
    model, prompts, features = parts
    scores = score_clips(model, [CLIP], features, prompts)
    assert scores[0].shape == (2, 30)
    assert torch.allclose(scores[0].sum(-1), torch.ones(2))
    packed = pointer_logits(model, PointerCollate(features, prompts)([(CLIP, list(CLIP.asked))]))[0].softmax(-1)
    assert torch.allclose(scores[0], packed, atol=2e-3)  # 16 bits against 32
    draw = AnswerDraw([CLIP], scores, prompts, 4, 0)
    pointers = PointerDraw([CLIP], 8, 0)
    samples = [(draw(i), pointers(i) if i % 2 == 0 else None) for i in range(4)]
    batch = JointCollate(PointerCollate(features, prompts), AnswerCollate(features))(samples)
    losses = JointObjective(0.5)(model, batch)
    assert torch.isclose(losses["loss"], losses["answer"] + 0.5 * losses["pointer"])
    assert len(batch["pointer"]["hidden_BNC"]) == 2
