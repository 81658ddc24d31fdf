"""The report page is well-formed HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from mmego.bench.report.page import render_page
from mmego.bench.report.plots import draw_plots
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import all_tables


class Balanced(HTMLParser):
    """Notes a tag that is closed but not open, or never closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "input", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed(scores: Scores) -> None:
    checker = Balanced()
    checker.feed(render_page(scores, all_tables(scores), draw_plots(scores), {("v0", 11.0): b"x"}))
    assert checker.open == []
