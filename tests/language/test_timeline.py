"""Actions indexed for asking."""

from __future__ import annotations

from mmego.language.timeline import Scene
from tests.qa.narrate import HOUSE, tell


def test_indexes() -> None:
    scene = Scene(tell(*HOUSE))
    assert {name: [s.index for s in steps] for name, steps in scene.takes_of.items()} == {
        "red mug": [1, 13],
        "green bottle": [3],
        "blue mug": [8],
    }
    assert [s.index for s in scene.puts_at["in", "drawer of the dresser"]] == [11]
    assert {name: s.index for name, s in scene.final_states(("open", "close")).items()} == {
        "fridge": 2,
        "drawer of the dresser": 12,
    }
    assert {name: [s.index for s in steps] for name, steps in scene.people.items()} == {"the man": [5, 9]}
    [put] = scene.puts_of["green bottle"]
    assert not scene.handled_after("green bottle", put)
    assert scene.taken_after("red mug", scene.puts_of["red mug"][0])
    assert not scene.taken_after("red mug", scene.puts_of["red mug"][1])


def test_time_not_the_list_gives_the_order() -> None:
    told = tell(*HOUSE)
    backwards = Scene(told[::-1])
    assert [s.index for s in backwards.takes_of["red mug"]] == [14, 2]


def test_a_short_name_of_another_thing_is_not_asked_about() -> None:
    scene = Scene(
        tell("#C C picks a mug from the table", "#C C picks a red mug", "#C C puts the cup on the drawer of the desk")
    )
    assert not scene.askable("mug")
    assert all(scene.askable(name) for name in ("red mug", "cup", "table", "drawer of the desk", "desk"))
    assert not any(scene.askable(name) for name in (None, "something", "left hand", "man X"))


def test_two_men_cannot_be_told_apart() -> None:
    assert Scene(tell("#O man X waves", "#O man Y walks")).people == {}
    assert list(Scene(tell("#O man X waves", "#O woman Y walks")).people) == ["the man", "the woman"]
    assert list(Scene(tell("#O person B walks")).people) == ["the other person"]
    assert list(Scene(tell("#O person B walks", "#O lady Y walks")).people) == ["the woman"]


def test_nothing_told() -> None:
    scene = Scene([])
    assert (scene.steps, scene.takes_of, scene.people) == ([], {}, {})
