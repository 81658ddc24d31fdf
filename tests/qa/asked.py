"""What facts come to, short enough to compare with hand-written lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mmego.language.timeline import Scene
from mmego.qa.rules.facts import Fact
from tests.qa.narrate import tell


def asked(make: Callable[[Scene], Iterable[Fact]], *lines: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """(first wording, answer, narrations) of each fact."""
    return [(fact.wordings[0], fact.answer, fact.narrations) for fact in make(Scene(tell(*lines)))]
