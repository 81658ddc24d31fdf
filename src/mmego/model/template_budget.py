"""What rendering a chat template may use, in units: the same template always ends in the same place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jinja2

MOST_UNITS = 2_000_000
"""What one rendering may use: a character of a value that is made is one unit."""
STEP = 20
"""Units of a turn of a loop, a call, or an item of a value: so much longer they take than a character."""
MOST_PRODUCT = 50_000_000
"""Of the sizes of two values given to one filter or method: what `replace`, `join` or `center` could make of them."""
WIDTH = re.compile(r"\d{5,}|[*]")  # of `%`, `format` and `strftime`: a number so long pads to megabytes


class SpentError(ValueError):
    """The units are used up."""


class _Budget:
    def __init__(self) -> None:
        self.left = MOST_UNITS

    def pay(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise SpentError(f"it loops or grows beyond {MOST_UNITS // STEP:,} steps")


_budget: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def fresh_budget() -> Iterator[None]:
    """All units for what is done inside."""
    token = _budget.set(_Budget())
    try:
        yield
    finally:
        _budget.reset(token)


def pay(units: int) -> bool:
    """Take units off what is left; True, so that a loop's condition can call it."""
    budget = _budget.get()
    if budget is not None:
        budget.pay(units)
    return True


def size(value: Any) -> int:
    """Characters, bytes or items of a value, those inside it counted each time they occur; stops where units end.

    ``[a, a]`` of ``[b, b]`` of ... is small in memory and endless in print.
    """
    budget = _budget.get()
    most = MOST_UNITS if budget is None else budget.left
    total, waiting = 0, [value]
    while waiting and total <= most:
        one = waiting.pop()
        total += STEP
        if isinstance(one, str | bytes):
            total += len(one)
        elif isinstance(one, bool) or one is None:
            pass
        elif isinstance(one, int):
            total += one.bit_length() // 8
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, jinja2.utils.Namespace):
            waiting += object.__getattribute__(one, "_Namespace__attrs").values()
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif isinstance(one, range):
            total += STEP * len(one)
    return total


def made(value: Any) -> Any:
    """A value that the template made: paid for, and no iterator whose length nobody knows."""
    if isinstance(value, type({}.keys()) | type({}.values()) | type({}.items())):
        value = list(value)
    elif hasattr(value, "__next__") and not isinstance(value, jinja2.runtime.LoopContext):
        drawn = []
        for item in value:
            pay(STEP)
            drawn.append(item)
        value = drawn
    pay(size(value))
    return value


def check_work(name: str, arguments: Sequence[Any]) -> None:
    """Refuse a call before it makes what could not be held: sizes multiply in `replace`, numbers are lengths."""
    sizes = sorted(
        (abs(one) if isinstance(one, int) and not isinstance(one, bool) else size(one) for one in arguments),
        reverse=True,
    )
    pay(STEP + sum(sizes))
    if len(sizes) > 1 and (sizes[0] + 1) * (sizes[1] + 1) > MOST_PRODUCT:
        raise SpentError(f"{name} would make too much text")
    padding = name in ("format", "format_map", "strftime_now")
    if padding and any(isinstance(one, str) and WIDTH.search(one) for one in arguments):
        raise SpentError(f"{name} pads to a width of five digits or more")
