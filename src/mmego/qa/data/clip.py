"""What the data engine's stages hand on: one clip, the questions written about it, and what happened on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from mmego.errors import InputError
from mmego.llm.failure import Failure
from mmego.records import QA, NarratedClip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a second model made of one turn: answered right without the narrations (`blind`), and with them (`told`).

    None where it was not asked or did not answer.
    """

    blind: bool | None = None
    told: bool | None = None


@dataclass(frozen=True, slots=True)
class ClipQA:
    """One clip after the writing stage: its unfiltered conversation, failures, and a verdict a turn (or none at all).

    Filters read this record and write plain `QA`; they can be run again and again without asking anybody.
    """

    clip: NarratedClip
    qa: QA
    failures: tuple[Failure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    judge_tokens: tuple[int, int] = (0, 0)
    """Tokens of the judge's calls on this clip, of prompts and of answers; those of the writer are in `qa.source`."""

    def __post_init__(self) -> None:
        if self.verdicts and len(self.verdicts) != len(self.qa.turns):
            raise InputError(f"{self.qa.id}: {len(self.verdicts)} verdicts for {len(self.qa.turns)} turns")

    def to_json(self) -> dict[str, Any]:
        """The JSON Lines form."""
        return {
            "clip": self.clip.to_json(),
            "qa": self.qa.to_json(),
            "failures": [asdict(f) for f in self.failures],
            "verdicts": [asdict(v) for v in self.verdicts],
            "judge_tokens": list(self.judge_tokens),
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> ClipQA:
        """Inverse of `to_json`; raises InputError naming a missing key."""
        prompt, completion = row.get("judge_tokens", (0, 0))
        try:
            return cls(
                NarratedClip.from_json(row["clip"]),
                QA.from_json(row["qa"]),
                tuple(Failure(**f) for f in row["failures"]),
                tuple(Verdict(**v) for v in row["verdicts"]),
                (prompt, completion),
            )
        except KeyError as error:
            raise InputError(f"a written clip lacks {error}; it has {sorted(row)}") from error


class Generator(Protocol):
    """Whatever writes questions about narrated clips: rules, or a language model."""

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        """Each clip exactly once, in any order (an LLM works on many at a time), also those without any question.

        Args:
            clips: read lazily; at most as many as are worked on at once are taken.
            journal: a file that is this task's own. Whatever was paid for is written there before it is used, so
                that a task that was killed and started again repeats no call. Rules ignore it.

        Raises:
            InputError: a fault that no retry mends (a wrong key, an unknown model), in one line.
        """
        ...
