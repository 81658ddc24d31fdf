"""The seven length classes of clips and their three groups, as EgoMemoria has them (arXiv 2410.07177)."""

from __future__ import annotations

LENGTH_CLASSES = ("0.5-1", "1-2", "2-4", "4-10", "10-20", "20-40", "40-60")
_BOUNDS = (1.0, 2.0, 4.0, 10.0, 20.0, 40.0)


def length_class(seconds: float) -> str:
    """Return the length class of a clip, in minutes ("0.5-1" up to "40-60").

    A boundary belongs to the longer class. Shorter than half a minute counts as "0.5-1", longer than an hour as
    "40-60", so that every clip has one of the seven.
    """
    minutes = seconds / 60
    return next(
        (name for name, bound in zip(LENGTH_CLASSES, _BOUNDS, strict=False) if minutes < bound),
        LENGTH_CLASSES[-1],
    )


def class_range(name: str) -> tuple[float, float]:
    """Return the shortest and the longest clip of a length class, in seconds: (30, 60) up to (2400, 3600)."""
    shortest, longest = name.split("-")
    return 60 * float(shortest), 60 * float(longest)


def length_group(name: str) -> str:
    """Return ``short`` (to 2 min), ``medium`` (to 20) or ``long`` for a length class."""
    index = LENGTH_CLASSES.index(name)
    return "short" if index < 2 else "medium" if index < 5 else "long"
