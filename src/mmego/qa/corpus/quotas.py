"""How many of each group to keep, and which ones to drop: pure functions of counts and keys."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_SLACK = 1e-9  # 0.2 * 5 groups must be 1 in spite of rounding.


def share_cap(counts: npt.NDArray[Any], share: float) -> int | None:
    """Return the largest cap for all groups that leaves no group with more than `share` of what is kept.

    None where no cap is needed or none can help: fewer groups than ``1 / share`` cannot all be below the share.

    Args:
        counts: size of each group; a zero is not a group.
        share: above 0 and at most 1 (more counts as 1).
    """
    counts = np.asarray(counts)[np.asarray(counts) > 0]
    if not len(counts) or len(counts) * share < 1 - _SLACK:
        return None
    cap = largest = int(counts.max())
    while True:
        allowed = max(1, math.floor(share * int(np.minimum(counts, cap).sum()) + _SLACK))
        if allowed >= cap:
            return None if cap == largest else cap
        cap = allowed


def even_caps(one: npt.NDArray[np.uint32], two: npt.NDArray[np.uint32], most: float | None) -> npt.NDArray[np.int64]:
    """Return for each group how many of each of two kinds may stay: equally many, and `most` of both in all groups.

    Args:
        one: the group of each item of the first kind.
        two: the group of each item of the second kind.
        most: limit for both kinds in all groups, None for no limit. All groups are cut in the same proportion.
    """
    size = int(max(one.max(initial=0), two.max(initial=0))) + 1
    caps = np.minimum(np.bincount(one, minlength=size), np.bincount(two, minlength=size)).astype(np.int64)
    total = 2 * int(caps.sum())
    if most is not None and total > most:
        caps = np.floor(caps * (most / total) + _SLACK).astype(np.int64)
    return caps


def over_cap(
    groups: npt.NDArray[Any], order: npt.NDArray[np.uint64], cap: int | npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Return True for items to drop: all but the `cap` lowest of each group by `order`. `cap`: one, or one each."""
    gone = np.zeros(len(groups), np.bool_)
    if not len(groups):
        return gone
    by_group = np.lexsort((order, groups))
    ordered = groups[by_group]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    rank = np.arange(len(groups)) - np.repeat(starts, np.diff(np.append(starts, len(groups))))
    gone[by_group] = rank >= (cap if isinstance(cap, int) else cap[by_group])
    return gone
