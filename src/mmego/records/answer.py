"""An answer with its evidence, and the protocol of everything that can answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from mmego.records.span import Span
from mmego.records.values import milliseconds, six_digits

SelectMode = Literal["pointer", "uniform"]
NO_ANSWER = "(no answer)"
"""What people see in place of a blank answer; records keep the blank."""
EvidenceOrigin = Literal["pointer", "explore", "uniform"]
LATER = ("spacing", "warning", "gaps")
"""Fields of an answer that its JSON leaves out when they are empty."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One key frame that an answer is read from.

    `time` is when the picture is on screen (seconds from the start of the video), never before the clip asked about.
    `score` is its share of the pointer's softmax over all frames (0 to 1). `by` says what chose it: the pointer's
    score, the exploration bonus, or uniform selection.
    """

    time: float
    score: float
    by: EvidenceOrigin


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `evidence` is best first; `frames` the number of frames glimpsed; `choice` the 0-based choice or None; `seconds` the
    time of each stage; `spacing` how far apart the frames are (seconds, the median); `warning` why answers about this
    video may be wrong; `gaps` the spans without pictures. The JSON leaves the last three out when they are empty.
    """

    question: str
    answer: str
    choice: int | None
    evidence: tuple[Evidence, ...]
    frames: int
    model: str
    select: SelectMode
    seconds: dict[str, float] = field(default_factory=dict)
    spacing: float | None = None
    warning: str | None = None
    gaps: tuple[Span, ...] = ()

    @property
    def shown(self) -> str:
        """The answer as people see it."""
        return self.answer.strip() or NO_ANSWER

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form that ``mmego ask --json`` prints: times in milliseconds, scores in six digits."""
        evidence = [{"time": milliseconds(e.time), "score": six_digits(e.score), "by": e.by} for e in self.evidence]
        seconds = {stage: milliseconds(spent) for stage, spent in self.seconds.items()}
        gaps = [gap.in_milliseconds() for gap in self.gaps]
        whole = {**asdict(self), "evidence": evidence, "seconds": seconds, "gaps": gaps}
        return {name: value for name, value in whole.items() if name not in LATER or value not in (None, [])}


class Answerer(Protocol):
    """Anything that can answer a question about a video."""

    name: str

    def answer(
        self,
        video: Path | None,
        question: str,
        options: tuple[str, ...] | None = None,
        clip: Span | None = None,
    ) -> Answer:
        """Answer `question`; `video` None means blind (no visual input), `options` None means an open answer."""
        ...
