"""A small data set folder for tests of exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.qa.small_set import write_set


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_set(tmp_path / "out")
    return tmp_path / "out"
