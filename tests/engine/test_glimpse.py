"""The glimpse: which frames it keeps, their scores and evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmego import Engine, Memory, selectors
from tests.engine.tiny_engine import WHERE, engine_of

pytestmark = pytest.mark.usefixtures("short_answers")


def test_evidence_is_the_pointers_best_frames_best_first(engine: Engine, memory: Memory) -> None:
    finding = engine.find_all(memory, [WHERE])[0]
    answer = finding.answer
    ids = engine.processor.question_ids(WHERE)
    expected = engine.model.glimpse(memory.E_NC, [ids])[0].softmax(-1)
    assert finding.times == memory.times
    assert finding.scores == pytest.approx(expected.tolist(), abs=1e-5)
    best = expected.argsort(descending=True)[:3].tolist()
    assert [e.time for e in answer.evidence] == [memory.times[index] for index in best]
    assert [e.score for e in answer.evidence] == pytest.approx(expected[best].tolist(), abs=1e-5)
    assert {e.by for e in answer.evidence} == {"pointer"}
    assert (answer.frames, answer.model, answer.select, answer.choice) == (7, "tiny", "pointer", None)
    assert set(answer.seconds) == {"index", "glimpse", "answer"}


def test_the_bonus_of_more_frames_than_one_glimpse_takes_is_smaller(clip: Path) -> None:
    engine = engine_of(max_frames=3)
    memory = engine.index(clip, frames=7)
    finding = engine.find_all(memory, [WHERE], keep=2, alpha=0.4)[0]
    best = selectors.select(torch.tensor(finding.scores), 2, 0.4 * 3 / 7)
    assert sorted(e.time for e in finding.answer.evidence) == [memory.times[index] for index in best.indices]
    assert best != selectors.select(torch.tensor(finding.scores), 2, 0.4)


def test_uniform_selection_asks_no_pointer(engine: Engine, memory: Memory) -> None:
    answer = engine.ask(memory, WHERE, select="uniform")
    assert [e.time for e in answer.evidence] == [memory.times[i] for i in selectors.select_uniform(7, 3).indices]
    assert {(e.by, round(e.score, 6)) for e in answer.evidence} == {("uniform", round(1 / 7, 6))}
    assert answer.select == "uniform"
    assert memory.prefix is None


def test_more_frames_than_one_glimpse_holds(clip: Path) -> None:
    engine = engine_of(max_frames=3)
    memory = engine.index(clip, frames=7)
    finding = engine.find_all(memory, [WHERE])[0]
    assert memory.prefix is not None
    assert [segment.length for segment in memory.prefix.segments] == [3, 2, 2]
    assert sum(finding.scores) == pytest.approx(1.0)
    assert len(finding.scores) == 7
    assert len(engine.index(clip).times) == 3


def test_a_prefix_of_other_segments_is_computed_again(clip: Path, tmp_path: Path) -> None:
    memory = engine_of(max_frames=3).index(clip, frames=7)
    engine_of(max_frames=3).ask(memory, WHERE)
    wide = engine_of(max_frames=7)
    expected = wide.find_all(wide.index(clip), [WHERE])[0].scores
    assert memory.prefix is not None
    assert len(memory.prefix.segments) == 3
    assert wide.find_all(memory, [WHERE])[0].scores == pytest.approx(expected)
    assert len(memory.prefix.segments) == 1
