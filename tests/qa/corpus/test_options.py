"""Limits of the corpus filters that are refused."""

from __future__ import annotations

from typing import Any

import pytest

from mmego.errors import InputError
from mmego.qa.corpus.options import CorpusOptions


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"steps": ("dups",)}, "no filter 'dups'; there are duplicate, repeated"),
        ({"likeness": 0.0}, "likeness should be above 0"),
        ({"class_ratio": 0.5}, "class_ratio should be 1 or more"),
        ({"most_repeats": 0}, "most_repeats should be 1 or more"),
    ],
)
def test_options_that_are_not_allowed(option: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CorpusOptions(**option)
