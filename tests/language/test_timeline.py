"""The actions of a video, indexed for questions."""

from __future__ import annotations

from mmego.language.timeline import Timeline
from tests.qa.narrate import HOUSE, tell


def test_indexes() -> None:
    timeline = Timeline(tell(*HOUSE))
    assert {name: [s.index for s in entries] for name, entries in timeline.takes_of.items()} == {
        "red mug": [1, 13],
        "green bottle": [3],
        "blue mug": [8],
    }
    assert [s.index for s in timeline.puts_at["in", "drawer of the dresser"]] == [11]
    assert {name: s.index for name, s in timeline.final_states(("open", "close")).items()} == {
        "fridge": 2,
        "drawer of the dresser": 12,
    }
    assert {name: [s.index for s in entries] for name, entries in timeline.people.items()} == {"the man": [5, 9]}
    [put] = timeline.puts_of["green bottle"]
    assert not timeline.handled_after("green bottle", put)
    assert timeline.taken_after("red mug", timeline.puts_of["red mug"][0])
    assert not timeline.taken_after("red mug", timeline.puts_of["red mug"][1])


def test_time_not_the_list_gives_the_order() -> None:
    narrations = tell(*HOUSE)
    backwards = Timeline(narrations[::-1])
    assert [s.index for s in backwards.takes_of["red mug"]] == [14, 2]


def test_a_short_name_of_another_thing_is_not_asked_about() -> None:
    timeline = Timeline(
        tell("#C C picks a mug from the table", "#C C picks a red mug", "#C C puts the cup on the drawer of the desk")
    )
    assert not timeline.askable("mug")
    assert all(timeline.askable(name) for name in ("red mug", "cup", "table", "drawer of the desk", "desk"))
    assert not any(timeline.askable(name) for name in (None, "something", "left hand", "man X"))


def test_two_men_have_no_name_of_their_own() -> None:
    assert Timeline(tell("#O man X waves", "#O man Y walks")).people == {}
    assert list(Timeline(tell("#O man X waves", "#O woman Y walks")).people) == ["the man", "the woman"]
    assert list(Timeline(tell("#O person B walks")).people) == ["the other person"]
    assert list(Timeline(tell("#O person B walks", "#O lady Y walks")).people) == ["the woman"]


def test_no_narrations() -> None:
    timeline = Timeline([])
    assert (timeline.entries, timeline.takes_of, timeline.people) == ([], {}, {})
