"""Values of JSON records: types are checked when read, numbers are rounded when written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mmego.errors import InputError


@contextmanager
def naming_bad_values(what: str, row: Any) -> Iterator[None]:
    """Raise InputError, naming `what` ("a QA sample"), for a key that `row` lacks or a value of another type."""
    try:
        yield
    except KeyError as error:
        raise InputError(f"{what} lacks {error}; it has {sorted(row)}") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError(f"{what} holds a value of another kind than it needs: {error}") from error


def text(row: dict[str, Any], key: str) -> str:
    """Return the text under `key`; raise KeyError, or TypeError for anything but text."""
    value = row[key]
    if not isinstance(value, str):
        raise TypeError(f"{key!r} must be text, got {type(value).__name__}")
    return value


def texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the list of texts under `key`; raise KeyError, or TypeError for anything else."""
    value = row[key]
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{key!r} must be a list of texts, got {type(value).__name__}")
    return tuple(value)


def milliseconds(seconds: float) -> float:
    """Return a time rounded for JSON: no frame is on screen for less than a millisecond."""
    return round(seconds, 3)


def six_digits(number: float) -> float:
    """Return a score or probability rounded for JSON; more digits are noise of the processor."""
    return float(f"{number:.6g}")


def all_finite(numbers: Iterable[float]) -> bool:
    """Return whether no number is infinite or NaN, which JSON cannot hold."""
    return all(math.isfinite(number) for number in numbers)
