"""What every test needs: signals that act, and small checkpoints and a clip that several folders of tests share."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """Undo signals that the parent ignores: a shell starts background jobs deaf to Ctrl-C, and children inherit it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a short video whose every second looks different. Tests that change it copy it first."""
    from tests.engine.clips import write_clip

    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a checkpoint with a trained pointer and random weights, for questions about `clip`."""
    from tests.model.tiny import write_mmego

    return write_mmego(tmp_path_factory.mktemp("tiny") / "tiny", keep=3, alpha=0.0)


@pytest.fixture
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound open answers to six tokens."""
    from mmego.engine import answer_step

    monkeypatch.setattr(answer_step, "NEW_TOKENS", 6)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a checkpoint that loads."""
    from tests.model.tiny import write_mmego

    return write_mmego(tmp_path_factory.mktemp("sound") / "sound", keep=2)


@pytest.fixture
def copied(sound: Path, tmp_path: Path) -> Path:
    """Make a copy of `sound` that a test may damage."""
    return Path(shutil.copytree(sound, tmp_path / "checkpoint"))
