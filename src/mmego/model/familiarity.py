"""Whether a video looks like those that a checkpoint was trained on: how much grain its pictures have.

A checkpoint trained on drawn pictures alone answers about any video in the words of that one world, and its features do
not tell: real footage lies in the middle of their distribution (docs/nano.md). The pictures tell. Drawn surfaces have
hardly any grain: many neighbouring pixels are equal, and few edges hold all the contrast. What is usual in training
pictures lies in the checkpoint's folder; a checkpoint without such statistics says nothing of the kind.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import avg_pool2d

from mmego.errors import InputError, ModelError
from mmego.files import read_json, write_json

NAME = "familiarity.json"
FORMAT = 1
SIZES = (1, 2, 4)
"""A picture is measured as it is, and shrunk by 2 and by 4."""
STEPS = (0.01, 0.03)
"""Shares of a picture's strong edges; brightness changes both alike."""
RANGE = (5, 249)
"""Channels outside are black or white as the camera clips them, and flat for that."""
LEAST_SHARE = 0.1
"""Of a picture's pixels; where fewer are left, all of them count."""
FLOOR = 0.0005
COUNTS = (1, 2, 4, 8, 16, 32, 60)
"""Numbers of pictures with a threshold of their own: a few pictures may all show one grainy wall."""
FALSE_ALARMS = 0.02
"""Share of the validation samples of a number of pictures that may lie above its threshold."""
MARGIN = 0.3
"""Between the samples and the threshold, in standard deviations: validation does not show every house."""
MOST_KEPT = 60

Picture = np.ndarray[Any, Any]


