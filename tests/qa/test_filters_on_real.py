"""Filters must not hurt what rules made of real narrations and of the simulator's."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from mmego.narrations.clean import Drops
from mmego.qa.filters import FILTERS, FilterOptions, filter_sample
from mmego.qa.rules import make_turns
from mmego.qa.sample import ClipQA
from mmego.records import QA, NarratedClip, Narration, Source, Span
from mmego.sim.agent import run_episode
from tests.qa.test_rules_on_simulator import told
from tests.sim.house import Recorder, make_house

ROOT = Path(__file__).parents[2]
CSV = "shared/data/epic_kitchens/EPIC_100_validation.csv"


def keep_rate(clips: list[list[Narration]], drops: Drops) -> float:
    written = kept = 0
    for number, narrations in enumerate(clips):
        clip = Span(0, max(n.span.end for n in narrations) + 10)
        narrated = NarratedClip(f"c{number}", narrations[0].video, clip, tuple(narrations), "own")
        turns = tuple(make_turns(narrations, clip.end, 0))
        qa = QA(narrated.id, narrated.video, clip, turns, Source("own", "rules"))
        written += len(turns)
        kept += len(filter_sample(ClipQA(narrated, qa), tuple(FILTERS), FilterOptions(), drops).turns)
    assert written > 50
    return kept / written


def test_the_simulators() -> None:
    drops = Drops()
    houses = [told(run_episode(make_house("man X"), seed, 240.0, Recorder())) for seed in (1, 2)]
    assert keep_rate(houses, drops) == 1.0, drops.examples


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_epic_kitchens() -> None:
    path = next((p / CSV for p in (ROOT.parent, ROOT.parent.parent) if (p / CSV).exists()), None)
    if path is None:
        pytest.skip(f"no ../{CSV}")
    videos: defaultdict[str, list[Narration]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, stop = seconds(row["start_timestamp"]), seconds(row["stop_timestamp"])
            if start <= stop:
                videos[row["video_id"]].append(Narration(row["video_id"], Span(start, stop), row["narration"]))
    drops = Drops()
    assert keep_rate([videos[name] for name in sorted(videos)[::4]], drops) > 0.99, drops.examples
