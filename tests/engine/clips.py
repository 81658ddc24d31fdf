"""A short video whose every second looks different, and a tiny checkpoint that can be asked about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mmego.video.write import VideoWriter

COLOURS = [
    (200, 40, 40),
    (40, 180, 60),
    (50, 70, 210),
    (220, 200, 40),
    (180, 60, 190),
    (60, 190, 200),
    (240, 240, 240),
]


def write_clip(path: Path, seconds: int = 7, fps: int = 4, keyframe_seconds: float = 2, size: int = 64) -> Path:
    """Write `seconds` of video, 1.5 times as wide as high: each has its colour, a bar and some noise."""
    noise = np.random.default_rng(0)
    with VideoWriter(path, size * 3 // 2, size, fps=fps, crf=10, keyframe_seconds=keyframe_seconds) as video:
        for number in range(seconds * fps):
            colour = np.array(COLOURS[number // fps % len(COLOURS)])
            image = np.clip(colour + noise.integers(-15, 16, (size, size * 3 // 2, 1)), 0, 255).astype(np.uint8)
            image[:, 4 * (number // fps) : 4 * (number // fps) + 8] = 0
            video.add(image)
    return path
