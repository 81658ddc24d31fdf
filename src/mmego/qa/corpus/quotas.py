"""How many of each to keep, and who goes: pure functions on counts and keys."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_SLACK = 1e-9  # 0.2 * 5 groups should be 1, whatever the floats say


def share_cap(counts: npt.NDArray[Any], share: float) -> int | None:
    """The largest number of each that leaves none with more than `share` of what is kept.

    None where no cap is needed or none can help: fewer groups than ``1 / share`` cannot all be below it.

    Args:
        counts: how many there are of each; zeros do not count as groups.
        share: above 0 and at most 1 (more is as 1).
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
    """For each group how many of two kinds may stay: as many of one as of the other, `most` of both together.

    Args:
        one: the group of each of the first kind.
        two: the group of each of the second kind.
        most: of both kinds in all groups, None for no limit; groups are cut alike.
    """
    size = int(max(one.max(initial=0), two.max(initial=0))) + 1
    caps = np.minimum(np.bincount(one, minlength=size), np.bincount(two, minlength=size)).astype(np.int64)
    total = 2 * int(caps.sum())
    if most is not None and total > most:
        caps = np.floor(caps * (most / total) + _SLACK).astype(np.int64)
    return caps


def beyond(
    groups: npt.NDArray[Any], order: npt.NDArray[np.uint64], cap: int | npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """True for those that go: of each group all but the `cap` lowest by `order`; `cap` is one for all, or one each."""
    gone = np.zeros(len(groups), np.bool_)
    if not len(groups):
        return gone
    by_group = np.lexsort((order, groups))
    ordered = groups[by_group]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    rank = np.arange(len(groups)) - np.repeat(starts, np.diff(np.append(starts, len(groups))))
    gone[by_group] = rank >= (cap if isinstance(cap, int) else cap[by_group])
    return gone
