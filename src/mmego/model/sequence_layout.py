"""Layouts of token sequences as pure tensor functions: packed glimpses, and the causal sequence of arXiv 2410.07177.

Shapes: B batch, N frames, C hidden size, Q questions, L tokens of a question (padded right), S sequence.
A question's slot has L + 1 places: its tokens, P right after the last of them, padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from mmego.errors import InputError

IGNORE = -100
"""The label of a token that does not count in a loss."""

TokenIds = Sequence[int] | Tensor


@dataclass(frozen=True, slots=True)
class GlimpseLayout:
    """``[E_1..E_N, q_1 P .., q_Q P ..]`` for every sample, at fixed places.

    `mask` (B, 1, S, S), True where the row sees the column; `positions` (B, S); `pointers` (B, Q), the place
    of each P in the sequence.
    """

    mask: Tensor
    positions: Tensor
    pointers: Tensor


@dataclass(frozen=True, slots=True)
class CausalSample:
    """The paper's training sequence of one sample, without padding inside.

    `embeds` (S, C); `pointers` (Q,), the places of the P's; `answer_start`, where the answer part begins.
    """

    embeds: Tensor
    pointers: Tensor
    answer_start: int


def pad_ids(rows: Sequence[TokenIds], pad_id: int = 0) -> tuple[Tensor, Tensor]:
    """Pad rows of token ids to the right: ``(ids_BL, mask_BL)``, the mask True at real tokens."""
    if len(rows) == 0:
        raise InputError("there are no rows of token ids to pad")
    tensors = [torch.as_tensor(row, dtype=torch.long) for row in rows]
    for tensor in tensors:
        if tensor.dim() != 1:
            raise InputError(f"a row of token ids has one dimension, got shape {tuple(tensor.shape)}")
    ids_BL = pad_sequence(tensors, batch_first=True, padding_value=pad_id)
    lengths_B = torch.tensor([len(tensor) for tensor in tensors], device=ids_BL.device)
    return ids_BL, torch.arange(ids_BL.shape[1], device=ids_BL.device) < lengths_B[:, None]


def insert_pointer(embeds_QLC: Tensor, mask_QL: Tensor, pointer_1C: Tensor) -> tuple[Tensor, Tensor]:
    """Put P right after each question's last token: ``(..., L, C) -> (..., L + 1, C)``, and its place there.

    The padding must be on the right; a question of padding alone gets P at place 0.
    """
    check_right_padded(mask_QL)
    place_Q = mask_QL.sum(-1)
    room = embeds_QLC.new_zeros((*embeds_QLC.shape[:-2], 1, embeds_QLC.shape[-1]))
    widened = torch.cat([embeds_QLC, room], -2)
    at_pointer = torch.arange(widened.shape[-2], device=place_Q.device) == place_Q[..., None]
    return torch.where(at_pointer[..., None], pointer_1C.to(widened.dtype), widened), place_Q


def glimpse_layout(frame_mask_BN: Tensor, question_mask_BQL: Tensor, *, as_inference: bool) -> GlimpseLayout:
    """Return mask, positions and pointers of a batch of glimpses, each with all its questions in one sequence.

    Args:
        frame_mask_BN: True at real frames, padding on the right.
        question_mask_BQL: True at the questions' real tokens, padding on the right.
        as_inference: each question sees the frames and itself, and its positions go on right after the
            frames. If False the mask is causal over everything and positions run on, as the paper trains.
    """
    check_right_padded(question_mask_BQL)
    frames, (questions, tokens) = frame_mask_BN.shape[1], question_mask_BQL.shape[1:]
    device, slot = frame_mask_BN.device, tokens + 1
    lengths_BQ = question_mask_BQL.sum(-1)
    # A question of padding only takes no positions, so that those after it do not move.
    valid_BQL = torch.arange(slot, device=device) <= lengths_BQ[..., None]
    valid_BQL = valid_BQL & (lengths_BQ > 0)[..., None]
    mask_B1SS, positions_BS = packed_layout(frame_mask_BN, valid_BQL, as_inference=as_inference)
    pointers_BQ = frames + torch.arange(questions, device=device) * slot + lengths_BQ
    return GlimpseLayout(mask_B1SS, positions_BS, pointers_BQ)


def packed_layout(prefix_mask_BN: Tensor, slot_mask_BQL: Tensor, *, as_inference: bool) -> tuple[Tensor, Tensor]:
    """Return mask (B, 1, S, S) and positions (B, S) of ``[prefix, slot_1 .. slot_Q]``; a slot has L fixed places.

    Args:
        prefix_mask_BN: True at the prefix's real places, padding on the right.
        slot_mask_BQL: True at each slot's real places, padding on the right.
        as_inference: each slot sees the prefix and itself, and its positions go on right after the prefix. If
            False the mask is causal over everything and positions run on.
    """
    check_right_padded(prefix_mask_BN)
    check_right_padded(slot_mask_BQL)
    (batch, prefix), (slots, slot) = prefix_mask_BN.shape, slot_mask_BQL.shape[1:]
    device = prefix_mask_BN.device
    valid_BS = torch.cat([prefix_mask_BN, slot_mask_BQL.reshape(batch, -1)], 1)
    places_S = torch.arange(prefix + slots * slot, device=device)
    seen_SS = places_S[None, :] <= places_S[:, None]
    if as_inference:
        slot_S = places_S.sub(prefix).div(slot, rounding_mode="floor")
        seen_SS = seen_SS & ((places_S < prefix)[None, :] | (slot_S[:, None] == slot_S[None, :]))
        after_BS = prefix_mask_BN.sum(1, keepdim=True) + torch.arange(slot, device=device).repeat(slots)
        positions_BS = torch.cat([places_S[:prefix].expand(batch, -1), after_BS], 1)
    else:
        positions_BS = (valid_BS.cumsum(1) - 1).clamp(min=0)
    # Every row sees at least itself: a row that sees nothing is NaN in some attention kernels.
    itself_SS = places_S[None, :] == places_S[:, None]
    mask_B1SS = ((seen_SS & valid_BS[:, None, :]) | itself_SS)[:, None]
    return mask_B1SS, positions_BS


def causal_sample(E_NC: Tensor, questions: Sequence[Tensor], pointer_1C: Tensor, answer_LC: Tensor) -> CausalSample:
    """Build ``[E_1..E_N, q_1, P, ..., q_Q, P, V_S1..V_Sk, q_1, a_1, ..., q_Q, a_Q]`` of one sample.

    Args:
        E_NC: compressed frames, without padding.
        questions: each question's embeddings ``(T_q, C)``.
        pointer_1C: P.
        answer_LC: embeddings of the answer part with its visual tokens and the chat template's text around them.
    """
    dtype = answer_LC.dtype
    parts, pointers, length = [E_NC.to(dtype)], [], E_NC.shape[0]
    for question in questions:
        parts += [question.to(dtype), pointer_1C.to(dtype)]
        length += question.shape[0] + 1
        pointers.append(length - 1)
    places_Q = torch.tensor(pointers, dtype=torch.long, device=E_NC.device)
    return CausalSample(torch.cat([*parts, answer_LC]), places_Q, length)


def check_right_padded(mask: Tensor) -> None:
    """Raise InputError if, in the last dimension, a real place stands after padding."""
    if mask.dtype != torch.bool:
        raise InputError(f"a mask must be boolean, got {mask.dtype}")
    if bool((mask[..., 1:] & ~mask[..., :-1]).any()):
        raise InputError("padding must be on the right: a real place follows padding in a mask")
