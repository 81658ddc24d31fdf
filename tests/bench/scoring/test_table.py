"""Cells and texts of a table."""

from __future__ import annotations

import math

import numpy as np

from mmego.bench.scoring.scores import NOTHING, Estimate
from mmego.bench.scoring.table import ScoreTable, cell_text


def test_cells() -> None:
    assert str(Estimate(0.65454, 0.6312, 0.6779, 10)) == "65.45 [63.1, 67.8]"
    assert str(Estimate(-0.01, -0.02, 0.005, 10, 2, signed=True)) == "-1.00 [-2.0, +0.5] (2 failed)"
    assert [cell_text(c) for c in (None, math.nan, 0.0002, 0.03, 7026, "x")] == [
        "-",
        "-",
        "< 0.001",
        "0.030",
        "7,026",
        "x",
    ]
    table = ScoreTable("k", "T", ("a", "b"), (("x|y\nz", 1),))
    assert table.to_markdown().splitlines()[2:] == ["| a | b |", "| --- | ---: |", "| x\\|y z | 1 |"]
    odd = ScoreTable("k", "<b>T</b>\nx", ("a<i>", "b"), (("<img src=x>", "![x](http://y)"),), "p < 0.001 <b>&</b>")
    assert odd.to_markdown().splitlines() == [
        "## &lt;b&gt;T&lt;/b&gt; x",
        "",
        "| a&lt;i&gt; | b |",
        "| --- | ---: |",
        "| &lt;img src=x&gt; | !\\[x\\](http://y) |",
        "",
        "p < 0.001 &lt;b>&&lt;/b>",
    ]
    assert np.isnan(NOTHING.value)
