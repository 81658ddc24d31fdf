"""Frame selectors: each chooses the frames that are kept, as a pure function of scores or of their number alone.

- `select`: the best scores, with an exploration bonus and a spacing (the paper's memory pointer, section 3.2).
- `select_uniform`: evenly spaced frames, which need no scores.
"""

from mmego.selectors.best_scores import best_apart, exploration_bonus, exploration_frames, select
from mmego.selectors.selection import Selection
from mmego.selectors.uniform import select_uniform

__all__ = ["Selection", "best_apart", "exploration_bonus", "exploration_frames", "select", "select_uniform"]
