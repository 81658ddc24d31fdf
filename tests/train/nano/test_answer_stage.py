"""Groups of exchanges on the same frames, and the joint loss."""

import pickle

import pytest
import torch

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.sequence_layout import IGNORE
from mmego.model.training import answer_logprobs
from mmego.train.nano import answer_stage
from mmego.train.nano.answer_stage import (
    GroupCollate,
    GroupDraw,
    JointCollate,
    JointObjective,
    group_loss,
    split_prompt,
)
from mmego.train.nano.features import Features, project
from mmego.train.nano.model import build_tokenizer, nano_config, nano_processor
from mmego.train.nano.pointer_stage import PointerCollate, PointerDraw, PointerSample, TrainingPrompts
from mmego.train.nano.retelling import NEXT, QUESTION, narrated_per_frame, retell
from tests.train.nano.question_clip import CLIP

Parts = tuple[MmEgoForConditionalGeneration, TrainingPrompts, Features]
SCORES = torch.rand(2, 30, generator=torch.Generator().manual_seed(0)).softmax(-1)


@pytest.fixture(scope="module")
def parts() -> Parts:
    texts = [t for a in CLIP.questions for t in (a.turn.question, a.turn.answer)]
    tokenizer = build_tokenizer([*texts, *narrated_per_frame(CLIP), QUESTION, NEXT])
    config = nano_config(tokenizer, width=64, vision_layers=1, layers=2)
    torch.manual_seed(0)
    model = MmEgoForConditionalGeneration(config).eval()
    hidden = torch.randn(40, 16, 64).bfloat16()
    return model, TrainingPrompts(nano_processor(tokenizer, config)), Features(hidden, [0, 40])


def groups_of(parts: Parts, count: int = 40) -> list:
    draw = GroupDraw(parts[1], keep=4, seed=0)
    samples = [PointerSample(CLIP, list(CLIP.questions), i) for i in range(count)]
    return [group for sample in samples for group in draw(sample, SCORES)]


def test_a_prompt_is_split_behind_its_frames(parts):
    prompts, video = parts[1], parts[0].config.video_token_id
    prefix, rest = split_prompt(prompts.prompt("where did i put the red mug", 4), video)
    assert prefix.count(video) == 4 * 16 + 1
    assert video not in rest
    assert prefix + rest == prompts.prompt("where did i put the red mug", 4)
    blind, question = split_prompt(prompts.prompt("where did i put the red mug", 0), video)
    assert len(blind) == 1
    assert len(question) == len(rest)


def test_groups_ask_what_their_frames_answer(parts):
    groups = groups_of(parts)
    assert {0, 4} == {len(g.frames) for g in groups}
    assert {True, False} == {g.retold for g in groups}
    by_words = {tuple(parts[1].answer(a.turn.answer)): a for a in CLIP.questions}
    for group in groups:
        if group.retold:
            (narrated,) = group.exchanges
            assert narrated[1] == parts[1].answer(retell(narrated_per_frame(CLIP), group.frames))
            continue
        for _, answer in group.exchanges:
            one = by_words[tuple(answer)]
            assert not group.frames or all(set(span) & set(group.frames) for span in one.span_frames)
    # Later samples show twice as many frames, so that these are not new at inference.
    wide = GroupDraw(parts[1], keep=4, seed=0)(PointerSample(CLIP, list(CLIP.questions), 7 * 64), SCORES)
    assert any(len(g.frames) == 8 for g in wide)
    assert groups == groups_of(parts)


def test_clips_out_of_loading_processes_are_read_once(parts, monkeypatch):
    reads = []
    monkeypatch.setattr(answer_stage, "narrated_per_frame", lambda clip: reads.append(clip) or narrated_per_frame(clip))
    draw = GroupDraw(parts[1], keep=4, seed=0, retell_share=1.0)
    mine = PointerSample(CLIP, list(CLIP.questions), 3)
    sent = [pickle.loads(pickle.dumps(mine)) for _ in range(3)]
    assert len({id(sample.clip) for sample in sent}) == 3
    expected = [(g.frames, g.exchanges) for g in draw(mine, SCORES)]
    for sample in sent:
        assert [(g.frames, g.exchanges) for g in draw(sample, SCORES)] == expected
    assert len(reads) == 1


def test_packed_exchanges_have_the_likelihood_of_single_ones(parts):
    model, _, features = parts
    model.set_attn_implementation("eager")
    groups = groups_of(parts, 6)
    batch = GroupCollate(features, model.config.video_token_id)(groups)
    total, count = 0.0, 0
    with torch.no_grad():
        packed = group_loss(model, batch)
        for group, hidden in zip(groups, batch["hidden"], strict=True):
            V = None if hidden is None else project(model, hidden)
            for prompt, reply in group.exchanges:
                ids = torch.tensor([prompt + reply])
                labels = torch.tensor([[IGNORE] * len(prompt) + reply])
                total -= float(answer_logprobs(model, [V], ids, labels).sum())
                count += len(reply)
    assert any(len(group.exchanges) > 1 for group in groups)
    assert float(packed) == pytest.approx(total / count, rel=1e-4)


def test_labels_are_the_answers_alone(parts):
    groups = groups_of(parts)
    batch = GroupCollate(parts[2], parts[0].config.video_token_id)(groups)
    for row, group in enumerate(groups):
        for number, (_, answer) in enumerate(group.exchanges):
            labels = batch["labels_BQL"][row, number]
            assert labels[labels != IGNORE].tolist() == answer
        assert (batch["labels_BQL"][row, len(group.exchanges) :] == IGNORE).all()
    # Frame i of a clip is row clip.first + i of its episode.
    shown = next(i for i, g in enumerate(groups) if g.frames)
    rows = [CLIP.first + i for i in groups[shown].frames]
    assert torch.equal(batch["hidden"][shown], parts[2].hidden_FTC[rows].float())


def test_the_joint_loss_is_the_weighted_sum_and_goes_down(parts):
    model, prompts, features = parts
    draw = PointerDraw([CLIP], 8, 0)
    batch = JointCollate(PointerCollate(features, prompts))([draw(i) for i in range(4)])
    objective = JointObjective(GroupDraw(prompts, 4, 0), GroupCollate(features, model.config.video_token_id), 0.5, 0.25)
    losses = objective(model, batch)
    assert torch.isclose(losses["loss"], losses["answer"] + 0.5 * losses["pointer"] + 0.25 * losses["retelling"])
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(12):
        optimizer.zero_grad()
        objective(model, batch)["loss"].backward()
        optimizer.step()
    assert float(objective(model, batch)["loss"].detach()) < 0.7 * float(losses["loss"].detach())
