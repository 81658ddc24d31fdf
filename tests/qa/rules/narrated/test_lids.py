"""Opening and closing by other words."""

from __future__ import annotations

import pytest

from mmego.qa.rules.narrated.lids import is_portable, opened_alike
from tests.qa.rules.narrated.test_events import only, told


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
    assert (family in only(text).families) is belongs


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
    assert opened_alike(one, two) is expected
    assert opened_alike(two, one) is expected


def test_packages_of_what_is_opened_are_rivals() -> None:
    scene = told("open package", "open cheese", "wash package")
    assert not scene.once(scene.deeds[0])
    assert scene.once(scene.deeds[2]), "only opening and closing are meant"


def test_portable() -> None:
    assert [name for name in ("jar", "cheese", "fridge", "coffee machine", "lid") if is_portable(name)] == [
        "jar",
        "cheese",
    ]
