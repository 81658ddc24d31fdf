"""Training passes: pointer logits, answer log-likelihoods and both losses of arXiv 2410.07177.

They take frame features, precomputed or with gradients. Shapes: B batch, N frames, T tokens per frame, C hidden size,
K frames shown, Q questions, L tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from mmego.errors import InputError
from mmego.model import pointer
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.sequence_layout import (
    IGNORE,
    causal_sample,
    check_right_padded,
    glimpse_layout,
    insert_pointer,
    packed_layout,
)


@dataclass(slots=True)
class TrainingBatch:
    """B samples with key-frame labels.

    Attributes:
        E: (B, N, C) compressed frames, padded on the right.
        frame_mask: (B, N), True at real frames.
        question_ids: (B, Q, L), padded on the right.
        question_mask: (B, Q, L), True at real tokens; a question of padding alone does not count.
        key_labels: (B, Q, N), 1 at key frames.
        V: for each sample the tokens (K, T, C) or (K*T, C) of the frames shown; None for a blind sample.
        answer_ids: (B, L'), the conversations with expanded <video> tokens, padded on the right.
        answer_labels: (B, L'), the same ids at the answers and `sequence_layout.IGNORE` elsewhere.
    """

    E: Tensor
    frame_mask: Tensor
    question_ids: Tensor
    question_mask: Tensor
    key_labels: Tensor
    V: Sequence[Tensor | None]
    answer_ids: Tensor
    answer_labels: Tensor


@dataclass(frozen=True, slots=True)
class TrainingLosses:
    """Float32 scalars: `loss` is `answer` + pointer weight x `pointer`."""

    loss: Tensor
    pointer: Tensor
    answer: Tensor


def training_loss(
    model: MmEgoForConditionalGeneration, batch: TrainingBatch, pointer_weight: float = 1.0
) -> TrainingLosses:
    """Return pointer and answer loss, in the form that ``config.training_mask`` and ``config.pointer_loss`` name."""
    if model.config.training_mask == "causal":
        logits_BQN, logprobs_BL = _causal_forward(model, batch)
    else:
        logits_BQN = pointer_training_logits(model, batch.E, batch.frame_mask, batch.question_ids, batch.question_mask)
        logprobs_BL = answer_logprobs(model, batch.V, batch.answer_ids, batch.answer_labels)
    of_pointer = pointer_training_loss(model, logits_BQN, batch.key_labels, batch.frame_mask, batch.question_mask)
    of_answer = _mean_loss(logprobs_BL, batch.answer_labels)
    return TrainingLosses(of_answer + pointer_weight * of_pointer, of_pointer, of_answer)


def pointer_training_logits(
    model: MmEgoForConditionalGeneration,
    E_BNC: Tensor,
    frame_mask_BN: Tensor,
    question_ids_BQL: Tensor,
    question_mask_BQL: Tensor,
) -> Tensor:
    """Return scaled pointer logits ``(B, Q, N)``, with all questions of a video packed into one pass.

    The mask follows ``config.training_mask``; ``as_inference`` gives what `glimpse_scores` gives. Frames and
    tokens are padded on the right. Ignore logits at padded frames and of questions of padding only.
    """
    model.check_frames(E_BNC, 3)
    if E_BNC.shape[:2] != frame_mask_BN.shape or question_ids_BQL.shape != question_mask_BQL.shape:
        shapes = [tuple(x.shape) for x in (E_BNC, frame_mask_BN, question_ids_BQL, question_mask_BQL)]
        raise InputError(f"E (B, N, C), frame mask (B, N), ids and mask (B, Q, L) do not fit: {shapes}")
    as_inference = model.config.training_mask == "as_inference"
    layout = glimpse_layout(frame_mask_BN, question_mask_BQL, as_inference=as_inference)
    words_BQLC = model.get_input_embeddings()(question_ids_BQL)
    questions_BQLC, _ = insert_pointer(words_BQLC, question_mask_BQL, model.memory_pointer)
    embeds_BSC = torch.cat([E_BNC.to(words_BQLC.dtype), questions_BQLC.flatten(1, 2)], 1)
    hidden_BSC = model.read(embeds_BSC, mask_B1SS=layout.mask, positions_BS=layout.positions)
    places_BQC = layout.pointers[..., None].expand(-1, -1, hidden_BSC.shape[-1])
    E_prime_BNC, P_prime_BQC = hidden_BSC[:, : E_BNC.shape[1]], hidden_BSC.gather(1, places_BQC)
    return pointer.score(E_prime_BNC, P_prime_BQC, model.config.pointer_scale)


def pointer_training_loss(
    model: MmEgoForConditionalGeneration,
    logits_BQN: Tensor,
    key_labels_BQN: Tensor,
    frame_mask_BN: Tensor,
    question_mask_BQL: Tensor,
) -> Tensor:
    """Return `pointer.pointer_loss` in the form that the checkpoint's config names; a float32 scalar."""
    return pointer.pointer_loss(
        model.config.pointer_loss,
        logits_BQN,
        key_labels_BQN,
        frame_mask_BN,
        reduction=model.config.pointer_loss_reduction,
        question_mask_BQ=question_mask_BQL.any(-1),
    )


def answer_logprobs(
    model: MmEgoForConditionalGeneration,
    V: Sequence[Tensor | None],
    input_ids_BL: Tensor,
    labels_BL: Tensor,
) -> Tensor:
    """Return the log-likelihood of every labelled token, ``(B, L)`` float32, 0 where the label is `IGNORE`.

    Args:
        model: the model.
        V: for each sample the tokens (K, T, C) or (K*T, C) of the frames shown; None for a blind one.
        input_ids_BL: prompts with answers, <video> tokens expanded, padded on the right with any other id.
        labels_BL: the same ids at the answers, `IGNORE` elsewhere, also at the padding.
    """
    # Padding on the right needs no mask: no real token comes after it.
    hidden_BLC = model.read(model.answer_embeds(V, input_ids_BL))
    return _label_logprobs(model, hidden_BLC, labels_BL)


def answer_training_loss(
    model: MmEgoForConditionalGeneration,
    V: Sequence[Tensor | None],
    input_ids_BL: Tensor,
    labels_BL: Tensor,
) -> Tensor:
    """Return the cross-entropy of the answers' tokens, averaged over all of them; arguments as in `answer_logprobs`."""
    return _mean_loss(answer_logprobs(model, V, input_ids_BL, labels_BL), labels_BL)


def packed_answer_loss(
    model: MmEgoForConditionalGeneration,
    V: Sequence[Tensor | None],
    prefix_ids_BL: Tensor,
    prefix_mask_BL: Tensor,
    exchange_ids_BQL: Tensor,
    exchange_mask_BQL: Tensor,
    labels_BQL: Tensor,
) -> Tensor:
    """Return `answer_training_loss` of several exchanges on the same frames, whose tokens are read once.

    Each exchange sees the frames and itself, as at inference (``training_mask`` "as_inference"), so the loss is the
    same as with one pass per exchange.

    Args:
        model: the model; its attention must be ``sdpa`` or ``eager``.
        V: as in `answer_logprobs`.
        prefix_ids_BL: the prompts' common beginning with its <video> tokens, padded on the right.
        prefix_mask_BL: True at its real tokens.
        exchange_ids_BQL: what follows it: question, the template's tokens, answer; padded on the right.
        exchange_mask_BQL: True at the real tokens; an exchange of padding alone does not count.
        labels_BQL: the same ids at the answers, `IGNORE` elsewhere.
    """
    layout = packed_layout(prefix_mask_BL, exchange_mask_BQL, as_inference=True)
    prefix_BLC = model.answer_embeds(V, prefix_ids_BL)
    words_BQLC = model.get_input_embeddings()(exchange_ids_BQL)
    embeds_BSC = torch.cat([prefix_BLC, words_BQLC.flatten(1, 2).to(prefix_BLC.dtype)], 1)
    hidden_BSC = model.read(embeds_BSC, mask_B1SS=layout[0], positions_BS=layout[1])
    hidden_BQLC = hidden_BSC[:, prefix_ids_BL.shape[1] :].view(words_BQLC.shape)
    labels_RL = labels_BQL.flatten(0, 1)
    return _mean_loss(_label_logprobs(model, hidden_BQLC.flatten(0, 1), labels_RL), labels_RL)


def _causal_forward(model: MmEgoForConditionalGeneration, batch: TrainingBatch) -> tuple[Tensor, Tensor]:
    """Run the paper's sequence in one causal pass: pointer logits (B, Q, N), answer log-likelihoods (B, L)."""
    model.check_frames(batch.E, 3)
    check_right_padded(batch.frame_mask)
    check_right_padded(batch.question_mask)
    answers_BLC = model.answer_embeds(batch.V, batch.answer_ids)
    words_BQLC = model.get_input_embeddings()(batch.question_ids)
    frames_B = batch.frame_mask.sum(1).tolist()
    lengths_BQ = batch.question_mask.sum(-1).tolist()
    samples = []
    for row, frames in enumerate(frames_B):
        asked = [words_BQLC[row, q, :length] for q, length in enumerate(lengths_BQ[row]) if length]
        samples.append(causal_sample(batch.E[row, :frames], asked, model.memory_pointer, answers_BLC[row]))
    hidden_BSC = model.read(pad_sequence([sample.embeds for sample in samples], batch_first=True))
    logits, parts = [], []
    for row, sample in enumerate(samples):
        E_prime_NC, P_prime_QC = hidden_BSC[row, : frames_B[row]], hidden_BSC[row, sample.pointers]
        scores_QN = pointer.score(E_prime_NC, P_prime_QC, model.config.pointer_scale)
        wide_QN = functional.pad(scores_QN, (0, batch.E.shape[1] - frames_B[row]))
        real_Q = batch.question_mask[row].any(-1).nonzero()[:, 0]
        logits.append(wide_QN.new_zeros(batch.key_labels.shape[1:]).index_copy(0, real_Q, wide_QN))
        parts.append(hidden_BSC[row, sample.answer_start : sample.answer_start + batch.answer_ids.shape[1]])
    return torch.stack(logits), _label_logprobs(model, torch.stack(parts), batch.answer_labels)


def _label_logprobs(model: MmEgoForConditionalGeneration, hidden_BLC: Tensor, labels_BL: Tensor) -> Tensor:
    """Return log-likelihoods at labelled places only: the head's output over a video's tokens would fill the memory."""
    if labels_BL.shape != hidden_BLC.shape[:2]:
        given = tuple(hidden_BLC.shape[:2])
        raise InputError(f"labels of shape {tuple(labels_BL.shape)} do not fit ids of shape {given}")
    rows, places = (labels_BL[:, 1:] != IGNORE).nonzero(as_tuple=True)
    logits = model.lm_head(hidden_BLC[rows, places]).float()
    picked = -functional.cross_entropy(logits, labels_BL[rows, places + 1], reduction="none")
    return picked.new_zeros(labels_BL.shape).index_put((rows, places + 1), picked)


def _mean_loss(logprobs_BL: Tensor, labels_BL: Tensor) -> Tensor:
    return -logprobs_BL.sum() / (labels_BL[..., 1:] != IGNORE).sum().clamp(min=1)
