"""The units of an H.264 stream, as far as they tell whether decoding can begin at a packet."""

from __future__ import annotations

from collections.abc import Iterator

_IDR = 5


def has_idr(packet: bytes, extradata: bytes | None) -> bool:
    """Whether a packet holds a picture before which nothing is needed (IDR).

    Args:
        packet: one picture, its units behind start codes or behind their lengths.
        extradata: the stream's header, which says how many bytes a length has.
    """
    if extradata and extradata[0] == 1 and len(extradata) > 4:
        return _IDR in _after_lengths(packet, (extradata[4] & 3) + 1)
    return _IDR in _after_start_codes(packet)


def _after_lengths(packet: bytes, size: int) -> Iterator[int]:
    place = 0
    while place + size < len(packet):
        yield packet[place + size] & 31
        place += size + int.from_bytes(packet[place : place + size], "big")


def _after_start_codes(packet: bytes) -> Iterator[int]:
    place = packet.find(b"\0\0\1")
    while 0 <= place < len(packet) - 3:
        yield packet[place + 3] & 31
        place = packet.find(b"\0\0\1", place + 3)
