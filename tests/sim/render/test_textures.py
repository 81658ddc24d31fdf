"""Textures: every name is a picture."""

from __future__ import annotations

import numpy as np
import pytest

from mmego.sim.render.textures import REPEAT, texture


@pytest.mark.parametrize("name", REPEAT)
def test_texture_is_a_picture(name: str) -> None:
    image = texture(name)
    assert image.shape == (128, 128, 3)
    assert image.dtype == np.uint8
    assert image.std() > 0.5
