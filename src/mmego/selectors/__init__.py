"""Frame selectors: each chooses the frames to keep, as a pure function of scores or of the number of frames.

- `best_scores`: the best scores, with an exploration bonus and a least spacing (arXiv 2410.07177, section 3.2).
- `uniform`: evenly spaced frames, which need no scores.
- `selection`: `Selection`, the result of every selector, and the check of its arguments.

To add a selector, write a module here with one function that takes scores ``(N,)`` or N, and `keep`, and returns a
`Selection`. Add its name to `records.SelectMode` and `records.EvidenceOrigin`, and call it
in `select` of the backbones (`model.backbones`).
"""

from mmego.selectors.best_scores import best_apart, exploration_bonus, exploration_frames, select
from mmego.selectors.selection import Selection
from mmego.selectors.uniform import select_uniform

__all__ = ["Selection", "best_apart", "exploration_bonus", "exploration_frames", "select", "select_uniform"]
