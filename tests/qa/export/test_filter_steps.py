"""The counts of filters in stats.json."""

from __future__ import annotations

import pytest

from mmego.errors import InputError
from mmego.qa.export.filter_steps import read_filter_steps


@pytest.mark.parametrize("filters", [[{"name": "leak"}], [3], 3, [{"name": "a", "seen": "many", "dropped": 0}]])
def test_malformed_statistics_are_named(filters: object) -> None:
    with pytest.raises(InputError, match=r"stats\.json"):
        read_filter_steps({"filters": filters})
