"""How many frames of one event are kept, by the number of frames glimpsed and by alpha.

    python benchmarks/exploration.py

An event of ten neighbouring frames has pointer logits 4 above the others, all of which are noise (normal, standard
deviation 1); 32 frames are kept. Beside the bonus of `selectors.exploration_bonus` stands one that stays the same
however many frames there are. No model and no video is needed.
"""

from __future__ import annotations

import argparse

import torch

from mmego import selectors
from mmego.model import pointer

EVENT, LIFT, KEEP, MAX_FRAMES = 10, 4.0, 32, 300
FRAMES = (300, 600, 1800, 3600, 10_800)
ALPHAS = (0.1, 0.05, 0.01, 0.0)


def kept(frames: int, bonus: float, seed: int) -> int:
    """Frames of the event among those selected."""
    generator = torch.Generator().manual_seed(seed)
    logits_N = torch.randn(frames, generator=generator)
    start = int(torch.randint(frames - EVENT, (), generator=generator))
    logits_N[start : start + EVENT] += LIFT
    chosen = selectors.select(pointer.probabilities(logits_N), KEEP, bonus).indices
    return sum(start <= index < start + EVENT for index in chosen)


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    seeds = range(parser.parse_args().seeds)

    def mean(frames: int, bonus: float) -> float:
        return sum(kept(frames, bonus, seed) for seed in seeds) / len(seeds)

    print(f"| frames | {' | '.join(f'alpha {alpha:g}' for alpha in ALPHAS)} |")
    print(f"|---|{'---|' * len(ALPHAS)}")
    for frames in FRAMES:
        cells = []
        for alpha in ALPHAS:
            scaled = mean(frames, selectors.exploration_bonus(alpha, frames, MAX_FRAMES))
            cells.append(f"{scaled:.1f} ({mean(frames, alpha):.1f})")
        print(f"| {frames:,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
