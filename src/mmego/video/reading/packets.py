"""Packets of one video stream in decoding order, from any time on, with what was lost between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from mmego.video.container.checksums import ClusterChecksums
from mmego.video.container.decoders import Decoder
from mmego.video.container.opening import Opened, open_video
from mmego.video.probe import StreamFacts

_MOST_FAULTS = 100  # container errors in a row, without a packet, after which the rest counts as lost
_LOST_BYTES = 1024  # bytes between two Matroska blocks that no block accounts for; headers take 7 to about 50
_LOST_FLV_BYTES = 32  # the same in FLV, where 17 to 20 are headers
# Their decoders see damage themselves: a wrong checksum of a cluster would only cost its sound pictures.
_SEES_DAMAGE = frozenset({"vp9", "libdav1d"})


@dataclass(slots=True)
class Entry:
    """One packet.

    `order`: its place in decoding order. `pts`: tick from which its picture is on screen. `ticks`: its stated
    duration. `is_key`: decoding can start here. `since`: order of the keyframe its picture is built from, -1 if
    unknown. `shown`: False for pictures before the start of an edit list. `stretch`: how many times packets were lost
    before it. `after_loss`: some were lost just before it. `is_corrupt`: the container reports it as damaged.
    `opens_piece`: the clock restarts here, so that its picture is built on nothing before it.
    """

    packet: Any
    order: int
    pts: int
    ticks: int
    is_key: bool
    since: int
    shown: bool
    stretch: int
    after_loss: bool
    is_corrupt: bool
    opens_piece: bool


class PacketFeed:
    """Reads packets of one file one by one, and seeks; faults of the container do not stop it. For one thread."""

    def __init__(self, path: Path, facts: StreamFacts) -> None:
        """Open the file; raise VideoError if that fails."""
        self._path, self._facts = path, facts
        self._opened: Opened = open_video(path)
        self._in_flv = "flv" in facts.info.container
        self._in_blocks = self._in_flv or "matroska" in facts.info.container
        has_sums = "matroska" in facts.info.container and facts.info.codec not in _SEES_DAMAGE
        self._sums = ClusterChecksums(path) if has_sums else None
        self.in_mpeg = facts.info.container in ("mpegts", "mpeg")
        # FFmpeg searches its MP4 index by decoding times, shifted by the reordering: right for steady rates only.
        self.seeks_exactly = "mp4" in facts.info.container and facts.steady
        self._second = second = int(1 / facts.time_base)
        self._far = int(max(1.0, facts.info.gop_seconds or 2.0) / facts.time_base)
        gop = int((facts.info.gop_seconds or 2.0) / facts.time_base) + facts.frame_ticks
        self._steps_back = (0, gop, 3 * gop, 10 * second + 4 * gop, 60 * second + 16 * gop)
        self._clock = facts.clock
        self._usual_step = 0
        self._order = self._stretch = 0
        self._reset()

    @property
    def decoder(self) -> Decoder:
        """The decoder of the packets; another one after `seek` had to open the file again."""
        return self._opened.decoder

    def close(self) -> None:
        """Close the file."""
        self._opened.container.close()
        if self._sums is not None:
            self._sums.close()

    def _reset(self) -> None:
        container, stream = self._opened.container, self._opened.stream
        # Matroska, FLV: all streams, so that every byte is accounted for (see _lost_bytes).
        self._packets = container.demux() if self._in_blocks else container.demux(stream)
        self._waiting: Entry | None = None
        self._key = self._key_before = -1
        self._key_pts: int | None = None
        self._last_dts: int | None = None
        self._tail: int | None = None
        self._piece: int | None = None  # of the clock, where the last packet was
        self.horizon: int | None = None
        self.ended = False

    def is_far(self, pts: int) -> bool:
        """Return whether a seek to `pts` is cheaper than reading on to it."""
        return self.horizon is not None and pts - self.horizon > self._far

    def passed(self, pts: int) -> bool:
        """Return whether no later packet can hold a picture shown by `pts`, since dts <= pts and dts rises."""
        return self.ended or (self.horizon is not None and self.horizon > pts)

    def read(self) -> Entry | None:
        """Return the next packet; None at the end, or if nothing more can be read."""
        if self._waiting is not None:
            entry, self._waiting = self._waiting, None
            return entry
        faults = 0
        while not self.ended:
            try:
                packet = next(self._packets, None)
            except MemoryError:  # neither damage nor an end
                raise
            except av.FFmpegError:
                faults += 1
                self.ended = faults > _MOST_FAULTS
                container, stream = self._opened.container, self._opened.stream
                self._packets = container.demux() if self._in_blocks else container.demux(stream)
                continue
            if packet is None or (packet.size == 0 and packet.dts is None):
                self.ended = self.ended or packet is None or packet.stream_index == self._opened.stream.index
                continue
            lost = self._lost_bytes(packet)
            if packet.stream_index == self._opened.stream.index and packet.size and packet.pts is not None:
                if not self._is_another_piece(packet):
                    return self._entry(packet, lost)
                self.ended = True
        return None

    def _lost_bytes(self, packet: Any) -> int:
        """Return how many bytes before this packet belong to no packet (Matroska and FLV skip a damaged part)."""
        if not self._in_blocks or packet.pos is None or packet.pos < 0:
            return 0
        lost = 0 if self._tail is None else packet.pos - self._tail
        self._tail = max(self._tail or 0, packet.pos + packet.size)
        return lost

    def _is_lost(self, lost_bytes: int, pause: int) -> bool:
        """Return whether packets were lost before one that comes `pause` ticks after the one before."""
        if self.in_mpeg:
            return pause > self._facts.longest_pause
        if self._in_flv:
            return lost_bytes > _LOST_FLV_BYTES and 2 * pause > 3 * self._facts.frame_ticks
        return lost_bytes > _LOST_BYTES

    def _entry(self, packet: Any, lost_bytes: int) -> Entry:
        shift, opens_piece, spoilt = self._on_clock(packet)
        pts = packet.pts + shift
        if shift:
            packet.pts = pts  # the picture keeps it through the decoder
        ticks = packet.duration or self._facts.frame_ticks
        pause = 0
        if packet.dts is not None:
            dts = packet.dts + shift
            pause = dts - self._last_dts if self._last_dts is not None else 0
            self._last_dts = dts
            self.horizon = dts if self.horizon is None else max(self.horizon, dts)
        lost = self._is_lost(lost_bytes, pause)
        self._stretch += lost
        if self._sums is not None and packet.pos is not None and packet.pos >= 0:
            spoilt = spoilt or self._sums.is_damaged(packet.pos)
        order = self._order
        self._order += 1
        if packet.is_keyframe:
            self._key_before, self._key, self._key_pts = self._key, order, pts
        # Pictures shown before the keyframe they follow (open GOP) are also built from the group before.
        leading = self._key_pts is not None and pts < self._key_pts
        since = self._key_before if leading else self._key
        shown = not packet.is_discard
        return Entry(
            packet, order, pts, ticks, packet.is_keyframe, since, shown, self._stretch, lost, spoilt, opens_piece
        )

    def _is_another_piece(self, packet: Any) -> bool:
        """Return whether the times step back far: two files joined by `cat`, of which the container knows the first."""
        # The second file's pictures would otherwise count as those of the first at the same times.
        if self._clock is not None or packet.dts is None or self.horizon is None:
            return False
        return bool(packet.dts < self.horizon - self._second)

    def _on_clock(self, packet: Any) -> tuple[int, bool, bool]:
        """Return the ticks to add to the packet's times, whether the clock restarts with it, whether it is damaged."""
        if self._clock is None:
            return 0, False, packet.is_corrupt
        if packet.pos is None or packet.pos < 0:  # the second picture of a packet of the stream
            return self._clock.offsets[self._piece or 0], False, packet.is_corrupt
        piece = self._clock.piece(packet.pos)
        opens = self._piece is not None and piece != self._piece
        self._piece = piece
        # The stream's counters restart, too, which FFmpeg reports as damage to one of the two packets before.
        return self._clock.offsets[piece], opens, packet.is_corrupt and not self._clock.ends_piece(packet.pos)

    def seek(self, pts: int) -> bool:
        """Go to a keyframe at or before `pts`: the last one in formats with an index, else possibly an earlier one.

        Returns:
            True if the container's index led straight there. False if it took steps back or a new start from the
            beginning of the file, as in MPEG streams (no index) and in damaged or cut files.
        """
        for number in range(self._usual_step, len(self._steps_back)):
            if self._seek_once(pts, self._steps_back[number]):
                if self.in_mpeg:
                    self._usual_step = number
                return number == 0
        self._opened.container.close()
        self._opened = open_video(self._path)
        self._reset()
        return False

    def _seek_once(self, pts: int, back: int) -> bool:
        try:
            if self._clock is None:
                self._opened.container.seek(pts - back, stream=self._opened.stream)
            else:  # by place: its times are not those in the file
                self._opened.container.seek(self._clock.place_before(pts - back), unsupported_byte_offset=True)
        except MemoryError:  # neither damage nor an end
            raise
        except av.FFmpegError:
            return False
        self._reset()
        while (entry := self.read()) is not None:
            if entry.is_key and entry.pts <= pts:
                self._waiting = entry
                return True
            if entry.is_key or self.passed(pts):
                return False
        return False

    def is_readable(self, pts: int) -> bool:
        """Return whether the packet at `pts` is in the file; it moves the feed there, so `seek` before you read on."""
        try:
            self._opened.container.seek(pts, stream=self._opened.stream, any_frame=True)
        except MemoryError:  # neither damage nor an end
            raise
        except av.FFmpegError:
            return False
        self._reset()
        entry = self.read()
        return entry is not None and not entry.is_corrupt
