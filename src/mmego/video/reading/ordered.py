"""Frames of files that do not say when a picture is shown: decoded from the start, timed by their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from mmego.video.container.opening import RAW, Opened, open_video
from mmego.video.container.picture_times import PictureTimes
from mmego.video.probe import StreamFacts
from mmego.video.reading.exact import DAMAGED, MISSING, PAST_END, UNKNOWN, ReadResult

# Packets before a loss whose pictures may be spoilt by it or shown after others: H.264 reorders so many, and one time
# of a program stream covers about as many small pictures.
_NEAR_LOSS = 16


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture from the decoder.

    `start`: tick from which it is shown. `spoilt`: why it must not be used, empty if it may. `lost`: why pictures are
    missing just before it, empty if none is.
    """

    frame: Any
    start: int
    is_key: bool
    spoilt: str
    lost: str


class OrderedReader:
    """Reads frames of one file with one decoder, each picture once, and holds at most three. For one thread.

    The i-th picture that leaves the decoder is shown at the i-th of the file's picture times. After damage the count
    restarts at the next keyframe: its place in decoding order and the pictures shown before it give its number.
    """

    def __init__(
        self,
        path: Path,
        facts: StreamFacts,
        picture_times: PictureTimes,
        within: int | None = -1,
        earliest: int | None = None,
    ) -> None:
        """Open the file; raise VideoError if that fails.

        Args:
            path: the video.
            facts: the result of `probe_stream`.
            picture_times: when its pictures are shown.
            within: most ticks between a target and a keyframe that may replace its exact frame: None for any number,
                -1 for exact frames only.
            earliest: the first tick at which such a keyframe may lie, None for any.
        """
        self._path, self._facts, self._picture_times = path, facts, picture_times
        self._within, self._earliest = within, earliest
        self._opened: Opened = self._open()
        self._restart()

    def close(self) -> None:
        """Close the file."""
        self._opened.container.close()

    def _open(self) -> Opened:
        # In a stream without container only the decoder's log shows a lost packet.
        return open_video(self._path, listen=self._facts.info.container in RAW)

    def _restart(self) -> None:
        self._now: _Picture | None = None
        self._key: _Picture | None = None
        self._tail = ""  # why pictures are missing after the last one, empty if none is
        self._pictures = self._decode()
        self._next = next(self._pictures, None)

    def read(self, targets: Sequence[int]) -> Iterator[ReadResult]:
        """Yield one ReadResult per target tick (rising), in order."""
        if targets and self._now is not None and targets[0] < self._now.start:
            self.close()
            self._opened = self._open()
            self._restart()
        for target in targets:
            yield self._shot(target)

    def _shot(self, target: int) -> ReadResult:
        while self._next is not None and (self._now is None or self._next.start <= target):
            self._now = self._next
            if self._now.is_key and not self._now.spoilt:
                self._key = self._now
            self._next = next(self._pictures, None)
        now = self._now
        if now is None:
            return ReadResult(None, target, PAST_END)
        if reason := self._is_over(now, target):
            return ReadResult(None, target, reason)
        key = self._key
        if key is not None and self._stands_in(key, target):
            return ReadResult(key.frame, key.start)
        return ReadResult(None, target, now.spoilt) if now.spoilt else ReadResult(now.frame, now.start)

    def _is_over(self, now: _Picture, target: int) -> str:
        """Return why `now`, the last picture that begins by the target, has left the screen; empty if it has not."""
        frame = self._facts.frame_ticks
        late = target >= now.start + frame * 3 // 2
        if self._next is not None:
            return self._next.lost if late else ""
        if late and self._tail:
            return self._tail
        return PAST_END if target >= max(self._picture_times.end, now.start + frame) + frame // 2 else ""

    def _stands_in(self, key: _Picture, target: int) -> bool:
        if self._within is not None and target - key.start > self._within:
            return False
        return self._earliest is None or key.start >= self._earliest

    # ---- the decoder -----------------------------------------------------------------------------------------

    def _decode(self) -> Iterator[_Picture]:
        """Yield every picture of the file, in the order in which they are shown."""
        count = _PictureCounter(self._picture_times, self._facts.info.container not in RAW)
        order = 0
        for packet in self._packets():
            packet.pts = packet.dts = order  # comes out again with the picture
            if packet.is_corrupt:
                count.note_damage(order, DAMAGED)
            if order in self._picture_times.losses:
                count.note_damage(order - 0.5, MISSING)
            if packet.is_keyframe:
                count.keys.append(order)
            yield from self._send(packet, order, count)
            order += 1
        yield from self._send(None, order, count)
        self._tail = count.lost

    def _packets(self) -> Iterator[Any]:
        try:
            for packet in self._opened.container.demux(self._opened.stream):
                if packet.size:
                    yield packet
        except MemoryError:  # neither damage nor an end
            raise
        except av.FFmpegError:
            return  # as in `read_picture_times`: the container ends here

    def _send(self, packet: Any | None, order: int, count: _PictureCounter) -> list[_Picture]:
        frames = self._opened.decoder.decode(packet)
        if self._opened.decoder.failed:
            count.note_damage(order, DAMAGED)
        return [count.add(frame, order if frame.pts is None else frame.pts) for frame in frames]


