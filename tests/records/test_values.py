"""Numbers in JSON are as long as what they mean, and values of another kind are named."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.records import MCQ, QA, Prediction, Source, Span, Turn

SPOILED: list[Any] = [None, True, 7, "text", [1], {"a": 1}, [[["x"]]], 1e999]


@pytest.mark.parametrize("kind", [MCQ, QA, Prediction])
@pytest.mark.parametrize("value", SPOILED, ids=repr)
def test_a_value_of_another_kind_is_named_or_taken(kind: Any, value: Any) -> None:
    """Every field in turn: the record is made, or one InputError says what is wrong."""
    span = Span(0.0, 1.0)
    whole = {
        MCQ: MCQ("i", "v", span, "q", ("a", "b"), 0, "", (span,), "c", Source("d", "rules")),
        QA: QA("i", "v", span, (Turn("q", "a", (span,), (0,)),), Source("d", "rules")),
        Prediction: Prediction("i", "m", False, 0, "a", gaps=(span,)),
    }[kind]
    row = json.loads(json.dumps(whole.to_json()))
    for key in row:
        with suppress(InputError):
            kind.from_json({**row, key: value})
    for key in ("id", "video", "model"):
        if key in row and not isinstance(value, str):
            with pytest.raises(InputError, match=rf"'{key}' must be text"):
                kind.from_json({**row, key: value})
