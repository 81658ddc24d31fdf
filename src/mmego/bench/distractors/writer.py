"""What a writer of wrong options is given and gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mmego.bench.distractors.answer_form import Kind
from mmego.bench.distractors.truth import Truth
from mmego.records import QA, NarratedClip, Narration, Turn

Clips = Callable[[str], NarratedClip | None]
"""The clip of a sample by the sample's id, None where its narrations are not at hand."""

NO_OPTIONS: dict[Kind, str] = {
    "yes_no": "yes or no: there are no four options",
    "hand": "left, right or both hands: there are no four options",
}
"""Kinds of answers that cannot have three wrong ones, and how the drop is called."""
TOO_FEW = "too few wrong options that pass the checks"


@dataclass(frozen=True, slots=True)
class Item:
    """One turn of a sample.

    `number` is its place in `qa.turns`, `serial` its place among all items; `truth` and `clip` are those of the clip.
    """

    qa: QA
    number: int
    serial: int = 0
    clip: NarratedClip | None = None
    truth: Truth | None = None

    @property
    def turn(self) -> Turn:
        """The question with its answer."""
        return self.qa.turns[self.number]

    @property
    def narrations(self) -> Sequence[Narration]:
        """Those of the clip; none where they are not at hand."""
        return self.clip.narrations if self.clip is not None else ()


@dataclass(frozen=True, slots=True)
class Written:
    """An item with its three wrong options; else `dropped` is the reason and `detail` what was seen last."""

    item: Item
    wrong: tuple[str, ...] | None = None
    dropped: str = ""
    detail: str = ""


class Writer(Protocol):
    """Whatever thinks of wrong options."""

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Read the corpus once, before anything is written; may do nothing."""
        ...

    def write(self, items: Iterable[Item]) -> Iterator[Written]:
        """Each item exactly once, in any order; items are read lazily."""
        ...