def grain(pictures: Sequence[Picture]) -> list[float]:
    """How grainy each RGB picture (H, W, 3) uint8 is; all of one size. Above 0 fewer than half of its pixels are flat.

    For each of `SIZES` and `STEPS` the log odds against a pixel's differing from its right and lower neighbour by less
    than that share of the picture's strong edges (their 95th percentile); of all these the mean. About the same for a
    picture turned, darkened or brightened.
    """
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()
    inside = ((x.amin(1, keepdim=True) >= RANGE[0]) & (x.amax(1, keepdim=True) <= RANGE[1])).float()
    found = []
    for size in SIZES:
        small, clear = avg_pool2d(x, size), avg_pool2d(inside, size)[:, 0] == 1
        across = (small[..., :-1, 1:] - small[..., :-1, :-1]).abs().amax(1)
        down = (small[..., 1:, :-1] - small[..., :-1, :-1]).abs().amax(1)
        edge = torch.maximum(across, down).flatten(1)
        counts = (clear[..., :-1, :-1] & clear[..., :-1, 1:] & clear[..., 1:, :-1]).flatten(1)
        counts[counts.float().mean(1) < LEAST_SHARE] = True
        strong = edge.masked_fill(~counts, torch.nan).nanquantile(0.95, dim=1, keepdim=True) + 1
        for step in STEPS:
            share = ((edge < step * strong) & counts).sum(1) / counts.sum(1)
            found.append(-share.clamp(FLOOR, 1 - FLOOR).logit())
    grains: list[float] = torch.stack(found).mean(0).tolist()
    return grains


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Statistics of the pictures of one world.

    Attributes:
        world: what the checkpoint knows, in words that complete "this does not look like ...".
        middle: the training pictures' median grain.
        spread: their standard deviation.
        thresholds: for each number of `COUNTS`: so many pictures whose `distance` is above it are not of this world.
    """

    world: str
    middle: float
    spread: float
    thresholds: tuple[float, ...]

    @property
    def warning(self) -> str:
        """What to say of a video that is not of this world."""
        return f"this does not look like {self.world}"

    def distance(self, grains: Sequence[float]) -> float:
        """By how many standard deviations of single pictures these, in the median, are grainier than usual."""
        if not len(grains):
            raise InputError("there are no pictures to judge by")
        return float(np.median(grains) - self.middle) / self.spread

    def threshold(self, pictures: int) -> float:
        """The largest distance of so many pictures of this world."""
        return float(np.interp(np.log2(pictures), np.log2(COUNTS), self.thresholds))

    def knows(self, grains: Sequence[float]) -> bool:
        """Whether pictures of this grain are of this world; at least one."""
        return self.distance(grains) <= self.threshold(len(grains))


class Watcher:
    """Measures pictures on their way into a model, for the video that is read at the moment."""

    def __init__(self, known: Familiarity) -> None:
        self.known = known
        self._grains: list[float] = []

    def see(self, pictures: npt.NDArray[np.uint8]) -> None:
        """Measure pictures, (N, H, W, 3)."""
        self._grains += grain(list(pictures))

    def take(self, before: Sequence[float] = ()) -> tuple[float, ...]:
        """The grains seen since the last call, after those of `before`; thinned out evenly to `MOST_KEPT`."""
        grains = [*before, *self._grains]
        self._grains.clear()
        kept = min(len(grains), MOST_KEPT)
        return tuple(round(grains[i * len(grains) // kept], 4) for i in range(kept))


def fit(training: Sequence[float], validation: Sequence[Sequence[float]], world: str) -> Familiarity:
    """The statistics of training pictures, and thresholds from videos that they do not hold.

    Args:
        training: grains of many videos' pictures together.
        validation: those of each validation video, one picture a second, at least as many as the largest of `COUNTS`.
        world: see `Familiarity`.
    """
    if len(training) < 2 or not validation or min(map(len, validation)) < COUNTS[-1]:
        raise InputError(f"statistics need two training pictures and videos of {COUNTS[-1]} pictures for validation")
    found = Familiarity(world, float(np.median(training)), float(np.std(training)), ())
    thresholds = []
    for count in COUNTS:
        samples = [found.distance(part) for video in validation for part in _samples(video, count)]
        thresholds.append(MARGIN + float(np.quantile(samples, 1 - FALSE_ALARMS)))
    # More pictures never allow more: a quantile of few samples may say so by chance.
    kept = tuple(np.minimum.accumulate(thresholds).round(4).tolist())
    return Familiarity(world, round(found.middle, 4), round(found.spread, 4), kept)


def _samples(video: Sequence[float], count: int) -> list[Sequence[float]]:
    """Groups of `count` pictures: neighbours, as in a short clip, and evenly spaced ones, as read without a pointer."""
    stride = len(video) // count
    neighbours = [video[first : first + count] for first in range(0, stride * count, count)]
    return [*neighbours, *(video[first::stride][:count] for first in range(stride))]


def save(known: Familiarity, folder: Path) -> Path:
    """Write the statistics into a checkpoint's folder, whole or not at all; returns the file's path."""
    path = Path(folder) / NAME
    write_json(path, {"format": FORMAT, **asdict(known)})
    return path


def load(folder: Path | None) -> Familiarity | None:
    """The statistics in a checkpoint's folder; None if it has none.

    Raises:
        ModelError: the file is damaged, or of another format.
    """
    path = None if folder is None else folder / NAME
    return read(path) if path is not None and path.is_file() else None


def read(path: Path) -> Familiarity:
    """Read a file written by `save`; errors as in `load`."""
    try:
        value = read_json(path)
    except InputError as error:
        raise ModelError(str(error)) from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ModelError(f"{path} is not a file of picture statistics that this mmego reads (format {FORMAT})")
    world, thresholds = value.get("world"), value.get("thresholds")
    numbers = [value.get("middle"), value.get("spread"), *(thresholds if isinstance(thresholds, list) else ())]
    finite = all(isinstance(number, int | float) and math.isfinite(number) for number in numbers)
    if not (isinstance(world, str) and finite and len(numbers) == 2 + len(COUNTS) and numbers[1] > 0):
        raise ModelError(f"{path} is damaged: it needs a world, a middle, a spread and {len(COUNTS)} thresholds")
    return Familiarity(world, float(numbers[0]), float(numbers[1]), tuple(float(number) for number in numbers[2:]))
