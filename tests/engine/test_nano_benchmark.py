"""benchmarks/nano.py: what it asks and counts, and that it goes on only with rows of the same shape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.nano import YES_NO, key_of, questions_of, table

from mmego import Engine
from mmego.files import write_json
from mmego.sim.actors.episode import run_episode
from mmego.sim.house.generator import make_house
from mmego.sim.record import narration_entry, uid, video_entry
from mmego.sim.story import NoView
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


def test_yes_no_questions_are_asked_and_have_a_category_of_their_own(tmp_path: Path) -> None:
    entries, seconds = {}, 180.0
    for seed in range(3):
        events = [e.to_json() for e in run_episode(make_house(seed), seed, seconds, NoView())]
        entries[uid(seed)] = narration_entry(seed, seconds, 10, events)
    write_json(tmp_path / "narrations.json", entries)
    videos = [video_entry(seed, seconds, 10, 2) for seed in range(3)]
    write_json(tmp_path / "ego4d.json", {"version": "simulated", "videos": videos})
    asked = [q for _, questions in questions_of(tmp_path, 0) for q in questions]
    assert len({q.id for q in asked}) == len(asked)
    two = [q for q in asked if len(q.options) == 2]
    assert len(two) >= 6
    assert all(q.category.startswith(f"{YES_NO}: ") == (set(q.options) == {"yes", "no"}) for q in asked)
    assert sum(q.answer == 0 for q in two) == len(two) / 2


def test_all_counts_four_options_and_yes_no_has_lines_of_its_own() -> None:
    def row(category: str, right: bool, select: str = "pointer") -> dict[str, object]:
        return {
            "select": select,
            "keep": 4,
            "category": category,
            "choice": 0,
            "answer": 0 if right else 1,
            "video": "v",
            "recall": 0.5,
        }

    rows = [row("first", True), row("last", False), row("last", False), row("first", False)]
    rows += [row("yes/no: closed", True), row("yes/no: switched", True), row("yes/no: switched", False)]
    lines = table([*rows, row("first", True, "uniform")])
    found = [(one["select"], one["category"], one["questions"], round(one["accuracy"], 3)) for one in lines]
    assert found == [
        ("pointer", "all", 4, 0.25),
        ("pointer", "first", 2, 0.5),
        ("pointer", "last", 2, 0.0),
        ("pointer", "yes/no", 3, 0.667),
        ("pointer", "yes/no: closed", 1, 1.0),
        ("pointer", "yes/no: switched", 2, 0.5),
        ("uniform", "all", 1, 1.0),
        ("uniform", "first", 1, 1.0),
    ]
