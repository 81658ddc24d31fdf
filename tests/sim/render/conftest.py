"""The renderer that tests of this folder look through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mmego.sim.render.renderer import Renderer


@pytest.fixture
def view() -> Iterator[Renderer]:
    """Draw the house of `views.house`."""
    from tests.sim.render.views import SIZE, Renderer, house

    renderer = Renderer(house(), SIZE)
    yield renderer
    renderer.close()
