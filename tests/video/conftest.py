"""Clips and their frames, made once a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.video.clips import Clip, Reference, encode, sequential


@pytest.fixture(scope="session")
def make_clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``make_clip(name, **fields of Clip)``: a file of that name, encoded once a session."""
    folder = tmp_path_factory.mktemp("clips")

    def make(name: str, **fields: Any) -> Path:
        path = folder / name
        if not path.exists():
            encode(path, Clip(name, **fields))
        return path

    return make


@pytest.fixture(scope="session")
def reference() -> Callable[[Path], Reference]:
    """`sequential`, once a session for each file."""
    known: dict[Path, Reference] = {}

    def decode(path: Path) -> Reference:
        if path not in known:
            known[path] = sequential(path)
        return known[path]

    return decode
