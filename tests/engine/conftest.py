"""A tiny engine, a clip and its memory; modules with other ones define their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego import Engine, Memory
from mmego.engine import answer_step
from tests.engine.tiny_engine import engine_of


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of()


@pytest.fixture
def memory(engine: Engine, clip: Path) -> Memory:
    return engine.index(clip)


@pytest.fixture
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_step, "NEW_TOKENS", 8)
