"""Tables of a card: text of the data cannot become markup."""

from __future__ import annotations

from collections import Counter

from mmego.reporting.markdown import ROWS, cell, counts_table, label, percent, untagged


def test_a_cell_cannot_end_its_table_or_make_a_link() -> None:
    assert cell("a|b\n[c](d) `e` <img>") == "a\\|b \\[c\\](d) \\`e\\` &lt;img&gt;"
    assert cell("red_mug *1*") == "red\\_mug \\*1\\*"
    assert label("red_mug *1*") == "red_mug \\*1\\*"


def test_only_tags_are_escaped_in_sentences() -> None:
    assert untagged("<b>1 < 2</b>") == "&lt;b>1 < 2&lt;/b>"


def test_counts_are_cut_and_the_rest_is_counted() -> None:
    counts = Counter({f"value {i:02d}": 1 for i in range(ROWS + 3)})
    lines = counts_table("value", counts, 50).splitlines()
    assert lines[:3] == ["| value | turns | share |", "| --- | --- | --- |", "| value 00 | 1 | 2.0% |"]
    assert (len(lines), lines[-1]) == (ROWS + 4, "and 3 more")
    assert counts_table("value", Counter(), 0) == ""
    assert percent(0, 0) == "0.0%"
