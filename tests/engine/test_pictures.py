"""Key frames as JPEG pictures."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from mmego import Engine, Memory

pytestmark = pytest.mark.usefixtures("short_answers")


def test_pictures_are_small_jpegs_of_those_moments(engine: Engine, memory: Memory) -> None:
    pictures = engine.pictures(memory, [0.5, 3.5], width=48)
    assert list(pictures) == [0.5, 3.5]
    first, second = (Image.open(io.BytesIO(data)) for data in pictures.values())
    assert first.size == (48, 32)  # the video's own aspect, not the model's square
    red, yellow = first.getpixel((40, 16)), second.getpixel((40, 16))
    assert red == pytest.approx((200, 40, 40), abs=30)
    assert yellow == pytest.approx((220, 200, 40), abs=30)
    assert engine.pictures(memory, []) == {}
