"""Breaks in the chain of chunks of an AVI file. A picture's time there is its place in the chain."""

from __future__ import annotations

from pathlib import Path

_INSIDE = {b"AVI ", b"AVIX", b"movi", b"rec "}  # lists whose chunks are walked through
_BUFFER = 1 << 16


def first_break(path: Path) -> int | None:
    """Return the byte at which the chain of chunks breaks or the file is cut; None if the chain is whole.

    FFmpeg finds the next chunk after a break and goes on counting pictures, however many were lost there.
    """
    size = path.stat().st_size
    with path.open("rb", _BUFFER) as reader:
        place = last = 0
        while place + 8 <= size:
            last = place
            reader.seek(place)
            head = reader.read(12)
            if not all(32 <= byte < 127 for byte in head[:4]):
                return place
            if head[:4] in (b"RIFF", b"LIST") and head[8:] in _INSIDE:
                place += 12
            else:
                length = int.from_bytes(head[4:8], "little")
                place += 8 + length + (length & 1)
    return last if place > size + 1 else None
