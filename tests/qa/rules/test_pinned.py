"""The turns of simulated houses are what a model is trained and tested on: they stay as they are, byte for byte.

To change them on purpose, train and measure the shipped model again, and put the new hash here.
"""

from __future__ import annotations

import hashlib
import json

import pytest

from mmego.bench.distractors.simulator import turns_to_mcq
from mmego.narrations.clean import clean_sentence
from mmego.qa.rules.turns import make_turns
from mmego.records import QA, Narration, Source, Span
from mmego.sim.actors.episode import run_episode
from mmego.sim.house.generator import make_house
from tests.sim.hand_made_house import Recorder

SECONDS = 180.0
HOUSES = range(12)
PINNED = "1576 turns, 1150 choices, 2153c47f6816cb252bd34193f508df410bbaa8c25040eb5be6616bbb5e23727a"
CUTS = ((0.0, SECONDS), (0.0, 60.0), (75.0, 140.0))


def narrated(seed: int) -> list[Narration]:
    """Return the narrations of one simulated house, without its frames."""
    narrations = []
    for event in run_episode(make_house(seed), seed, SECONDS, Recorder()):
        if event.narration is not None:
            sentence = clean_sentence(event.narration)
            assert sentence.dropped is None
            narrations.append(Narration(f"sim-{seed}", Span(event.time, event.time), sentence.text, sentence.actor))
    return narrations


@pytest.mark.slow
def test_turns_and_choices_of_simulated_houses_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the rules make, every digit of it: files of training data are rounded to milliseconds.
    monkeypatch.setattr(Span, "in_milliseconds", Span.to_json)
    digest, turns_seen, choices_seen = hashlib.sha256(), 0, 0
    for seed in HOUSES:
        narrations = narrated(seed)
        for number, (start, end) in enumerate(CUTS):
            clip = [n for n in narrations if start <= n.span.start < end]
            turns = tuple(make_turns(clip, end, seed + number))
            qa = QA(f"{seed}-{number}", f"sim-{seed}", Span(start, end), turns, Source("mmego-sim", "rules"))
            choices = turns_to_mcq(qa, seed, clip)
            turns_seen, choices_seen = turns_seen + len(turns), choices_seen + len(choices)
            rows = [qa.to_json(), *(choice.to_json() for choice in choices)]
            digest.update(json.dumps(rows, sort_keys=True).encode())
    assert f"{turns_seen} turns, {choices_seen} choices, {digest.hexdigest()}" == PINNED
