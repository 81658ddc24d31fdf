"""What happens in a house without drawing it: the same as in the files of `mmego simulate`."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.narrations.readers.ego4d import read_ego4d
from mmego.records import Span
from mmego.sim.dataset import SimulateOptions, simulate
from mmego.sim.story import story_hash, tell_story


def test_a_story_is_what_a_simulated_data_set_tells(tmp_path: Path) -> None:
    pytest.importorskip("panda3d")
    simulate(SimulateOptions(tmp_path, minutes=0.5, seed=33, size=32, frames_only=True, ids=False, workers=1))
    ((meta, narrations),) = read_ego4d(tmp_path / "narrations.json", tmp_path / "ego4d.json")
    assert meta.duration == 30
    assert len(narrations) >= 3
    assert tell_story(33, 30.0) == narrations


def test_the_hash_tells_stories_apart_by_words_time_and_actor() -> None:
    story = tell_story(33, 30.0)
    first = story[0]
    others = [
        replace(first, text=first.text + " again"),
        replace(first, actor="X"),
        replace(first, span=Span(first.span.start, first.span.end + 0.1)),
    ]
    hashes = {story_hash(story), *(story_hash([other, *story[1:]]) for other in others), story_hash(story[1:])}
    assert len(hashes) == 5
    assert story_hash(tell_story(33, 30.0)) == story_hash(story)


def test_the_files_of_a_killed_run_are_swept_away_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = """
import os, signal
from mmego.sim import story
story.read_ego4d = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
story.tell_story(33, 30.0)
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", killed], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    assert tell_story(33, 30.0)
    assert not list(tmp_path.iterdir())


def test_an_hour_is_busy_to_its_end_and_says_few_things_twice() -> None:
    story = tell_story(106_007, 3600.0)
    per_five_minutes = [sum(300 * k <= n.span.start < 300 * (k + 1) for n in story) for k in range(12)]
    assert min(per_five_minutes) > 0.6 * max(per_five_minutes)
    assert max(b.span.start - a.span.start for a, b in itertools.pairwise(story)) < 30
    assert len({n.text for n in story}) > 250
