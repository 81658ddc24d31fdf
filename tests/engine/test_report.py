"""The report page: complete, escaped, and without anything from outside."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mmego.engine.report import ReportItem, ReportVideo, render_report, write_report
from mmego.errors import InputError
from mmego.records import Answer, Evidence, Span
from mmego.records.finding import Finding

OPTIONS = ("on the desk", "in the <b>fridge</b>")
VIDEO = ReportVideo("walk & talk.mp4", Span(0, 4))
JPEG = b"\xff\xd8 a picture"


def finding(question: str = "Where is the mug?", options: tuple[str, ...] | None = OPTIONS) -> Finding:
    evidence = (Evidence(1.5, 0.7, "pointer"), Evidence(3.5, 0.1, "explore"))
    choice = None if options is None else 0
    answer = Answer(question, "on the desk", choice, evidence, 4, "tiny", "pointer", {"index": 1.0, "answer": 0.25})
    shares = () if options is None else (0.75, 0.25)
    return Finding(answer, (0.5, 1.5, 2.5, 3.5), (0.1, 0.7, 0.1, 0.1), options, shares)


class Checker(HTMLParser):
    """Notes tags that are never closed and every address a browser would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img", "line", "polyline", "polygon", "circle", "br"):
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "srcset")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    return checker


def test_page_is_well_formed_and_loads_nothing_from_outside() -> None:
    page = render_report(VIDEO, [ReportItem(finding()), ReportItem(finding(options=None))], {1.5: JPEG})
    checker = check(page)
    assert all(address.startswith(("data:", "#")) for address in checker.addresses)
    assert not re.search(r"url\(|@import|<script|http", page)


def test_everything_found_is_on_the_page_and_escaped() -> None:
    text = check(render_report(VIDEO, [ReportItem(finding("A <script>?"))], {1.5: JPEG})).text
    for expected in (
        "walk & talk.mp4",
        "A <script>?",
        "in the <b>fridge</b>",
        "75\u00a0%",
        "25\u00a0%",
        "00:01",
        "0.700",
        "explore",
    ):
        assert expected in text


def test_what_it_took_stands_once_in_the_header() -> None:
    one = render_report(VIDEO, [ReportItem(finding())], {})
    assert re.search(r"<header>.*index 1\.00 s · answer 0\.25 s<.*</header>", one)
    slower = finding()
    slower = replace(slower, answer=replace(slower.answer, seconds={"index": 1.0, "answer": 0.75}))
    two = render_report(VIDEO, [ReportItem(finding()), ReportItem(slower)], {})
    assert re.search(r"<header>.*index 1\.00 s · answer 0\.50 s a question<.*</header>", two)
    assert one.count("answer 0.25 s") == two.count("answer 0.") == 1


def test_pictures_are_inside_and_a_missing_one_is_said() -> None:
    page = render_report(VIDEO, [ReportItem(finding())], {1.5: JPEG})
    assert base64.b64encode(JPEG).decode() in page
    assert page.count("<img") == 1
    assert page.count("no picture here") == 1


def test_verdicts_truth_and_key_spans() -> None:
    spans = (Span(1, 2),)
    right = ReportItem(finding(), "on the desk", True, spans)
    wrong = ReportItem(finding(options=None), "on the bed", False, spans)
    page = render_report(VIDEO, [right, wrong], {})
    text = check(page).text
    assert "1 of 2 right" in text
    assert "The truth: on the bed" in text
    assert text.count("✓") == 1
    assert page.count("pointer true") == 2  # of each question's frames the one at 1.5 s lies in the span
    assert 'class="key"' in page


def test_unjudged_page_shows_no_verdict() -> None:
    page = render_report(VIDEO, [ReportItem(finding())], {})
    assert "chip" not in page.split("</style>")[1]
    assert "contents" not in page.split("</style>")[1]  # one question needs no table of contents


def test_blind_page_and_gaps() -> None:
    answer = Answer("Q?", "a", None, (), 0, "tiny", "uniform")
    blind = check(render_report(None, [ReportItem(Finding(answer, (), ()))], {})).text
    assert "no video was shown" in blind
    gap = check(render_report(ReportVideo("v", Span(0, 90), (Span(60, 75),)), [ReportItem(finding())], {})).text
    assert "01:00–01:15" in gap


def test_write_is_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    write_report(path, VIDEO, [ReportItem(finding())], {})
    assert path.read_text().endswith("</html>\n")
    with pytest.raises(InputError, match="at least one question"):
        write_report(path, VIDEO, [], {})
    assert path.read_text().endswith("</html>\n")
