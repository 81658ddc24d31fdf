"""Rows and odd samples, for tests of exports."""

from __future__ import annotations

from typing import Any

from mmego.records import QA, Source, Span, Turn
from tests.qa.small_set import with_model


def rows_of(samples: list[QA]) -> list[dict[str, Any]]:
    return [sample.to_json() for sample in samples]


def odd() -> QA:
    turns = (
        Turn(
            'What did "X" say?\n',
            "\u201cl\u00f6l\u201d \U0001f600, \t\\",
            (Span(0.1, 0.30000000000000004),),
            (),
            "other",
        ),
        Turn("Where?", "on the bed", (), (0, 2)),
    )
    return with_model(QA("a/b c", "-vid", Span(0.0, 1e-9), turns, Source("own", "llm", seed=2**40)))
