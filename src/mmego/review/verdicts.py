"""Draw what people are to judge, and sum up their verdicts."""

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
    """How many verdicts say yes and no, the share of yes, and its 95 % Wilson interval (all 0 to 1)."""

    yes: int
    no: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, verdicts: Iterable[bool]) -> Rate:
        """From single verdicts; NaN shares of nothing."""
        found = list(verdicts)
        yes = sum(found)
        low, high = wilson(yes, len(found))
        return cls(yes, len(found) - yes, yes / len(found) if found else math.nan, low, high)


def wilson(yes: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval for a share: right also for few verdicts and for shares near 0 and 1. NaN of nothing."""
    if not total:
        return math.nan, math.nan
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = yes / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    # At the ends the bound is exact; rounding would put it a hair beside.
    return middle - half if yes else 0.0, middle + half if yes < total else 1.0


def draw_evenly(items: Iterable[tuple[str, T]], number: int, seed: int) -> list[T]:
    """At most `number` of the ``(group, item)`` given, in their order: equally many of each group, as far as it goes.

    Raises InputError for a number below 1.
    """
    if number < 1:
        raise InputError(f"--number must be at least 1, got {number}")
    pools: dict[str, Pool[T]] = {}
    for order, (group, item) in enumerate(items):
        pool = pools.setdefault(group, Pool(number, random.Random(f"{seed} {group}")))
        pool.offer((order, item))
    drawn: list[tuple[int, T]] = []
    # One from each group in turn, from the group's own random order.
    queues = [pools[group].shuffled() for group in sorted(pools)]
    while len(drawn) < number and any(queues):
        for queue in queues:
            if queue and len(drawn) < number:
                drawn.append(queue.pop())
    return [item for _, item in sorted(drawn, key=lambda one: one[0])]


class Pool(Generic[T]):
    """Up to `size` items of a stream, each with the same chance (reservoir sampling)."""

    def __init__(self, size: int, rng: random.Random) -> None:
        self._size, self._rng, self._seen = size, rng, 0
        self._kept: list[tuple[int, T]] = []

    def offer(self, item: tuple[int, T]) -> None:
        """Take the item, perhaps, in the place of another."""
        self._seen += 1
        if len(self._kept) < self._size:
            self._kept.append(item)
        elif (place := self._rng.randrange(self._seen)) < self._size:
            self._kept[place] = item

    def shuffled(self) -> list[tuple[int, T]]:
        """The items kept, in random order."""
        return self._rng.sample(self._kept, len(self._kept))


def by_rank(name: str) -> tuple[int, str]:
    """Length classes by length, categories by name."""
    return (LENGTH_CLASSES.index(name) if name in LENGTH_CLASSES else -1), name


def rates_json(rates: Mapping[str, Rate]) -> dict[str, Any]:
    """Rates as JSON has them: null instead of NaN where nothing was judged."""
    return {
        column: {key: None if isinstance(v, float) and math.isnan(v) else v for key, v in asdict(rate).items()}
        for column, rate in rates.items()
    }
