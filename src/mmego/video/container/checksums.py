"""Checksums that FFmpeg ignores: Matroska has one for each cluster, HEVC one for each picture."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmego.errors import VideoError

_CLUSTER, _CRC32 = b"\x1f\x43\xb6\x75", b"\xbf\x84"
_LONGEST_HEAD = 4 + 8 + 2 + 4  # bytes of a cluster's name, size and checksum
_LOOK_BACK = 1 << 20  # bytes before a block in which its cluster is looked for
_PIECE = 1 << 20
# A suffix SEI of HEVC: its kind of unit, then payload 132, the decoded picture's hash.
_SUFFIX_SEI, _PICTURE_HASH = 0x50, 132
_MD5_SIZES = (1 + 16, 1 + 3 * 16)  # of one plane or three
_HASH_WINDOW = 160  # bytes at the end of a packet in which the hash lies


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Bytes `start` to `end` of the file, without the checksum before them, and whether that checksum is wrong."""

    start: int
    end: int
    is_damaged: bool


class ClusterChecksums:
    """Finds the blocks of a Matroska file that lie in a cluster with a wrong CRC-32. For one thread.

    FFmpeg writes a CRC-32 into each cluster of an MKV (not of a WebM) and does not check it. A cluster is mostly a
    group of pictures. It is read when the first of its blocks is asked for.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; raise VideoError if that fails."""
        self._path = path
        try:
            self._file = path.open("rb")
            self._length = path.stat().st_size
        except OSError as error:
            raise VideoError(f"{path}: cannot be read: {error.strerror}") from error
        self._now: _Cluster | None = None
        self._searched_to = -1  # no cluster with a checksum begins within `_LOOK_BACK` before this place

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def is_damaged(self, place: int) -> bool:
        """Return whether the block at byte `place` lies in a cluster with a wrong checksum.

        Raises:
            VideoError: the file can no longer be read.
        """
        if self._now is None or not self._now.start <= place < self._now.end:
            if self._now is None and 0 <= place - self._searched_to < _LOOK_BACK:
                first = self._searched_to - _LONGEST_HEAD  # the part before was searched for the last block
            else:
                first = place - _LOOK_BACK
            try:
                self._now = self._find(max(0, first), place)
            except OSError as error:
                raise VideoError(f"{self._path}: cannot be read: {error.strerror}") from error
            self._searched_to = place
        return self._now is not None and self._now.is_damaged

    def _find(self, first: int, place: int) -> _Cluster | None:
        """Return the cluster around `place` that begins at byte `first` or later, if it has a checksum."""
        self._file.seek(first)
        before = self._file.read(place - first)
        at = before.rfind(_CLUSTER)
        while at >= 0:
            cluster = self._cluster(first + at, before[at : at + _LONGEST_HEAD])
            if cluster is not None and cluster.start <= place < cluster.end:
                return cluster
            at = before.rfind(_CLUSTER, 0, at)
        return None

    def _cluster(self, at: int, head: bytes) -> _Cluster | None:
        """Return the cluster whose `head` begins at byte `at`; None if cut, or without checksum or stated size."""
        if len(head) < 5:
            return None
        width = 9 - head[4].bit_length()  # as many leading zeros as bytes follow
        size = int.from_bytes(head[4 : 4 + width], "big") & ((1 << 7 * width) - 1)
        body = 4 + width
        end = at + body + size
        if width > 8 or head[body : body + 2] != _CRC32 or end > self._length:
            return None
        stated = int.from_bytes(head[body + 2 : body + 6], "little")
        start = at + body + 6
        return _Cluster(start, end, self._sum(start, end) != stated)

    def _sum(self, start: int, end: int) -> int:
        self._file.seek(start)
        result = 0
        while start < end and (piece := self._file.read(min(_PIECE, end - start))):
            result = zlib.crc32(piece, result)
            start += len(piece)
        return result


def has_picture_hash(packet: Any) -> bool:
    """Return whether an HEVC packet ends with an MD5 of its picture, the only kind that FFmpeg's decoder compares.

    Args:
        packet: bytes of one picture; before each unit stands a start code or its length.
    """
    data = bytes(memoryview(packet)[-_HASH_WINDOW:])
    place = data.rfind(bytes([_SUFFIX_SEI]) + b"\x01" + bytes([_PICTURE_HASH]))
    if place < 4 or len(data) < place + 5:
        return False
    begins = data[place - 3 : place] == b"\0\0\1" or int.from_bytes(data[place - 4 : place], "big") == len(data) - place
    return begins and data[place + 3] in _MD5_SIZES and data[place + 4] == 0
