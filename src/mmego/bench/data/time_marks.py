"""Times that a question marks in its text, as HD-EPIC does: ``<TIME 00:01:21.733 video 1>``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TIME = re.compile(r"<TIME (\d+):(\d\d):(\d\d(?:\.\d+)?)(?: ([^<>]+?))?>")


def shift_times(text: str, offsets: Mapping[str, float]) -> str:
    """`text` with its marked times moved to another clock; everything else, and a shift of 0, leaves it as it is.

    Args:
        text: a question or an option.
        offsets: seconds to add, by the video's name in the mark; ``""`` is for names not listed. A mark of a video
            that is not listed, or that would come to lie before 0, stays.
    """

    def moved(mark: re.Match[str]) -> str:
        hours, minutes, seconds, name = mark.groups()
        offset = offsets.get(name or "", offsets.get("", 0.0))
        time = int(hours) * 3600 + int(minutes) * 60 + float(seconds) + offset
        if offset == 0 or time < 0:
            return mark.group()
        millis = round(time * 1000)
        clock = f"{millis // 3600000:02d}:{millis // 60000 % 60:02d}:{millis % 60000 / 1000:06.3f}"
        return f"<TIME {clock} {name}>" if name else f"<TIME {clock}>"

    return _TIME.sub(moved, text)
