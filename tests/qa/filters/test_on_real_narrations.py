"""Filters must not hurt what rules made of real narrations and of the simulator's."""

from __future__ import annotations

from mmego.narrations.clean import Drops
from mmego.narrations.readers.epic import read_epic
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.filters import FILTERS, FilterOptions, filter_sample
from mmego.qa.rules.turns import make_turns
from mmego.records import QA, NarratedClip, Narration, Source, Span
from mmego.sim.actors.episode import run_episode
from tests.narrations.data import real
from tests.qa.rules.test_on_simulator import narrations_of
from tests.sim.hand_made_house import Recorder, make_house

CSV = "epic_kitchens/EPIC_100_validation.csv"


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
    houses = [narrations_of(run_episode(make_house("man X"), seed, 240.0, Recorder())) for seed in (1, 2)]
    assert keep_rate(houses, drops) == 1.0, drops.examples


def test_epic_kitchens() -> None:
    videos = {meta.video: narrations for meta, narrations in read_epic(real(CSV))}
    drops = Drops()
    assert keep_rate([videos[name] for name in sorted(videos)[::4]], drops) > 0.99, drops.examples
