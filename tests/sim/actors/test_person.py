"""The other person: takes and puts things in the open only, one at a time."""

from __future__ import annotations

import pytest

from tests.sim.actors.episodes import run


@pytest.mark.parametrize("seed", range(3))
def test_the_other_person_carries_one_thing_at_a_time_and_opens_nothing(seed: int) -> None:
    house, events, view = run(seed, 300.0, "man X")
    furniture = {piece.name: piece for piece in house.furniture}
    theirs = [event for event in events if event.actor == "man X"]
    assert {event.verb for event in theirs} <= {"picks up", "puts", "walks into"}
    moves = [event for event in theirs if event.item is not None]
    assert len(moves) > 4
    for taken, put in zip(moves[::2], moves[1::2], strict=False):
        assert (taken.verb, put.verb) == ("picks up", "puts")
        assert taken.item == put.item
    assert all(event.joint is None and furniture[str(event.furniture)].slots for event in moves)
    held = [move[1] for move in view.moves if move[0] == "attach" and move[2] == "person"]
    assert held == [event.item for event in moves if event.verb == "picks up"]