class _PictureCounter:
    """Counts pictures as they leave the decoder, and knows which are built on damaged ones."""

    def __init__(self, picture_times: PictureTimes, recovers: bool) -> None:
        """Start at the first picture; `recovers`: lost packets show in the times of those after them."""
        self._picture_times, self._recovers = picture_times, recovers
        # How many packets have a known place; the last ones before a break may be shown after others.
        self._known = picture_times.known - (_NEAR_LOSS if picture_times.known < len(picture_times.ticks) else 0)
        self.keys: list[int] = []  # orders of the last keyframes sent
        self.lost = ""  # why pictures may be missing since the last one that came out
        self._number = 0  # of the next picture
        self._bad: list[float] = []  # orders of damaged packets; n - 0.5 stands for one missing before n
        self._unsure = False  # whether pictures may be missing since the last keyframe came out
        self._key_out = -1  # order of the last keyframe that came out
        self._leading: dict[int, int] = {}  # pictures that came out before the keyframe they follow, by keyframe

    def note_damage(self, order: float, reason: str) -> None:
        """Note damage to packet `order`."""
        self._bad.append(order)
        self._unsure = True
        if not self._recovers:
            self._known = min(self._known, int(order) - _NEAR_LOSS)
        self.lost = self.lost or reason

    def add(self, frame: Any, order: int) -> _Picture:
        """Give the picture that was decoded from packet `order` its time."""
        if frame.is_corrupt:
            self.note_damage(order, DAMAGED)
        is_key = order in self.keys
        since = max((key for key in self.keys if key <= order), default=-1)
        if not is_key and since > self._key_out:  # shown before the keyframe it follows
            self._leading[since] = self._leading.get(since, 0) + 1
            since = max((key for key in self.keys if key < since), default=-1)
        if is_key:
            if self._unsure:
                self._number = max(self._number, order + self._leading.get(order, 0))
                self._unsure = any(bad > order for bad in self._bad)
            self._key_out = order
            self._leading.clear()
            self.keys = [key for key in self.keys if key >= self._key_before(order)]
        # Damage that loses packets mostly begins in the packets before them, which may be shown after others.
        near = any(order + ahead in self._picture_times.losses for ahead in range(1, _NEAR_LOSS + 1))
        spoilt = DAMAGED if near or any(since <= bad <= order for bad in self._bad) else ""
        if order >= self._known:
            spoilt = UNKNOWN
        start = self._picture_times.ticks[min(self._number, len(self._picture_times.ticks) - 1)]
        lost, self.lost = self.lost, ""
        self._number += 1
        self._bad = [bad for bad in self._bad if not self.keys or bad >= self.keys[0]]
        return _Picture(frame, start, is_key, spoilt, lost)

    def _key_before(self, order: int) -> int:
        return max((key for key in self.keys if key < order), default=order)
