"""Caps on counts, and who goes."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.qa.corpus.quotas import even_caps, over_cap, share_cap


@pytest.mark.parametrize(
    ("counts", "share", "cap"),
    [
        ([10, 10, 10, 10], 0.25, None),
        ([100, 10, 10, 10], 0.25, 10),
        ([100, 30, 30], 0.5, 60),
        ([100, 30, 30, 0, 0], 0.5, 60),
        ([5, 5], 0.4, None),  # two groups cannot both be below 40 %
        ([7], 1.0, None),
        ([], 0.5, None),
        ([50, 1, 1, 1, 1], 0.2, 1),
    ],
)
def test_share_cap(counts: list[int], share: float, cap: int | None) -> None:
    assert share_cap(np.array(counts), share) == cap


@pytest.mark.parametrize("seed", range(30))
def test_the_cap_is_the_largest_that_keeps_the_share(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts, share = rng.integers(1, 200, rng.integers(1, 9)), float(rng.uniform(0.1, 1))
    cap = share_cap(counts, share)

    def holds(limit: int) -> bool:
        kept = np.minimum(counts, limit)
        return bool(kept.max() <= share * kept.sum() + 1e-9)

    if cap is None:
        assert holds(int(counts.max())) or len(counts) * share < 1
    else:
        best = max((limit for limit in range(1, int(counts.max()) + 1) if holds(limit)), default=1)
        assert cap == best


def test_even_caps() -> None:
    yes, no = np.array([0, 0, 0, 2], np.uint32), np.array([0, 0, 1], np.uint32)
    assert even_caps(yes, no, None).tolist() == [2, 0, 0]
    assert even_caps(yes, no, 2).tolist() == [1, 0, 0]
    assert even_caps(yes, no, 0).tolist() == [0, 0, 0]


def test_beyond_keeps_the_lowest_of_each_group() -> None:
    groups, order = np.array([3, 1, 3, 3, 1]), np.array([9, 5, 1, 4, 2], np.uint64)
    assert over_cap(groups, order, 1).tolist() == [True, True, False, True, False]
    assert over_cap(groups, order, np.array([2, 0, 2, 2, 0])).tolist() == [True, True, False, False, True]
    assert over_cap(groups[:0], order[:0], 1).tolist() == []
