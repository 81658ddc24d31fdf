from __future__ import annotations

import pytest

from mmego.records.length_classes import LENGTH_CLASSES, class_range, length_class, length_group


@pytest.mark.parametrize(
    ("seconds", "name", "group"),
    [
        (10, "0.5-1", "short"),
        (30, "0.5-1", "short"),
        (59.9, "0.5-1", "short"),
        (60, "1-2", "short"),
        (120, "2-4", "medium"),
        (240, "4-10", "medium"),
        (1199, "10-20", "medium"),
        (1200, "20-40", "long"),
        (2400, "40-60", "long"),
        (3600, "40-60", "long"),
        (9000, "40-60", "long"),
    ],
)
def test_length_classes(seconds: float, name: str, group: str) -> None:
    assert length_class(seconds) == name
    assert length_group(name) == group
    assert name in LENGTH_CLASSES


@pytest.mark.parametrize("name", LENGTH_CLASSES)
def test_the_range_of_a_class_is_the_class(name: str) -> None:
    shortest, longest = class_range(name)
    assert length_class(shortest) == length_class((shortest + longest) / 2) == name
    assert length_class(longest) != name or longest == 3600
