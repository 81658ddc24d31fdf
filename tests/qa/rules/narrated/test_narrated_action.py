"""What a question can name."""

from __future__ import annotations

import pytest

from mmego.language.phrases import Thing
from mmego.qa.rules.narrated.narrated_action import nameable
from tests.qa.rules.narrated.examples import only_action


@pytest.mark.parametrize("name", ["something", "other side", "red", "man X", "it", "end of the cucumber with a lot of"])
def test_what_cannot_be_named(name: str) -> None:
    assert not nameable(Thing(name))


@pytest.mark.parametrize("name", ["v60", "washing-up liquid", "slice of bread", "TV remote", "red mug"])
def test_what_can_be_named(name: str) -> None:
    assert nameable(Thing(name))


@pytest.mark.parametrize(
    "text",
    [
        "close microwave open",
        "put teaspoon fork knife on rack",
        "pick up dough half dough",
        "pick up two tupperware",
        "turn on lid",
        "turn off bread",
        "open fork",
    ],
)
def test_typing_errors_cannot_be_named(text: str) -> None:
    assert not only_action(text).can_be_named
