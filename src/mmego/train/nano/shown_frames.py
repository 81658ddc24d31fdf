"""The frames that training shows with a question.

They are like those of inference: most often the pointer's own choice, with the key frames among it, so that the model
sees frames of other events and learns to check what it sees (docs/explanation/training-nano.md: trained on key frames
and uniform frames, it names a place and never checks which thing).
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from mmego.selectors import best_apart, select_uniform
from mmego.train.nano.questions import Clip, ClipQuestion


def shown_frames(
    one: ClipQuestion, clip: Clip, scores_N: Tensor, keep: int, rng: np.random.Generator, hard_share: float
) -> list[int]:
    """Choose `keep` frames, in time order, that hold a key frame of every key span.

    With probability `hard_share` the rest are frames with the best scores and frames of other events, else uniform.
    """
    # Neighbours of one moment, or several moments: both are possible settings of inference.
    by_score = best_apart(scores_N, 3 * keep, int(rng.integers(3)))
    keys = list(one.key_frames)
    spans = list(one.span_frames)
    if len(spans) > keep:
        spans = [spans[i] for i in select_uniform(len(spans), keep).indices]
    # From each key span the frame with the best score (inference would keep it), sometimes any of its frames.
    chosen: list[int] = []
    for span in spans:
        best = max(span, key=lambda i: float(scores_N[i]))
        chosen.append(best if rng.random() < 0.7 else int(rng.choice(span)))
    if rng.random() < hard_share:
        events = [int(i) for i in rng.permutation(clip.event_frames)]
        split = int(rng.integers(keep + 1))
        rest = by_score[:keep] + events[:split] + by_score[keep:]
    else:
        rest = keys if rng.random() < 0.3 else []
    rest += list(select_uniform(clip.count, keep).indices) + [int(i) for i in rng.permutation(clip.count)[:keep]]
    kept = dict.fromkeys(chosen)
    for i in rest:
        if len(kept) >= min(keep, clip.count):
            break
        kept.setdefault(i)
    return sorted(kept)


def answered_by(clip: Clip, frames: list[int]) -> list[ClipQuestion]:
    """Return the questions of a clip that the frames can answer: each key span holds one of them."""
    shown = set(frames)
    return [one for one in clip.questions if all(not shown.isdisjoint(span) for span in one.span_frames)]
