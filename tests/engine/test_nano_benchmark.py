"""benchmarks/nano.py goes on only with rows of the same checkpoint, questions and conditions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.nano import key_of

from mmego import Engine
from tests.bench.small import question
from tests.model.tiny import write_mmego


def test_another_condition_question_or_setting_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.from_pretrained(str(write_mmego(tmp_path / "tiny", keep=3, alpha=0.0)), device="cpu")
    asked = [question(0), question(1)]
    known = key_of(engine, asked, [4, 8])
    assert key_of(engine, [question(0), question(1)], [4, 8]) == known
    keys = {
        known,
        key_of(engine, asked, [4]),
        key_of(engine, asked[:1], [4, 8]),
        key_of(engine, [asked[0], replace(asked[1], options=("yes", "no"))], [4, 8]),
    }
    for name, value in (("alpha", 0.1), ("key_frame_spacing", 1), ("keep", 4), ("time_prompt", False)):
        with monkeypatch.context() as patch:
            patch.setattr(engine.model.config, name, value)
            keys.add(key_of(engine, asked, [4, 8]))
    assert len(keys) == 8
