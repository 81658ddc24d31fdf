"""Cells that no spreadsheet program runs as a formula."""

from __future__ import annotations

import random
import re

import pytest

from mmego.reporting.spreadsheet import raw_text, safe_cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''=1", "'tis", "'", "", "a=b", "'''-", "- no", "\u2212"],
)
def test_formulas_are_made_harmless_and_read_back_right(text: str) -> None:
    assert raw_text(safe_cell(text)) == text
    assert safe_cell(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert raw_text(text) == text or text.startswith("'")


@pytest.mark.parametrize(
    "text",
    [
        *("mug;=1+1", "mug;-1", "mug; +1", "a\n=1", "a\r\n@x", "a\t=1", "a,=1", "a|=1", " =1", "\u00a0=1", "\n=1"),
        *(
            "\uff1d1+1",
            "\uff0b1",
            "\uff0d1",
            "\uff20x",
            " \uff1d1",
            "mug;\uff1d1",
            "mug;'=1",
            "';=1",
            "' =1",
            ",' \uff20",
        ),
    ],
)
def test_what_would_begin_a_cell_elsewhere_is_guarded_too(text: str) -> None:
    """A comma's table opened where semicolons part cells: quotes inside of a cell part nothing."""
    assert raw_text(safe_cell(text)) == text
    for part in re.split(r"[;,|\t\r\n]", safe_cell(text)):
        assert not part.strip().startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20")), safe_cell(text)


def test_random_texts_come_back() -> None:
    rng = random.Random(0)
    for _ in range(5000):
        text = "".join(rng.choice("=+-@'; ,\t\n\r|ab\uff1d\uff20") for _ in range(rng.randrange(9)))
        assert raw_text(safe_cell(text)) == text


def test_words_stay_as_they_are() -> None:
    for text in (
        "on the table",
        "00:12-00:15; 01:03-01:07",
        "a well-known mug, red; blue",
        "1 + 1 = 2",
        "e-mail @home",
    ):
        assert safe_cell(text) == raw_text(text) == text
