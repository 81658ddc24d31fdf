"""Damage in JPEG pictures, found by their markers without decoding."""

from __future__ import annotations

import re

_START, _END, _SCAN, _INTERVAL = 0xD8, 0xD9, 0xDA, 0xDD
_RESTARTS = range(0xD0, 0xD8)
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
# In a scan, where FF 00 stands for a byte FF of its data. A pattern that begins with FF+ takes 18 times as long.
_IN_SCAN = re.compile(rb"\xff([^\x00\xff])", re.DOTALL)
_SECOND = re.compile(rb"\x00*(\xff\xd8)")


NO_END = "ends without EOI"


def find_fault(data: bytes) -> str:
    """Return what is wrong with the picture; empty if its markers are in order.

    A sound picture begins with SOI and ends with EOI, its segments have the length they state, and a scan holds only
    restart markers that count from 0 to 7 again and again. Bytes after the picture are ignored (padding, a webcam's old
    buffer), except a second picture: interlaced MJPEG has two in a packet.

    Args:
        data: one packet of MJPEG.
    """
    place, reason = _picture(data, 0)
    if reason:
        return reason
    second = _SECOND.match(data, place)
    return _picture(data, second.start(1))[1] if second else ""


def _picture(data: bytes, place: int) -> tuple[int, str]:
    """Return where the picture that begins at `place` ends, and what is wrong with it."""
    if data[place : place + 2] != bytes([0xFF, _START]):
        return place, "does not begin with SOI"
    place += 2
    interval = False
    while True:
        marker = _MARKER.match(data, place)
        if marker is None:
            return place, NO_END if place >= len(data) else "no marker where one belongs"
        kind, place = marker[1][0], marker.end()
        if kind == _END:
            return place, ""
        length = int.from_bytes(data[place : place + 2], "big")
        if kind in _RESTARTS or kind == _START or length < 2 or place + length > len(data):
            return place, f"segment {kind:02X} is damaged"
        if kind == _INTERVAL:
            interval = data[place + 2 : place + 4] != b"\0\0"
        place += length
        if kind == _SCAN:
            place, reason = _scan(data, place, interval)
            if reason:
                return place, reason


def _scan(data: bytes, place: int, interval: bool) -> tuple[int, str]:
    """Return where the scan data from `place` on end, and what is wrong with them. `interval`: restarts are due."""
    for number, marker in enumerate(_IN_SCAN.finditer(data, place)):
        kind = marker[1][0]
        if kind not in _RESTARTS:
            return marker.start(), ""
        if not interval or kind - _RESTARTS[0] != number % 8:
            return marker.start(), f"restart {kind:02X} out of order"
    return len(data), NO_END
