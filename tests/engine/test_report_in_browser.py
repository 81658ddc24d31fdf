"""The page of ``mmego ask --report`` in Chromium: everything is drawn, in both colour schemes and on a phone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from mmego.engine.report import ReportItem, ReportVideo, write_report
from mmego.records import Answer, Evidence, Span
from mmego.records.finding import Finding
from tests.browser import GEOMETRY, opened, overflow
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


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (768, True), (360, True)])
def test_everything_is_drawn_and_nothing_sticks_out(tmp_path: Path, width: int, dark: bool) -> None:
    with opened(page_of(tmp_path), width, dark) as page:
        assert page.locator(".card").count() == 2
        assert page.inner_text(".card >> nth=0 >> .answer") == "on the desk right"
        assert page.evaluate("document.querySelector('figure img').naturalWidth") == 320
        assert page.locator(".curve:visible").first.bounding_box()["height"] > 60
        assert page.locator(".curve:not(.phone) .dot").count() == 4
        assert page.locator(".curve.phone .dot").count() == 4
        page.locator(".contents a").nth(1).click()
        assert page.evaluate("location.hash") == "#q2"
        assert overflow(page) == 0


LONG = "a choice that says much more than it has to about where the thing was put, and by whom, " * 2


def crowded(question: str, video: Span, kept: int, together: bool) -> ReportItem:
    """Return an answer with `kept` frames, neighbouring ones or all over the video, and a sure choice."""
    count = 900
    times = tuple(video.start + (n + 0.5) * video.length / count for n in range(count))
    choice_share_text = [count // 2 + n if together else (n * count) // kept for n in range(kept)]
    scores = [1e-5] * count
    for place, index in enumerate(choice_share_text):
        scores[index] = 0.0098 - 0.0001 * (place * 7 % kept)
    ranked = sorted(choice_share_text, key=lambda index: -scores[index])
    evidence = tuple(Evidence(times[index], scores[index], "pointer") for index in ranked)
    seconds = {"index": 12.0, "glimpse": 0.5, "answer": 0.25}
    answer = Answer(question, "on the desk", 0, evidence, count, "tiny", "pointer", seconds)
    return ReportItem(Finding(answer, times, tuple(scores), ("on the desk", LONG, "x" * 80), (0.999, 0.0005, 0.0005)))


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize(
    ("questions", "kept", "video"), [(1, 4, Span(0, 7200)), (2, 32, Span(3600, 39_600)), (8, 8, Span(0, 50))]
)
def test_nothing_wraps_overlaps_or_is_cut_off(
    tmp_path: Path, width: int, questions: int, kept: int, video: Span
) -> None:
    words = [f"question {n} " + "and a very long word " * n + "y" * 30 * n for n in range(questions)]
    items = [crowded(text, video, kept, together=n % 2 == 0) for n, text in enumerate(words)]
    pictures = {e.time: jpeg("teal") for item in items for e in item.finding.answer.evidence}
    write_report(tmp_path / "page.html", ReportVideo("day.mp4", video), items, pictures)
    with opened(tmp_path / "page.html", width) as page:
        assert overflow(page) == 0
        found = page.evaluate(GEOMETRY)
        every = [list(range(1, kept + 1))] * questions
        assert found == {"wrapped": 0, "met": 0, "outside": 0, "small": 0, "ranks": every}
        assert page.locator(".spent").count() == 1
        assert page.inner_text("header .spent").startswith("index 12.00 s · glimpse 0.50 s · answer 0.25 s")
        assert "time in the video" in page.locator(".curve:visible .title").nth(1).text_content()


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
