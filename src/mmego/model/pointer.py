"""The memory pointer as pure tensor functions: compress frames, score them, fill up key frames, compute losses.

`mmego.selectors` chooses the frames to keep by their scores.

The mechanism is "Memory Pointer Prompting" of arXiv 2410.07177; docs/explanation/decisions-method.md decides what the
paper leaves open.

Shapes: B batch, N frames, T tokens per frame, C hidden size, K frames kept, Q questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from mmego.errors import InputError, ModelError
from mmego.selectors.best_scores import best_first
from mmego.selectors.selection import check_counts
from mmego.selectors.uniform import select_uniform

PointerLoss = Literal["softmax_bce", "bce_logits", "cross_entropy"]
PointerReduction = Literal["sum", "mean"]
KeyFrameFill = Literal["uniform", "pointer", "none"]


def compress(V_NTC: Tensor) -> Tensor:
    """Return the mean of each frame's tokens in the input's dtype: ``(..., T, C) -> (..., C)``, summed in float32."""
    return V_NTC.float().mean(dim=-2).to(V_NTC.dtype)


def score(E_prime_BNC: Tensor, P_prime_BQC: Tensor, scale: float | None) -> Tensor:
    """Return the pointer logits ``(..., Q, N)``: the dot products of P' with E', times `scale`, in float32.

    Args:
        E_prime_BNC: ``(..., N, C)``, the language model's outputs at the frames.
        P_prime_BQC: ``(..., Q, C)``, its outputs at the pointer, one for each question.
        scale: factor on the products; None means ``1 / sqrt(C)``.
    """
    if E_prime_BNC.shape[-1] != P_prime_BQC.shape[-1]:
        raise ModelError(f"frames have {E_prime_BNC.shape[-1]} channels and the pointer {P_prime_BQC.shape[-1]}")
    factor = 1.0 / math.sqrt(E_prime_BNC.shape[-1]) if scale is None else scale
    # Autocast would compute these products in 16 bits, where nearly equal frames tie.
    with torch.autocast(E_prime_BNC.device.type, enabled=False):
        return (P_prime_BQC.float() @ E_prime_BNC.float().transpose(-1, -2)) * factor


def probabilities(logits_QN: Tensor, frame_mask_QN: Tensor | None = None) -> Tensor:
    """Return the scores s of the glimpse: softmax over the last dimension, in float32; masked frames get 0."""
    logits = logits_QN.float()
    if frame_mask_QN is not None:
        logits = logits.masked_fill(~frame_mask_QN, -torch.inf)
    return logits.softmax(-1)


def fill_key_frames(
    key_frames: Sequence[int],
    num_frames: int,
    keep: int,
    *,
    fill: KeyFrameFill = "uniform",
    scores_N: Tensor | None = None,
    first: Sequence[int] = (),
) -> list[int]:
    """Return the `keep` frames that a training sample shows, in time order: its key frames, thinned out or filled up.

    More key frames than `keep` give an even subset. Fewer are filled up with `first` (for example frames of other
    events, as hard negatives), then by `fill`: evenly spaced frames (``uniform``), the best `scores_N` (``pointer``)
    or nothing (``none``).

    Raises:
        InputError: an index is outside the video, or ``pointer`` has no scores.
    """
    check_counts(num_frames, keep)
    keys = sorted(set(key_frames))
    for index in (*keys, *first):
        if not 0 <= index < num_frames:
            raise InputError(f"key frame {index} lies outside a video of {num_frames} frames")
    if len(keys) > keep:
        return [keys[i] for i in select_uniform(len(keys), keep).indices]
    candidates = list(first)
    if fill == "uniform":
        candidates += _spread(num_frames, keep)
    elif fill == "pointer":
        if scores_N is None or scores_N.shape != (num_frames,):
            raise InputError(f"filling by the pointer needs one score for each of the {num_frames} frames")
        candidates += best_first(scores_N.detach().double().cpu())
    kept = dict.fromkeys(keys)
    for index in candidates:
        if len(kept) >= keep:
            break
        kept.setdefault(index)
    return sorted(kept)


def pointer_loss(
    kind: PointerLoss,
    logits_BQN: Tensor,
    labels_BQN: Tensor,
    frame_mask_BN: Tensor,
    *,
    reduction: PointerReduction = "sum",
    question_mask_BQ: Tensor | None = None,
) -> Tensor:
    """Return the loss between pointer logits and multi-hot key-frame labels, averaged over the questions.

    Args:
        kind: ``softmax_bce`` (the paper): binary cross-entropy on the softmax's outputs; ``bce_logits``: on
            ``sigmoid(logit - log N)``, so that equal logits start at a probability near 1/N; ``cross_entropy``:
            against the labels normalised to sum 1.
        logits_BQN: scaled, before the softmax.
        labels_BQN: 1 at key frames, 0 elsewhere.
        frame_mask_BN: True at real frames.
        reduction: of the binary losses over a question's frames. ``mean`` is the paper's literal form, which hardly
            learns (docs/explanation/method.md); cross-entropy does not use it.
        question_mask_BQ: True at real questions. A question without any key frame does not count either.

    Returns:
        A float32 scalar; 0 (with a gradient of 0) if no question counts.
    """
    batch, _, frames = logits_BQN.shape
    if logits_BQN.shape != labels_BQN.shape or frame_mask_BN.shape != (batch, frames):
        shapes = [tuple(x.shape) for x in (logits_BQN, labels_BQN, frame_mask_BN)]
        raise InputError(f"logits (B, Q, N), labels (B, Q, N) and frame mask (B, N) do not fit: {shapes}")
    with torch.autocast(logits_BQN.device.type, enabled=False):
        frames_B1N = frame_mask_BN[:, None]
        labels = labels_BQN.float() * frames_B1N
        count_B1 = frame_mask_BN.sum(-1, keepdim=True).clamp(min=1)
        if kind == "bce_logits":
            shifted = logits_BQN.float() - count_B1[..., None].log()
            per_frame = functional.binary_cross_entropy_with_logits(shifted, labels, reduction="none")
        else:
            # A large finite number, not -inf: a row of padding would give NaN gradients.
            log_p = logits_BQN.float().masked_fill(~frames_B1N, -1e9).log_softmax(-1)
            if kind == "cross_entropy":
                per_frame = -log_p * labels / labels.sum(-1, keepdim=True).clamp(min=1)
            else:
                log_not_p = torch.log1p(-log_p.exp().clamp(max=1 - 1e-6))
                per_frame = -(labels * log_p + (1 - labels) * log_not_p)
        per_question = (per_frame * frames_B1N).sum(-1)
        if reduction == "mean" and kind != "cross_entropy":
            per_question = per_question / count_B1
        counts = (labels.sum(-1) > 0).float()
        if question_mask_BQ is not None:
            counts = counts * question_mask_BQ
        return (per_question * counts).sum() / counts.sum().clamp(min=1)


def _spread(num_frames: int, keep: int) -> list[int]:
    """Return evenly spaced frames, then finer and finer grids, until every frame is listed or `keep` are found."""
    order = dict.fromkeys(select_uniform(num_frames, keep).indices)
    for parts in (2 * keep, 4 * keep, num_frames):
        order.update(dict.fromkeys(select_uniform(num_frames, parts).indices))
    return list(order)
