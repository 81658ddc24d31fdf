"""The markers of a JPEG picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from mmego.video.container.jpeg import NO_END, find_fault


def picture(rows: int = 0) -> bytes:
    """Return a JPEG with a restart marker after so many rows of blocks, 0 for none."""
    image = np.random.default_rng(1).integers(0, 255, (96, 128, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=80, restart_marker_rows=rows)
    return file.getvalue()


SOUND, RESTARTS = picture(), picture(1)


@pytest.mark.parametrize(
    "data",
    [SOUND, RESTARTS, SOUND + bytes(510), SOUND + SOUND, SOUND + bytes(3) + RESTARTS, SOUND + b"left in the buffer"],
    ids=["plain", "restarts", "padded", "two fields", "padded fields", "webcam"],
)
def test_a_whole_picture_has_no_fault(data: bytes) -> None:
    assert find_fault(data) == ""


def test_progressive_pictures_of_many_scans_have_no_fault() -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(SOUND)).save(file, "JPEG", progressive=True)
    assert find_fault(file.getvalue()) == ""


def without_restart(number: int) -> bytes:
    """RESTARTS without the rows between two of its restart markers."""
    first, second = (RESTARTS.index(bytes([0xFF, 0xD0 + n])) for n in (number, number + 1))
    return RESTARTS[:first] + RESTARTS[second:]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "does not begin with SOI"),
        (SOUND[2:], "does not begin with SOI"),
        (SOUND[:-2], NO_END),
        (SOUND[:-2] + bytes(2), NO_END),
        (SOUND[: len(SOUND) // 2], NO_END),
        (SOUND + SOUND[:-40], NO_END),
        (SOUND[:2] + b"\x00" + SOUND[3:], "no marker where one belongs"),
        (SOUND[:4] + b"\xff\xff" + SOUND[6:], "segment E0 is damaged"),
        (SOUND[:4] + b"\x00\x01" + SOUND[6:], "segment E0 is damaged"),
        (without_restart(1), "restart D2 out of order"),
        (SOUND[:-30] + b"\xff\xd3" + SOUND[-28:], "restart D3 out of order"),
        (SOUND[:-30] + b"\xff\xd8" + SOUND[-28:], "segment D8 is damaged"),
    ],
    ids=[
        *("empty", "no start", "no end", "zeros for the end", "cut", "second field cut"),
        *(
            "no marker",
            "segment too long",
            "segment too short",
            "rows missing",
            "restart not announced",
            "second start",
        ),
    ],
)
def test_what_is_wrong_with_a_damaged_picture(data: bytes, expected: str) -> None:
    assert find_fault(data) == expected
