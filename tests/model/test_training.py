"""The training forwards: equal to inference, equal one by one, equal to the paper's sequence by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mmego.errors import InputError, ModelError
from mmego.model import pointer, training
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.sequence_layout import IGNORE, pad_ids
from tests.model import tiny

VIDEO = tiny.SPECIAL.index("<video>")
ASKED = [[[12, 40, 33], [17], [21, 22, 23, 24, 25]], [[30, 31]]]
LENGTHS = [7, 4]
SHOWN = [2, 1]


@pytest.fixture(scope="module")
def model() -> MmEgoForConditionalGeneration:
    return tiny.tiny_model(training_mask="as_inference", pointer_loss="cross_entropy")


def _conversation(frames: int) -> tuple[list[int], list[int]]:
    prompt = [2, 7, *[VIDEO] * (4 * frames + 1), 20, 21, 3]
    answer = list(range(40, 42 + frames))
    return [*prompt, *answer], [*[IGNORE] * len(prompt), *answer]


def _batch() -> training.TrainingBatch:
    """Two samples of unequal numbers of frames, questions, tokens and frames shown; key frames 1 and 3."""
    torch.manual_seed(3)
    frames, questions, tokens = max(LENGTHS), max(map(len, ASKED)), 5
    ids, mask = torch.zeros(2, questions, tokens).long(), torch.zeros(2, questions, tokens).bool()
    labels = torch.zeros(2, questions, frames)
    for b, asked in enumerate(ASKED):
        for q, question in enumerate(asked):
            ids[b, q, : len(question)], mask[b, q, : len(question)] = torch.tensor(question), True
            labels[b, q, 1:4:2] = 1
    talks = [_conversation(k) for k in SHOWN]
    return training.TrainingBatch(
        E=torch.randn(2, frames, 32),
        frame_mask=torch.arange(frames) < torch.tensor(LENGTHS)[:, None],
        question_ids=ids,
        question_mask=mask,
        key_labels=labels,
        V=[torch.randn(k, 4, 32) for k in SHOWN],
        answer_ids=pad_ids([ids for ids, _ in talks])[0],
        answer_labels=pad_ids([labels for _, labels in talks], IGNORE)[0],
    )


def _single(batch: training.TrainingBatch, row: int) -> training.TrainingBatch:
    """One sample of a batch, all its padding cut off."""
    n, q = LENGTHS[row], len(ASKED[row])
    width = max(map(len, ASKED[row]))
    length = len(_conversation(SHOWN[row])[0])
    return training.TrainingBatch(
        E=batch.E[row : row + 1, :n],
        frame_mask=batch.frame_mask[row : row + 1, :n],
        question_ids=batch.question_ids[row : row + 1, :q, :width],
        question_mask=batch.question_mask[row : row + 1, :q, :width],
        key_labels=batch.key_labels[row : row + 1, :q, :n],
        V=[batch.V[row]],
        answer_ids=batch.answer_ids[row : row + 1, :length],
        answer_labels=batch.answer_labels[row : row + 1, :length],
    )


def _pointer_logits(model: MmEgoForConditionalGeneration, batch: training.TrainingBatch) -> Tensor:
    return training.pointer_training_logits(model, batch.E, batch.frame_mask, batch.question_ids, batch.question_mask)


def test_pointer_training_as_inference_gives_inferences_logits(model: MmEgoForConditionalGeneration) -> None:
    batch = _batch()
    logits = _pointer_logits(model, batch)
    for b, asked in enumerate(ASKED):
        expected = model.glimpse_scores(model.glimpse_prefill(batch.E[b, : LENGTHS[b]]), asked)
        torch.testing.assert_close(logits[b, : len(asked), : LENGTHS[b]], expected)


def test_the_papers_mask_lets_a_question_see_the_ones_before() -> None:
    model, batch = tiny.tiny_model(training_mask="causal"), _batch()
    logits = _pointer_logits(model, batch)
    prefix = model.glimpse_prefill(batch.E[0])
    torch.testing.assert_close(logits[0, 0], model.glimpse_scores(prefix, ASKED[0][:1])[0])
    assert (logits[0, 1] - model.glimpse_scores(prefix, ASKED[0][1:2])[0]).abs().max() > 1e-3


@pytest.mark.parametrize("mask", ["as_inference", "causal"])
def test_a_question_of_padding_alone_counts_for_nothing(mask: str) -> None:
    model, batch = tiny.tiny_model(training_mask=mask), _single(_batch(), 0)
    expected, logits = training.training_loss(model, batch), _pointer_logits(model, batch)
    for name in ("question_ids", "question_mask", "key_labels"):
        old = getattr(batch, name)
        setattr(batch, name, torch.cat([old[:, :1], torch.zeros_like(old[:, :1]), old[:, 1:]], 1))
    batch.key_labels[:, 1, 2] = 1
    widened = training.training_loss(model, batch)
    torch.testing.assert_close(widened.pointer, expected.pointer)
    torch.testing.assert_close(widened.answer, expected.answer)
    torch.testing.assert_close(_pointer_logits(model, batch)[:, [0, 2, 3]], logits)


def test_eager_attention_gives_the_same(model: MmEgoForConditionalGeneration) -> None:
    eager = tiny.tiny_model(training_mask="as_inference")
    eager.set_attn_implementation("eager")
    torch.testing.assert_close(_pointer_logits(eager, _batch()), _pointer_logits(model, _batch()))
    eager.set_attn_implementation("sdpa")
    eager.model.language_model.config._attn_implementation_internal = "flash_attention_2"
    with pytest.raises(ModelError, match="not 'flash_attention_2'"):
        _pointer_logits(eager, _batch())


@pytest.mark.parametrize("mask", ["as_inference", "causal"])
def test_a_batch_of_unequal_lengths_equals_one_by_one(mask: str) -> None:
    model, batch = tiny.tiny_model(training_mask=mask, pointer_loss="cross_entropy"), _batch()
    losses = training.training_loss(model, batch, pointer_weight=2.0)
    singles = [training.training_loss(model, _single(batch, b)) for b in range(2)]
    by_question = sum(len(asked) * s.pointer for asked, s in zip(ASKED, singles, strict=True))
    torch.testing.assert_close(losses.pointer, by_question / sum(map(len, ASKED)))
    tokens = [int((_single(batch, b).answer_labels != IGNORE).sum()) for b in range(2)]
    by_token = sum(count * s.answer for count, s in zip(tokens, singles, strict=True))
    torch.testing.assert_close(losses.answer, by_token / sum(tokens))
    torch.testing.assert_close(losses.loss, losses.answer + 2 * losses.pointer)


def test_the_causal_loss_is_the_papers_sequence_in_one_plain_forward() -> None:
    model, batch = tiny.tiny_model(training_mask="causal", pointer_loss="softmax_bce"), _single(_batch(), 0)
    batch.E.requires_grad_()
    words = model.get_input_embeddings()
    parts, pointers = [batch.E[0]], []
    for question in ASKED[0]:
        parts += [words(torch.tensor(question)), model.memory_pointer]
        pointers.append(sum(map(len, parts)) - 1)
    answer_ids, labels = batch.answer_ids[0], batch.answer_labels[0]
    V = batch.V[0]
    assert V is not None
    parts += [words(answer_ids[:2]), V.flatten(0, 1), model.model.image_newline[None], words(answer_ids[11:])]
    start = sum(map(len, parts)) - len(answer_ids)
    hidden = model.model.language_model(inputs_embeds=torch.cat(parts)[None]).last_hidden_state[0]
    logits = hidden[pointers] @ hidden[: LENGTHS[0]].T / 32**0.5
    p = logits.softmax(-1)
    expected = torch.nn.functional.binary_cross_entropy(p, batch.key_labels[0], reduction="none").sum(-1).mean()
    losses = training.training_loss(model, batch)
    torch.testing.assert_close(losses.pointer, expected)
    words_logits = model.lm_head(hidden[start:])
    answer = torch.nn.functional.cross_entropy(words_logits[:-1], labels[1:], ignore_index=IGNORE)
    torch.testing.assert_close(losses.answer, answer)
    wanted = [batch.E, model.memory_pointer, words.weight]
    ours = torch.autograd.grad(losses.loss, wanted)
    theirs = torch.autograd.grad(answer + expected, wanted)
    torch.testing.assert_close(ours, theirs)


def test_the_answer_loss_is_llava_onevisions_own(model: MmEgoForConditionalGeneration) -> None:
    batch = _batch()
    for b, V in enumerate(batch.V):
        one = _single(batch, b)
        assert V is not None
        stock = model(input_ids=one.answer_ids, labels=one.answer_labels, mm_encoder_outputs=model.encoder_outputs(V))
        ours = training.answer_training_loss(model, [V.flatten(0, 1)], one.answer_ids, one.answer_labels)
        torch.testing.assert_close(ours, stock.loss)


def test_blind_samples_train_beside_seeing_ones(model: MmEgoForConditionalGeneration) -> None:
    ids, labels = torch.tensor([[2, 7, 20, 3, 41, 42]]), torch.tensor([[IGNORE] * 4 + [41, 42]])
    alone = training.answer_logprobs(model, [None], ids, labels)
    seeing, seeing_labels = _conversation(1)
    both_ids, _ = pad_ids([ids[0], seeing])
    both_labels, _ = pad_ids([labels[0], seeing_labels], IGNORE)
    both = training.answer_logprobs(model, [None, torch.randn(1, 4, 32)], both_ids, both_labels)
    torch.testing.assert_close(both[0, :6], alone[0])
    assert (both[0, 6:] == 0).all()


@pytest.mark.parametrize("mask", ["as_inference", "causal"])
@pytest.mark.parametrize("kind", ["softmax_bce", "bce_logits", "cross_entropy"])
def test_gradients_reach_the_pointer_the_language_model_and_the_features(mask: str, kind: pointer.PointerLoss) -> None:
    model, batch = tiny.tiny_model(training_mask=mask, pointer_loss=kind), _batch()
    batch.E.requires_grad_()
    for V in batch.V:
        assert V is not None
        V.requires_grad_()
    losses = training.training_loss(model, batch)
    losses.pointer.backward(retain_graph=True)
    layer = model.model.language_model.layers[0].self_attn.q_proj.weight
    for tensor in (model.memory_pointer, layer, batch.E):
        assert tensor.grad is not None
        assert tensor.grad.abs().max() > 0
    assert (batch.E.grad[1, LENGTHS[1] :] == 0).all()
    losses.answer.backward()
    for V in batch.V:
        assert V is not None
        assert V.grad is not None
        assert V.grad.abs().max() > 0


@pytest.mark.parametrize("mask", ["as_inference", "causal"])
def test_gradient_checkpointing_changes_nothing(mask: str) -> None:
    gradients = []
    for checkpointing in (False, True):
        model = tiny.tiny_model(training_mask=mask).train()
        if checkpointing:
            model.gradient_checkpointing_enable()
        training.training_loss(model, _batch()).loss.backward()
        gradients.append({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], gradient, msg=name)


def test_a_few_steps_teach_the_pointer_a_video() -> None:
    model, batch = tiny.tiny_model(training_mask="as_inference", pointer_loss="cross_entropy"), _batch()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = training.training_loss(model, batch).pointer
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    # Two key frames share the target, so the loss cannot fall below log 2.
    assert losses[0] > 1.5
    assert losses[-1] < 0.75


def test_shapes_that_do_not_fit_are_named(model: MmEgoForConditionalGeneration) -> None:
    batch = _batch()
    with pytest.raises(InputError, match="do not fit"):
        training.pointer_training_logits(
            model, batch.E, batch.frame_mask[:, :3], batch.question_ids, batch.question_mask
        )
    with pytest.raises(InputError, match="padding must be on the right"):
        training.pointer_training_logits(
            model, batch.E, batch.frame_mask.flip(1), batch.question_ids, batch.question_mask
        )
    with pytest.raises(InputError, match="labels of shape"):
        training.answer_logprobs(model, batch.V, batch.answer_ids, batch.answer_labels[:, :4])
