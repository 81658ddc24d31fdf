"""Selection of evenly spaced frames, the same for every question."""

from __future__ import annotations

from mmego.records import EvidenceOrigin
from mmego.selectors.selection import Selection, check_counts


def select_uniform(num_frames: int, keep: int) -> Selection:
    """Choose `keep` frames in the middles of equal parts of the timeline; every frame if there are no more."""
    check_counts(num_frames, keep)
    keep = min(keep, num_frames)
    indices = tuple(((2 * i + 1) * num_frames) // (2 * keep) for i in range(keep))
    by: list[EvidenceOrigin] = ["uniform"] * keep
    return Selection(indices, tuple(by))
