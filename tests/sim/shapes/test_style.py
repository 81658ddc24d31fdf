"""Styles: drawn from a seed, with fabrics that differ, and rows of slots."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.shapes.style import Style, row


def test_a_seed_gives_a_style() -> None:
    one, again = (Style.draw(np.random.default_rng(7)) for _ in range(2))
    assert (one.wood, one.cabinet, one.accent) == (again.wood, again.cabinet, again.accent)
    assert len({Style.draw(np.random.default_rng(seed)).wood for seed in range(30)}) > 3
    assert all(s.fabric != s.fabric_2 for s in (Style.draw(np.random.default_rng(seed)) for seed in range(30)))


def test_lengths_are_whole_centimetres() -> None:
    style = Style.draw(np.random.default_rng(0))
    lengths = [style.between(0.4, 0.6) for _ in range(50)]
    assert all(0.4 <= length <= 0.6 for length in lengths)
    assert all(length * 100 == pytest.approx(round(length * 100)) for length in lengths)


def test_a_row_is_centred() -> None:
    positions = [slot.position for slot in row(3, 0.3, 0.1, 0.9, x=1.0)]
    assert positions == [
        (0.7, 0.1, 0.9),
        (1.0, 0.1, 0.9),
        (1.3, 0.1, 0.9),
    ]
