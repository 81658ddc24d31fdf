"""Chromium for tests marked `browser`; they skip and say what is missing where it is not there."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def opened(path: Path, width: int = 1280, dark: bool = False) -> Iterator[Any]:
    """Open the page at `path` from its file; fail if its script fails or it asks for anything beside itself."""
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("needs Playwright: `make test-browser` installs it (pip install playwright)")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: `make test-browser` installs it (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    faults: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        # Containers run as root, where Chromium's own sandbox cannot.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.resolve().as_uri())
        try:
            yield page
        finally:
            browser.close()
    assert faults == []
    outside = [url for url in asked if not url.startswith("data:") and "#" not in url]
    assert outside == [path.resolve().as_uri()]


def overflow(page: Any) -> int:
    """Pixels by which the page is wider than its window: more than 0 means it scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


GEOMETRY = """() => {
  const boxes = (kind) => [...document.querySelectorAll(kind)].filter((one) => one.getClientRects().length)
    .map((one) => one.getBoundingClientRect());
  const lines = (one) => { const all = document.createRange(); all.selectNodeContents(one);
    return new Set([...all.getClientRects()].map((box) => Math.round(box.top))).size };
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const outside = (inner, outer) => inner.left < outer.left - .5 || inner.right > outer.right + .5
    || inner.top < outer.top - .5 || inner.bottom > outer.bottom + .5;
  const curves = [...document.querySelectorAll(".curve")].filter((one) => one.getClientRects().length);
  const found = { wrapped: [...document.querySelectorAll(".option .num")].filter((one) => lines(one) > 1).length,
    met: 0, outside: 0, small: 0, ranks: [] };
  for (const curve of curves) {
    const texts = [...curve.querySelectorAll("text")].map((one) => one.getBoundingClientRect());
    texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => { found.met += meet(a, b) }));
    found.outside += texts.filter((one) => outside(one, curve.getBoundingClientRect())).length;
    found.small += texts.filter((one) => one.height < 9).length;
    found.ranks.push([...curve.querySelectorAll(".rank")].map((one) => Number(one.textContent)).sort((a, b) => a - b));
  }
  const window_ = { left: 0, top: -Infinity, right: document.documentElement.clientWidth, bottom: Infinity };
  found.outside += boxes("main *").filter((one) => outside(one, window_)).length;
  for (const figure of document.querySelectorAll("figure"))
    for (const one of figure.querySelectorAll("img, b, span"))
      found.outside += outside(one.getBoundingClientRect(), figure.getBoundingClientRect());
  return found }"""
"""Counts of what wraps, overlaps, sticks out or is too small to read in a report page; the numbers in its curves."""
