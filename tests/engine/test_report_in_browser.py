"""The page of ``mmego ask --report`` in Chromium: everything is drawn, in both colour schemes and on a phone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from mmego.engine.report import ReportItem, ReportVideo, write_report
from mmego.records import Span
from tests.browser import opened, overflow
from tests.engine.test_report import finding

pytestmark = pytest.mark.browser


def jpeg(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(file, "JPEG")
    return file.getvalue()


def page_of(folder: Path) -> Path:
    items = [
        ReportItem(finding("Where is the mug?"), "on the desk", True, (Span(1, 2),)),
        ReportItem(finding("And where is the very long word " + "x" * 90, options=None), "on the bed", False),
    ]
    video = ReportVideo("a-name-without-any-space-" * 6 + ".mp4", Span(0, 4), (Span(3.6, 4),))
    write_report(folder / "page.html", video, items, {1.5: jpeg("teal")})
    return folder / "page.html"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (420, True)])
def test_everything_is_drawn_and_nothing_sticks_out(tmp_path: Path, width: int, dark: bool) -> None:
    with opened(page_of(tmp_path), width, dark) as page:
        assert page.locator(".card").count() == 2
        assert page.inner_text(".card >> nth=0 >> .answer") == "on the desk right"
        assert page.evaluate("document.querySelector('figure img').naturalWidth") == 320
        assert page.locator(".curve").first.bounding_box()["height"] > 60
        assert page.locator(".curve .dot").count() == 4
        page.locator(".contents a").nth(1).click()
        assert page.evaluate("location.hash") == "#q2"
        assert overflow(page) == 0


def test_light_and_dark_differ_and_text_can_be_read(tmp_path: Path) -> None:
    """Ink against card: at least 7 to 1, the contrast that WCAG asks of good text."""
    program = """() => { const card = getComputedStyle(document.querySelector('.card'));
        return [getComputedStyle(document.querySelector('.answer')).color, card.backgroundColor] }"""
    seen = []
    for dark in (False, True):
        with opened(page_of(tmp_path), dark=dark) as page:
            ink, card = page.evaluate(program)
        seen.append(card)
        light, deep = sorted((luminance(ink), luminance(card)), reverse=True)
        assert (light + 0.05) / (deep + 0.05) >= 7
    assert seen[0] != seen[1]


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
