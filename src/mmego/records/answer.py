"""What the engine answers, and whoever else can."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from mmego.records.span import Span
from mmego.records.values import milliseconds, six_digits

SelectMode = Literal["pointer", "uniform"]
NO_ANSWER = "(no answer)"
"""What people are shown in the place of a blank answer; records keep the blank."""
EvidenceOrigin = Literal["pointer", "explore", "uniform"]
LATER = ("spacing", "warning", "gaps")
"""Fields of an answer that its JSON has only where there is something to say."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One key frame an answer rests on.

    `time` is when the picture that was read is on screen (seconds from the start of the video), never before the clip
    asked about. `score` is its share of the pointer's softmax over all frames (0 to 1); `by` says whether the pointer's
    own score chose it, the exploration bonus did, or selection was uniform.
    """

    time: float
    score: float
    by: EvidenceOrigin


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine gives back for one question.

    `evidence` is best first; `frames` the number of frames glimpsed; `choice` the 0-based option or None;
    `seconds` the time of each stage; `spacing` how far apart the frames are (seconds, the median); `warning` what there
    is to say against trusting any answer about this video; `gaps` the stretches without pictures.
    The last three are left out of the JSON where there is nothing.
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
        """The answer as people are shown it."""
        return self.answer.strip() or NO_ANSWER

    def to_json(self) -> dict[str, Any]:
        """The JSON form printed by ``mmego ask --json``: times in milliseconds, scores in six digits."""
        evidence = [{"time": milliseconds(e.time), "score": six_digits(e.score), "by": e.by} for e in self.evidence]
        seconds = {stage: milliseconds(spent) for stage, spent in self.seconds.items()}
        gaps = [gap.in_milliseconds() for gap in self.gaps]
        whole = {**asdict(self), "evidence": evidence, "seconds": seconds, "gaps": gaps}
        return {name: value for name, value in whole.items() if name not in LATER or value not in (None, [])}


class Answerer(Protocol):
    """Whatever can answer a question about a video; the benchmark knows nothing more of a model."""

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
