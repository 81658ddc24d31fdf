"""Whether a video looks like the training videos of a checkpoint, by the grain of its pictures.

A checkpoint trained on drawn pictures only answers about any video in the words of that world. Its features do not show
the difference: real footage lies in the middle of their distribution (docs/explanation/familiarity.md). The pictures
do: drawn surfaces have hardly any grain, since many neighbouring pixels are equal and a few edges hold all the
contrast. The statistics of the training pictures are a file in the checkpoint's folder; without it there is no warning.
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
"""A picture is measured at full size, and shrunk by 2 and by 4."""
STEPS = (0.01, 0.03)
"""Shares of the strength of a picture's strong edges; brightness changes both in the same way."""
RANGE = (5, 249)
"""Channel values outside are clipped by the camera to black or white, and flat for that reason."""
LEAST_SHARE = 0.1
"""Least share of a picture's pixels to measure; if fewer are left, all pixels count."""
FLOOR = 0.0005
COUNTS = (1, 2, 4, 8, 16, 32, 60)
"""Numbers of pictures that have their own threshold: a few pictures may all show one grainy wall."""
FALSE_ALARMS = 0.02
"""Share of the validation samples of a number of pictures that may lie above its threshold."""
MARGIN = 0.3
"""Margin between the samples and the threshold, in standard deviations: validation does not show every house."""
MOST_KEPT = 60

Picture = np.ndarray[Any, Any]


def measure_grain(pictures: Sequence[Picture]) -> list[float]:
    """Return how grainy each RGB picture (H, W, 3) uint8 is, all of one size; above 0 most pixels are not flat.

    For each of `SIZES` and `STEPS` a pixel is flat if it differs from its right and lower neighbour by less than that
    share of the picture's strong edges (their 95th percentile). The grain is the mean of the log odds against flat
    pixels. Turning, darkening or brightening a picture changes it little.
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
    """Statistics of the training pictures of one world.

    Attributes:
        world: what the checkpoint was trained on, in words that complete "this does not look like ...".
        middle: the training pictures' median grain.
        spread: their standard deviation.
        thresholds: for each number in `COUNTS`, the largest `distance` of so many pictures of this world.
    """

    world: str
    middle: float
    spread: float
    thresholds: tuple[float, ...]

    @property
    def warning(self) -> str:
        """The warning for a video that is not of this world."""
        return f"this does not look like {self.world}"

    def distance(self, grains: Sequence[float]) -> float:
        """Return by how many standard deviations of single pictures the median of these is above the usual grain."""
        if not len(grains):
            raise InputError("there are no pictures to judge by")
        return float(np.median(grains) - self.middle) / self.spread

    def threshold(self, pictures: int) -> float:
        """Return the largest distance of this many pictures of this world."""
        return float(np.interp(np.log2(pictures), np.log2(COUNTS), self.thresholds))

    def knows(self, grains: Sequence[float]) -> bool:
        """Return whether pictures of this grain (at least one) are of this world."""
        return self.distance(grains) <= self.threshold(len(grains))


class GrainRecorder:
    """Measures the pictures that enter a model, for the video that is being read."""

    def __init__(self, known: Familiarity) -> None:
        self.known = known
        self._grains: list[float] = []

    def record(self, pictures: npt.NDArray[np.uint8]) -> None:
        """Measure pictures, (N, H, W, 3)."""
        self._grains += measure_grain(list(pictures))

    def take(self, before: Sequence[float] = ()) -> tuple[float, ...]:
        """Return `before` and the grains recorded since the last call, thinned out evenly to `MOST_KEPT`."""
        grains = [*before, *self._grains]
        self._grains.clear()
        kept = min(len(grains), MOST_KEPT)
        return tuple(round(grains[i * len(grains) // kept], 4) for i in range(kept))


def fit_familiarity(training: Sequence[float], validation: Sequence[Sequence[float]], world: str) -> Familiarity:
    """Compute the statistics of training pictures, and thresholds from other videos.

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
    # More pictures must not raise the threshold, though a quantile of few samples may do so by chance.
    kept = tuple(np.minimum.accumulate(thresholds).round(4).tolist())
    return Familiarity(world, round(found.middle, 4), round(found.spread, 4), kept)


def _samples(video: Sequence[float], count: int) -> list[Sequence[float]]:
    """Return groups of `count` pictures: neighbours, as in a short clip, and evenly spaced ones, as without pointer."""
    stride = len(video) // count
    neighbours = [video[first : first + count] for first in range(0, stride * count, count)]
    return [*neighbours, *(video[first::stride][:count] for first in range(stride))]


def save_familiarity(known: Familiarity, folder: Path) -> Path:
    """Write the statistics into a checkpoint's folder, whole or not at all; return the file's path."""
    path = Path(folder) / NAME
    write_json(path, {"format": FORMAT, **asdict(known)})
    return path


def load_familiarity(folder: Path | None) -> Familiarity | None:
    """Return the statistics in a checkpoint's folder; None if it has none.

    Raises:
        ModelError: the file is damaged or has another format.
    """
    path = None if folder is None else folder / NAME
    return read_familiarity(path) if path is not None and path.is_file() else None


def read_familiarity(path: Path) -> Familiarity:
    """Read a file written by `save_familiarity`; errors as in `load_familiarity`."""
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
