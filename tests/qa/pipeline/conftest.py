"""Narrations and the data set made of them, for tests of runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.qa.commands import mmego
from tests.qa.narrated import write_source


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("narrated"), [0.6, 1.5, 3, 5, 0.3])


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data set of five tasks that every other run of a file must equal."""
    out = tmp_path_factory.mktemp("made") / "out"
    assert mmego("make", source, "-o", out, "--tasks", 5, "--workers", 1) == 0
    return out
