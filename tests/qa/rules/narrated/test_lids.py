"""Opening and closing by other words."""

from __future__ import annotations

import pytest

from mmego.qa.rules.narrated.lids import is_portable, may_open_as_one
from tests.qa.rules.narrated.examples import clip_actions, only_action


@pytest.mark.parametrize(
    ("text", "family", "belongs"),
    [
        ("remove lid", "open", True),
        ("take off the cap of the salt", "open", True),
        ("take lid off pan", "open", True),
        ("take lid from cupboard", "open", False),
        ("take lid", "open", False),
        ("put lid on pan", "close", True),
        ("put lid on counter", "close", False),
        ("put lid in sink", "close", False),
        ("put back lid", "close", True),
        ("cut package", "open", True),
        ("cut open rice bag", "open", True),
        ("cut onion", "open", False),
        ("remove tray from oven", "take", True),
        ("remove skin", "take", False),
        ("pick bag into drawer", "put", True),
        ("pick up bag", "put", False),
    ],
)
def test_families(text: str, family: str, belongs: bool) -> None:
    assert (family in only_action(text).families) is belongs


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("package", "cheese", True),
        ("packing", "cheese", True),
        ("lid", "jar", True),
        ("plastic", "bread bag", True),
        ("bag", "cereal box", False),
        ("bottle", "fridge", False),
        ("box", "drawer", False),
        ("cheese", "ham", False),
        ("cheese bag", "ham", False),
    ],
)
def test_what_may_be_opened_as_one(one: str, two: str, expected: bool) -> None:
    assert may_open_as_one(one, two) is expected
    assert may_open_as_one(two, one) is expected


def test_packages_of_what_is_opened_compete() -> None:
    clip = clip_actions("open package", "open cheese", "wash package")
    assert not clip.is_unique(clip.actions[0])
    assert clip.is_unique(clip.actions[2]), "only opening and closing are meant"


def test_portable() -> None:
    assert [name for name in ("jar", "cheese", "fridge", "coffee machine", "lid") if is_portable(name)] == [
        "jar",
        "cheese",
    ]
