"""All that asking one question brought to light: the answer record and what a report draws around it. No torch here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mmego.records import Answer
from mmego.records.values import six_digits


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer together with the whole timeline it was chosen from.

    `times` are the seconds of the N frames glimpsed and `scores` their shares of the pointer's softmax (they sum to
    1; all equal when selection was uniform); both empty for a blind answer. `options` is None for an open question;
    otherwise `probabilities` gives each option's share (they sum to 1).
    """

    answer: Answer
    times: tuple[float, ...]
    scores: tuple[float, ...]
    options: tuple[str, ...] | None = None
    probabilities: tuple[float, ...] = ()

    def warned(self, said: str) -> Finding:
        """The same with one more thing to say against the answer."""
        known = self.answer.warning
        return replace(self, answer=replace(self.answer, warning=said if known is None else f"{known}; {said}"))

    def to_json(self) -> dict[str, Any]:
        """The answer's JSON, with the choices and the share of each (six digits) where there are any."""
        choices = {} if self.options is None else {"options": list(self.options)}
        shares = {} if self.options is None else {"probabilities": [six_digits(share) for share in self.probabilities]}
        return {**self.answer.to_json(), **choices, **shares}

    def __repr__(self) -> str:
        return f"Finding({self.answer.answer!r}, choice={self.answer.choice}, frames={len(self.times)})"


def chosen(finding: Finding) -> str:
    """How sure a choice is, to put behind the answer: "  (85%, chosen from 4)"; empty for an open question."""
    choice, shares = finding.answer.choice, finding.probabilities
    return "" if choice is None else f"  ({shares[choice]:.0%}, chosen from {len(shares)})"


def clock(seconds: float) -> str:
    """Seconds as ``mm:ss``, or ``h:mm:ss`` from one hour on; rounded down, as a player's clock shows it."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
