"""The table of formats: a file has one format only, and every format that a text shows is recognised."""

from __future__ import annotations

import pytest

from mmego.narrations.formats import FORMATS
from tests.narrations.samples import TEXTS


@pytest.mark.parametrize("format", TEXTS)
def test_a_text_matches_its_own_format_alone(format: str) -> None:
    assert [name for name, one in FORMATS.items() if one.matches is not None and one.matches(TEXTS[format])] == [format]


def test_formats_of_one_file_a_video_have_an_ending_of_their_own() -> None:
    endings = {name: one.ending for name, one in FORMATS.items() if one.ending is not None}
    assert endings == {name: f".{name}" for name in endings}
    assert all(FORMATS[name].own for name in endings)


def test_only_text_can_be_recognised_by_text() -> None:
    assert {name for name, one in FORMATS.items() if one.matches is None} == {"mmego-sim", "hd-epic"}
    assert set(TEXTS) == {name for name, one in FORMATS.items() if one.matches is not None}
