"""A finding: an answer with the scores of all frames, as a report draws them. No torch here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mmego.records import Answer
from mmego.records.values import six_digits


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer together with the timeline it was chosen from.

    `times` are the seconds of the N frames glimpsed and `scores` their shares of the pointer's softmax (they sum to
    1; all equal when selection was uniform); both empty for a blind answer. `options` is None for an open question;
    otherwise `probabilities` gives each option's share (they sum to 1).
    """

    answer: Answer
    times: tuple[float, ...]
    scores: tuple[float, ...]
    options: tuple[str, ...] | None = None
    probabilities: tuple[float, ...] = ()

    def warned(self, text: str) -> Finding:
        """Return a copy whose answer has one more warning."""
        known = self.answer.warning
        return replace(self, answer=replace(self.answer, warning=text if known is None else f"{known}; {text}"))

    def to_json(self) -> dict[str, Any]:
        """Return the answer's JSON, with the choices and the share of each (six digits) if there are any."""
        choices = {} if self.options is None else {"options": list(self.options)}
        shares = {} if self.options is None else {"probabilities": [six_digits(share) for share in self.probabilities]}
        return {**self.answer.to_json(), **choices, **shares}

    def __repr__(self) -> str:
        return f"Finding({self.answer.answer!r}, choice={self.answer.choice}, frames={len(self.times)})"


def choice_share_text(finding: Finding) -> str:
    """Return how sure a choice is, to follow the answer: "  (85%, chosen from 4)"; empty for an open question."""
    choice, shares = finding.answer.choice, finding.probabilities
    return "" if choice is None else f"  ({shares[choice]:.0%}, chosen from {len(shares)})"
