"""Questions with answers and the spans that prove them: the rows of `qa.jsonl` (docs/reference/file-formats.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mmego.records.span import Span
from mmego.records.values import naming_bad_values, text


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of a sample, and its cost.

    `generator` is ``rules`` or ``llm``; `model` and `prompt` (name and version of the prompt file) are those of the
    LLM; the tokens are those of all calls for this sample, 0 for rules; `split` is the source's own.
    """

    dataset: str
    generator: str
    model: str | None = None
    seed: int = 0
    prompt: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    split: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, the spans that prove it and the indices of the narrations it is made from."""

    question: str
    answer: str
    key_spans: tuple[Span, ...]
    narrations: tuple[int, ...] = ()
    category: str = "other"


@dataclass(frozen=True, slots=True)
class QA:
    """A conversation on one clip of one video: a row of `qa.jsonl`."""

    id: str
    video: str
    clip: Span
    turns: tuple[Turn, ...]
    source: Source

    def to_json(self) -> dict[str, Any]:
        """Return the JSON Lines form."""
        return {
            "id": self.id,
            "video": self.video,
            "clip": self.clip.in_milliseconds(),
            "turns": [
                {
                    "question": t.question,
                    "answer": t.answer,
                    "key_spans": [s.in_milliseconds() for s in t.key_spans],
                    "narrations": list(t.narrations),
                    "category": t.category,
                }
                for t in self.turns
            ],
            "source": asdict(self.source),
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> QA:
        """Read what `to_json` returns; raise InputError naming a missing key or a value of another type."""
        with naming_bad_values("a QA sample", row):
            turns = tuple(
                Turn(
                    question=text(t, "question"),
                    answer=text(t, "answer"),
                    key_spans=tuple(Span.from_json(s) for s in t["key_spans"]),
                    narrations=tuple(t.get("narrations", ())),
                    category=t.get("category", "other"),
                )
                for t in row["turns"]
            )
            clip = Span.from_json(row["clip"])
            return cls(text(row, "id"), text(row, "video"), clip, turns, Source(**row["source"]))
