"""Things and their names."""

from __future__ import annotations

from mmego.language.phrases import Place, Thing, preposition_for, short_names


def test_things() -> None:
    mug = Thing("red mug", "a")
    assert (mug.colour, mug.kind, mug.head, mug.usable) == ("red", "mug", "mug", True)
    drawer = Thing("drawer of the dresser")
    assert (drawer.colour, drawer.head, preposition_for(drawer)) == (None, "drawer", "in")
    assert preposition_for(Thing("desk")) == "on"
    assert Thing("orange").colour is None  # the fruit
    assert Thing("orange").kind == "orange"
    assert [Thing(name).usable for name in ("man X", "C", "left hand", "something", "it", "other things")] == [
        False
    ] * 6
    assert Thing("keys").plural
    assert not any(Thing(name).plural for name in ("glass", "cactus", "pair of scissors", "lens"))


def test_short_names() -> None:
    assert short_names("red mug") == {"mug"}
    assert short_names("left drawer of the dresser") == {"drawer", "left drawer", "drawer of the dresser"}
    assert "dresser" not in short_names("drawer of the dresser")


def test_definite_forms() -> None:
    assert Thing("red mug", "a").definite == "the red mug"
    assert Thing("phone", "his").definite == "my phone"
    assert Place("in", Thing("drawer of the dresser", "the")).text == "in the drawer of the dresser"
