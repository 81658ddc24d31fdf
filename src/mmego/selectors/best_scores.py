"""Selection of the frames with the best scores, with the paper's exploration bonus and a least spacing."""

from __future__ import annotations

import torch
from torch import Tensor

from mmego.errors import InputError, ModelError
from mmego.records import EvidenceOrigin
from mmego.selectors.selection import Selection, check_counts


def exploration_frames(num_frames: int, keep: int) -> list[int]:
    """Return the frames that get the exploration bonus: ``linspace(0, N, K)`` rounded down, below N."""
    steps = torch.linspace(0, num_frames, keep, dtype=torch.float64)
    return sorted({min(int(step), num_frames - 1) for step in steps.tolist()})


def exploration_bonus(alpha: float, num_frames: int, max_frames: int) -> float:
    """Return the bonus for a video of `num_frames`: ``alpha * min(1, max_frames / num_frames)``.

    An even softmax gives each frame ``1 / num_frames``. A constant bonus would be larger than every score of a long
    video, and only evenly spaced frames would be kept.

    Raises:
        InputError: `alpha` is negative, or a count is below 1.
    """
    if not alpha >= 0:
        raise InputError(f"alpha must be 0 or more, got {alpha}")
    if num_frames < 1 or max_frames < 1:
        raise InputError(f"counts of frames must be 1 or more, got {num_frames} and max_frames {max_frames}")
    return alpha * min(1.0, max_frames / num_frames)


def select(scores_N: Tensor, keep: int, alpha: float, spacing: int = 0) -> Selection:
    """Choose the top `keep` of ``scores + u``, in time order; of equal frames the earlier one wins.

    Args:
        scores_N: ``(N,)``, the scores s after the softmax.
        keep: K, at least 1. With K >= N every frame is kept.
        alpha: the bonus u of the frames ``linspace(0, N, K)``, see `exploration_bonus`; 0 for no bonus.
        spacing: a frame within this many frames of a better one is kept only when no other is left; 0 is the paper's
            plain top-k, which often spends a small K on neighbours of one moment.

    Raises:
        InputError: `keep` is below 1, `alpha` is negative, or the scores are empty or not of one dimension.
        ModelError: scores are not finite numbers.
    """
    check_counts(scores_N.numel(), keep)
    if scores_N.dim() != 1:
        raise InputError(f"select takes the scores of one question, shape (N,), got {tuple(scores_N.shape)}")
    if not alpha >= 0:
        raise InputError(f"alpha must be 0 or more, got {alpha}")
    if spacing < 0:
        raise InputError(f"spacing must be 0 or more frames, got {spacing}")
    # float64: in float32 adding the bonus would round away the differences between small scores.
    scores = scores_N.detach().to("cpu", torch.float64)
    if not bool(torch.isfinite(scores).all()):
        bad = int((~torch.isfinite(scores)).sum())
        raise ModelError(f"{bad} of {scores.numel()} pointer scores are not finite numbers; is the checkpoint damaged?")
    keep = min(keep, scores.numel())
    boosted = scores.clone()
    boosted[exploration_frames(scores.numel(), keep)] += alpha
    by_score = set(best_apart(scores, keep, spacing))
    chosen = sorted(best_apart(boosted, keep, spacing))
    by: list[EvidenceOrigin] = ["pointer" if index in by_score else "explore" for index in chosen]
    return Selection(tuple(chosen), tuple(by))


def best_apart(scores_N: Tensor, keep: int, spacing: int) -> list[int]:
    """Return the best `keep` frames, best first; two within `spacing` of each other only if no other is left."""
    chosen: list[int] = []
    waiting: list[int] = []
    for index in best_first(scores_N):
        near = any(abs(index - other) <= spacing for other in chosen)
        (waiting if near else chosen).append(index)
        if len(chosen) == keep:
            break
    return (chosen + waiting)[:keep]


def best_first(scores_N: Tensor) -> list[int]:
    """Return the indices of the scores ``(N,)``, best first; of equal scores the earlier comes first."""
    indices: list[int] = torch.argsort(scores_N, descending=True, stable=True).tolist()
    return indices
