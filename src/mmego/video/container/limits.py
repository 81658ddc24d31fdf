"""How large a picture may be: set once by a command, applied wherever a file is opened."""

from __future__ import annotations

from mmego.errors import InputError

MAX_PIXELS = 100_000_000
"""Pixels of the largest picture that is decoded by default (10,000 x 10,000)."""

_max_pixels = MAX_PIXELS


def max_pixels() -> int:
    """Return the present limit in pixels (width times height as stored)."""
    return _max_pixels


def decoder_limit() -> str:
    """Return the limit as FFmpeg's option; FFmpeg pads each row to a multiple of 128 pixels."""
    return str(_max_pixels + 128 * 65536)


def set_max_pixels(pixels: int) -> None:
    """Refuse pictures of more than `pixels` from now on, in the whole process.

    Raises:
        InputError: for a limit below 1.
    """
    global _max_pixels
    if pixels < 1:
        raise InputError(f"--max-pixels must be at least 1, got {pixels}")
    _max_pixels = pixels
