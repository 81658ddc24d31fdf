"""All that asking one question brought to light: the answer record and what a report draws around it. No torch here."""

from __future__ import annotations

from dataclasses import dataclass

from mmego.records import Answer


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
