"""The result of every selector."""

from __future__ import annotations

from dataclasses import dataclass

from mmego.errors import InputError
from mmego.records import EvidenceOrigin


@dataclass(frozen=True, slots=True)
class Selection:
    """The kept frames: `indices` in time order and, for each, what chose it.

    ``by`` is ``pointer`` if the frame is among the top K by its score, ``explore`` if only the exploration bonus
    brought it in, ``uniform`` if no pointer was used.
    """

    indices: tuple[int, ...]
    by: tuple[EvidenceOrigin, ...]


def check_counts(num_frames: int, keep: int) -> None:
    """Raise InputError if there are no frames, or `keep` is below 1."""
    if num_frames < 1:
        raise InputError("there are no frames to select from")
    if keep < 1:
        raise InputError(f"the number of frames to keep must be 1 or more, got {keep}")
