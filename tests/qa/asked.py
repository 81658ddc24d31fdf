"""Facts in a short form, for comparison with lists written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mmego.language.timeline import Timeline
from mmego.qa.rules.facts import Fact
from tests.qa.narrate import tell


def asked(make: Callable[[Timeline], Iterable[Fact]], *lines: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return (first wording, answer, narrations) of each fact."""
    return [(fact.wordings[0], fact.answer, fact.narrations) for fact in make(Timeline(tell(*lines)))]
