"""The record that the data engine's stages pass on: a clip, the questions about it, failures and verdicts."""

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
    """Whether a second model answered a turn right without the narrations (`blind`) and with them (`narrated`).

    None if the model was not asked or did not answer.
    """

    blind: bool | None = None
    narrated: bool | None = None

    def to_json(self) -> dict[str, bool | None]:
        """Return the JSON form, with an older name for `narrated`."""
        return {"blind": self.blind, "told": self.narrated}

    @classmethod
    def from_json(cls, row: dict[str, bool | None]) -> Verdict:
        """Return the inverse of `to_json`. Both members may be missing."""
        return cls(**{"narrated" if name == "told" else name: right for name, right in row.items()})


@dataclass(frozen=True, slots=True)
class ClipQA:
    """One clip after the writing stage: its unfiltered conversation, failures, and a verdict per turn (or none).

    Filters read this record and write plain `QA`. They can run again and again without asking a model.
    """

    clip: NarratedClip
    qa: QA
    failures: tuple[Failure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    judge_tokens: tuple[int, int] = (0, 0)
    """Tokens of the judge's prompts and answers for this clip. Those of the writer are in `qa.source`."""

    def __post_init__(self) -> None:
        if self.verdicts and len(self.verdicts) != len(self.qa.turns):
            raise InputError(f"{self.qa.id}: {len(self.verdicts)} verdicts for {len(self.qa.turns)} turns")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON Lines form."""
        return {
            "clip": self.clip.to_json(),
            "qa": self.qa.to_json(),
            "failures": [asdict(f) for f in self.failures],
            "verdicts": [v.to_json() for v in self.verdicts],
            "judge_tokens": list(self.judge_tokens),
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> ClipQA:
        """Return the inverse of `to_json`. Raises InputError that names a missing key."""
        prompt, completion = row.get("judge_tokens", (0, 0))
        try:
            return cls(
                NarratedClip.from_json(row["clip"]),
                QA.from_json(row["qa"]),
                tuple(Failure(**f) for f in row["failures"]),
                tuple(Verdict.from_json(v) for v in row["verdicts"]),
                (prompt, completion),
            )
        except KeyError as error:
            raise InputError(f"a written clip lacks {error}; it has {sorted(row)}") from error


class Generator(Protocol):
    """A writer of questions about narrated clips: rules, or a language model."""

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        """Yield each clip exactly once, in any order, also clips without a question.

        Args:
            clips: read lazily, no more ahead than are worked on at once.
            journal: a file for this task only. Paid answers are written there before they are used, so that a task
                that was killed and started again repeats no call. Rules ignore it.

        Raises:
            InputError: an error that a retry cannot fix (a wrong key, an unknown model), in one line.
        """
        ...
