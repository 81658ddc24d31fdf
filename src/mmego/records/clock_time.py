"""Times as people read them: ``mm:ss`` or ``h:mm:ss``."""

from __future__ import annotations


def clock_time(seconds: float) -> str:
    """Return seconds as ``mm:ss``, or ``h:mm:ss`` from one hour on; rounded down, as a player shows them."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
