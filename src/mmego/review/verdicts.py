"""Drawing items for people to judge, and summing up their verdicts."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any, Generic, TypeVar

from mmego.errors import InputError
from mmego.records.length_classes import LENGTH_CLASSES

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rate:
    """Numbers of yes and no verdicts, the share of yes, and its 95 % Wilson interval (0 to 1)."""

    yes: int
    no: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, verdicts: Iterable[bool]) -> Rate:
        """Return the rate of single verdicts. Without a verdict the shares are NaN."""
        found = list(verdicts)
        yes = sum(found)
        low, high = wilson(yes, len(found))
        return cls(yes, len(found) - yes, yes / len(found) if found else math.nan, low, high)


def wilson(yes: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval for a share: right for few verdicts and for shares near 0 and 1. NaN if total is 0."""
    if not total:
        return math.nan, math.nan
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = yes / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    # At both ends the bound is exact; the formula would miss it by a rounding error.
    return middle - half if yes else 0.0, middle + half if yes < total else 1.0


def draw_evenly(items: Iterable[tuple[str, T]], number: int, seed: int) -> list[T]:
    """Return at most `number` items of ``(group, item)``, in their order, as equally from each group as possible.

    Raises InputError for a number below 1.
    """
    if number < 1:
        raise InputError(f"--number must be at least 1, got {number}")
    reservoirs: dict[str, Reservoir[T]] = {}
    for order, (group, item) in enumerate(items):
        reservoir = reservoirs.setdefault(group, Reservoir(number, random.Random(f"{seed} {group}")))
        reservoir.offer((order, item))
    drawn: list[tuple[int, T]] = []
    # One from each group in turn, in a random order within the group.
    queues = [reservoirs[group].shuffled() for group in sorted(reservoirs)]
    while len(drawn) < number and any(queues):
        for queue in queues:
            if queue and len(drawn) < number:
                drawn.append(queue.pop())
    return [item for _, item in sorted(drawn, key=lambda one: one[0])]


class Reservoir(Generic[T]):
    """At most `size` items of a stream, each with the same chance (reservoir sampling)."""

    def __init__(self, size: int, rng: random.Random) -> None:
        self._size, self._rng, self._seen = size, rng, 0
        self._kept: list[tuple[int, T]] = []

    def offer(self, item: tuple[int, T]) -> None:
        """Keep the item, or drop it at random; it may replace another one."""
        self._seen += 1
        if len(self._kept) < self._size:
            self._kept.append(item)
        elif (place := self._rng.randrange(self._seen)) < self._size:
            self._kept[place] = item

    def shuffled(self) -> list[tuple[int, T]]:
        """Return the kept items in random order."""
        return self._rng.sample(self._kept, len(self._kept))


def group_rank(name: str) -> tuple[int, str]:
    """Return a sort key for groups: length classes by length, categories by name."""
    return (LENGTH_CLASSES.index(name) if name in LENGTH_CLASSES else -1), name


def rates_json(rates: Mapping[str, Rate]) -> dict[str, Any]:
    """Return rates for JSON: null instead of NaN where nothing was judged."""
    return {
        column: {key: None if isinstance(v, float) and math.isnan(v) else v for key, v in asdict(rate).items()}
        for column, rate in rates.items()
    }
