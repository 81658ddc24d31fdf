"""Limits of rendering a chat template, in units of work: the same template always stops at the same place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jinja2

MOST_UNITS = 2_000_000
"""Units of one rendering; each character of a new value is one unit."""
STEP = 20
"""Units of a loop turn, a call, or an item of a value, by how much longer they take than a character."""
MOST_PRODUCT = 50_000_000
"""Most product of the sizes of two arguments of a filter or method, which `replace`, `join` or `center` may produce."""
WIDTH = re.compile(r"\d{5,}|[*]")  # of `%`, `format` and `strftime`: so long a number pads to megabytes


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
    """Give the block a full number of units."""
    token = _budget.set(_Budget())
    try:
        yield
    finally:
        _budget.reset(token)


def pay(units: int) -> bool:
    """Use up units; return True, so that a loop's condition can call it."""
    budget = _budget.get()
    if budget is not None:
        budget.pay(units)
    return True


def size(value: Any) -> int:
    """Return the characters, bytes or items of a value, nested ones each time they occur; stop when units run out.

    ``[a, a]`` of ``[b, b]`` of ... is small in memory and endless when printed.
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
    """Pay for a value that the template made and return it, an iterator of unknown length as a list."""
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
    """Refuse a call that would make too large a value: sizes multiply in `replace`, and numbers are lengths."""
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
