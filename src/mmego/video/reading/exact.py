"""The picture on screen at given ticks of one stream, found with as little decoding as possible."""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmego.video.probe import StreamFacts
from mmego.video.reading.packets import Entry, PacketFeed

# Decoders that apply `skip_frame` packet by packet (dav1d reads it only once, when opened, and would go on skipping).
_SKIPPING = {"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4"}
PAST_END = "past the last frame in the file"
DAMAGED = "damaged in the file"
MISSING = "packets missing in the file"
UNKNOWN = "its time is unknown, since packets are missing before it"
_NOT_DECODED = "gave no picture"
_LONG_AGO, _FAR_AHEAD = -(1 << 62), 1 << 62  # before and after every tick
_MOST_AHEAD = 32 << 20  # bytes of packets kept while looking for the next keyframe; beyond it, decode what is there


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a reader found for one target: a decoded frame with its tick, or the reason why there is none."""

    frame: Any | None
    pts: int
    reason: str = ""


@dataclass(slots=True)
class _Claim:
    """A target whose packet was sent; it is settled when a frame of tick `after` or later has come out."""

    entry: Entry
    after: int


class ExactReader:
    """Reads frames of one file with one decoder. For one thread; close it when done.

    It reads ahead in the packets until it knows which one is on screen at the target, starts at the last keyframe
    before it, skips pictures that nothing is built from (`skip_frame`), and stops after the target. A packet that
    fails, is cut or is missing spoils everything built on it up to the next keyframe: these frames are reported as
    damaged, not returned.
    """

    def __init__(self, path: Path, facts: StreamFacts) -> None:
        """Open the file; raise VideoError if that fails."""
        self._facts = facts
        self.feed = PacketFeed(path, facts)
        self._may_skip = facts.info.codec in _SKIPPING
        self.end: int | None = None  # tick at which a cut file ends, once known
        self._lead = 0  # ticks before a target at which decoding starts at the latest
        self._may_start_earlier = True
        self._clear()

    def close(self) -> None:
        """Close the file."""
        self.feed.close()

    def _clear(self) -> None:
        self._ahead: deque[Entry] = deque()
        self._ahead_bytes = 0
        self._screen: list[Entry] = []  # by pts, from the one on screen at the last target on
        self._claims: deque[_Claim] = deque()
        self._bad: list[float] = []  # orders of damaged packets; n - 0.5 stands for one missing before n
        self._proved: set[int] = set()  # orders of packets after these whose pictures have a right checksum
        self._clear_decoder()

    def _clear_decoder(self) -> None:
        self.feed.decoder.flush_buffers()
        self._running = False
        self._skipping = False
        self.feed.decoder.skip_frame = "DEFAULT"
        self._frames: dict[int, Any] = {}  # came out and may be claimed, by pts
        self._orders: dict[int, int] = {}  # sent, by pts
        self._sent = self._out = _LONG_AGO  # largest pts sent, and largest that came out

    # ---- which picture is on screen --------------------------------------------------------------------------

    def read(self, targets: Sequence[int]) -> Iterator[ReadResult]:
        """Yield one ReadResult per target tick (rising), in order: the last frame whose time is at or before it."""
        for done, shot in enumerate(self._read(targets)):
            if shot.reason == _NOT_DECODED and self._may_start_earlier:
                self._start_earlier()
                yield from self.read(targets[done:])
                return
            yield shot

    def _start_earlier(self) -> None:
        """Start a few keyframes earlier from now on: streams with intra refresh need several to give a picture."""
        self._may_start_earlier = False
        self._lead = int(3 * (self._facts.info.gop_seconds or 2.0) / self._facts.time_base)

    def _read(self, targets: Sequence[int]) -> Iterator[ReadResult]:
        self._ready: deque[ReadResult] = deque()
        self._restart(targets[0])
        for target in targets:
            found = self._find(target)
            if isinstance(found, str):
                self._drain()
                self._ready.append(ReadResult(None, target, found))
            else:
                self._claims.append(self._send_up_to(found))
                self._settle()
            while self._ready:
                yield self._ready.popleft()
        self._drain()
        while self._ready:
            yield self._ready.popleft()

    def _restart(self, target: int) -> None:
        self.feed.seek(target - self._lead)
        self._clear()

    def _find(self, target: int) -> Entry | str:
        """Return the packet on screen at `target`, with a decoder ready for it; or why there is none."""
        if self.end is not None and target >= self.end:
            return PAST_END
        if self.feed.is_far(target):
            self._drain()
            self._restart(target)
        found = self._look(target)
        if found == PAST_END:
            # Damage can look like the end of the container: seek there once more before reporting the end.
            self._drain()
            self._restart(target)
            found = self._look(target)
            if found == PAST_END and self._screen:
                self.end = min(target, self._screen[-1].pts + self._screen[-1].ticks)
        return found

    def _look(self, target: int) -> Entry | str:
        while not self.feed.passed(target):
            entry = self.feed.read()
            if entry is None:
                break
            self._ahead.append(entry)
            self._ahead_bytes += entry.packet.size
            if entry.after_loss:
                # Damage that loses packets mostly begins within the packet before them.
                self._bad += [entry.order - 1, entry.order - 0.5]
            if entry.opens_piece:
                self._bad.append(entry.order - 0.5)
            if entry.shown:
                bisect.insort(self._screen, entry, key=_pts)
            if self._ahead_bytes > _MOST_AHEAD:
                self._decode_early(target)
        on_screen = self._on_screen(target)
        if on_screen is None:
            return PAST_END if self.feed.ended else "nothing to decode there"
        if reason := self._is_over(on_screen, target):
            return reason
        return on_screen if self._go_to_keyframe(on_screen) else "no keyframe before it"

    def _on_screen(self, target: int) -> Entry | None:
        place = bisect.bisect_right(self._screen, target, key=_pts) - 1
        if place < 0:
            # Only the first frame of the file may be shown before its time (rounding of start times).
            first = self._screen[0] if self._screen else None
            close = first is not None and first.pts - target <= self._facts.frame_ticks
            return first if close else None
        del self._screen[:place]
        return self._screen[0]

    def _is_over(self, entry: Entry, target: int) -> str:
        """Return why `entry`, the last packet by the target, has left the screen by then; empty if it has not."""
        slack = max(entry.ticks, self._facts.frame_ticks) // 2
        if target < entry.pts + entry.ticks + slack:
            return ""
        if len(self._screen) == 1:
            return PAST_END if self.feed.ended else ""
        if self.feed.ended and self.feed.in_mpeg and self._facts.steady:
            return MISSING  # the last pictures before a cut: some were decoded after others that the cut removed
        lost = self._screen[1].stretch != entry.stretch or (self._is_cut() and target >= (self.feed.horizon or 0))
        return MISSING if lost else ""

    def _is_cut(self) -> bool:
        """Return whether the file ends before its stated time; the last pictures before the cut may be missing, too."""
        stated = self._facts.ticks(self._facts.info.duration)
        return self.feed.ended and stated - max(e.pts + e.ticks for e in self._screen) > 2 * self._facts.frame_ticks

    def _go_to_keyframe(self, entry: Entry) -> bool:
        """Make the decoder ready for `entry`: decode on, or start at the last keyframe before it."""
        if not self._ahead or entry.order < self._ahead[0].order:
            return True  # sent already
        start = self._start_for(entry)
        if start is None:
            return self._running
        if self._running and self._lead:
            return True
        if start > 0 or not self._running:
            self._drain()
            for _ in range(start):
                self._pop()
        return True

    def _start_for(self, entry: Entry) -> int | None:
        """Return the place in `_ahead` of the keyframe to start at: the last early enough, else the first there is."""
        keys = [i for i, e in enumerate(self._ahead) if e.is_key and e.pts <= entry.pts and e.order <= entry.order]
        early = [i for i in keys if self._ahead[i].pts <= entry.pts - self._lead]
        return early[-1] if early else keys[0] if keys else None

    def _decode_early(self, target: int) -> None:
        """Decode what is surely before the target in a long stretch without keyframe, rather than keep it all."""
        entry = self._on_screen(target)
        if entry is not None and self._go_to_keyframe(entry):
            while self._ahead and self._ahead[0].order < entry.order:
                self._decode(self._pop(), entry)

    def _pop(self) -> Entry:
        entry = self._ahead.popleft()
        self._ahead_bytes -= entry.packet.size
        return entry

    # ---- the decoder -----------------------------------------------------------------------------------------

    def _send_up_to(self, entry: Entry) -> _Claim:
        while self._ahead and self._ahead[0].order <= entry.order:
            self._decode(self._pop(), entry)
        return _Claim(entry, max(entry.pts, self._sent))

    def _decode(self, entry: Entry, target: Entry) -> None:
        """Send one packet; the decoder skips pictures before the target that nothing is built from."""
        self._running = True
        if entry.is_corrupt:
            # FFmpeg's parser finds the end of an MPEG picture in the next packet, and the picture gets that one's flag.
            self._bad += [entry.order, entry.order + 1] if self.feed.in_mpeg else [entry.order]
        skipping = self._may_skip and entry.pts < target.pts
        if skipping != self._skipping:
            self.feed.decoder.skip_frame = "NONREF" if skipping else "DEFAULT"
            self._skipping = skipping
        self._sent = max(self._sent, entry.pts)
        self._orders[entry.pts] = entry.order
        frames = self.feed.decoder.decode(entry.packet)
        if self.feed.decoder.failed:
            self._bad.append(entry.order)
        elif self._bad and self.feed.decoder.proved:
            self._proved.add(entry.order)
        entry.packet = None
        self._keep(frames, self._screen[0].pts)

    def _keep(self, frames: list[Any], earliest: int) -> None:
        """Take what came out of the decoder; drop frames before the earliest that may be wanted."""
        if self._claims:
            earliest = min(earliest, self._claims[0].entry.pts)
        for frame in frames:
            if frame.pts is None:
                continue
            order = self._orders.pop(frame.pts, None)
            if frame.is_corrupt and order is not None:
                self._bad.append(order)
            self._out = max(self._out, frame.pts)
            if frame.pts >= earliest:
                self._frames[frame.pts] = frame
        if frames:
            self._frames = {pts: frame for pts, frame in self._frames.items() if pts >= earliest}

    def _drain(self) -> None:
        """Get everything out of the decoder and settle all claims; it must start at a keyframe afterwards."""
        if self._running:
            self._keep(self.feed.decoder.decode(None), _LONG_AGO)
        self._out = _FAR_AHEAD
        self._settle()
        kept = self._frames
        self._clear_decoder()
        self._frames = kept

    def _settle(self) -> None:
        """Turn claims into ReadResults, in order, once nothing that is still in the decoder can spoil them."""
        while self._claims and self._out >= self._claims[0].after:
            entry = self._claims.popleft().entry
            frame = self._frames.get(entry.pts)
            spoilt = entry.order not in self._proved and any(entry.since <= bad <= entry.order for bad in self._bad)
            if frame is None or spoilt:
                self._ready.append(ReadResult(None, entry.pts, DAMAGED if spoilt else _NOT_DECODED))
            else:
                self._ready.append(ReadResult(frame, entry.pts))


def _pts(entry: Entry) -> int:
    return entry.pts
