"""A hook of MkDocs: puts into the pages what must not be written by hand (`mkdocs.yml` names this file).

`<!-- help: bench run -->` becomes what `mmego bench run --help` prints, `<!-- picture: layers -->` the layers of
`tests/test_layers.py` as a picture.
"""

from __future__ import annotations

import ast
import contextlib
import html
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HELP = re.compile(r"^<!-- help: (?P<words>[a-z -]+?) -->$", re.M)
INTERVAL = re.compile(r"\[([+-]?[\d.]+), ([+-]?[\d.]+)\]")
RUN = re.compile(r"<td>(?=[\w-]+ (?:pointer|uniform|blind)\b)")
LAYERS = re.compile(r"^<!-- picture: layers -->$", re.M)
COLUMNS = "84"
"""Width of a help text: what a page shows on a screen of 1,280 pixels without a scroll bar."""
WIDTH, BOX, GAP, LABEL, MARGIN = 460, 30, 8, 86, 4
"""Pixels of the picture: its width, a box's height, between boxes, the label's column, all round."""
CHARACTER = 7.6
"""Width of a character of the boxes' font, which has one width for all."""
ABOUT = ("base", "inputs", "reports", "questions", "model", "memory", "run, train", "interfaces")
"""A word for each layer, from the top."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the marks of a page."""
    markdown = HELP.sub(lambda mark: f"```text\n{help_of(mark['words'].split())}\n```", markdown)
    return LAYERS.sub(lambda _: f'<div class="layers">{layers_picture(read_layers())}</div>', markdown)


def on_page_content(content: str, **_: Any) -> str:
    """Keep both ends of an interval on one line, and the names of runs."""
    return RUN.sub('<td class="run">', INTERVAL.sub(r"[\1,&nbsp;\2]", content))


def help_of(words: Sequence[str]) -> str:
    """Return what ``mmego WORDS --help`` prints; ``qa make`` prints every flag."""
    from mmego import cli

    out = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = COLUMNS
    try:
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            cli.main([*words, "--help", *["all"] * (list(words) == ["qa", "make"])])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    text = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).strip("\n")
    if not text:
        raise ValueError(f"mmego {' '.join(words)} --help prints nothing")
    return "\n".join(line.rstrip() for line in text.splitlines())


def read_layers() -> list[tuple[str, ...]]:
    """Return LAYERS of `tests/test_layers.py`, read without running it, without packages that are not there yet."""
    tree = ast.parse((ROOT / "tests" / "test_layers.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["LAYERS"]:
            return [tuple(name for name in layer if is_there(name)) for layer in ast.literal_eval(node.value)]
    raise ValueError("tests/test_layers.py has no LAYERS")


def is_there(package: str) -> bool:
    """Return whether the package, or the module, is in src."""
    path = ROOT / "src" / "mmego" / package
    return path.is_dir() or path.with_suffix(".py").is_file()


def layers_picture(layers: Sequence[Sequence[str]]) -> str:
    """Draw the layers from top to bottom as SVG, a box for each package; long layers take several rows."""
    parts: list[str] = []
    y = MARGIN
    for number, layer in enumerate(layers):
        rows = boxes(layer)
        height = len(rows) * (BOX + GAP) + GAP + 4
        label = ABOUT[number] if number < len(ABOUT) else ""
        parts.append(
            f'<rect class="layer" x="{MARGIN}" y="{y}" width="{WIDTH - 2 * MARGIN}" height="{height}" rx="6"/>'
            f'<text class="number" x="{MARGIN + 10}" y="{y + height / 2 - 3:.0f}">{number}</text>'
            f'<text class="about" x="{MARGIN + 10}" y="{y + height / 2 + 13:.0f}">{html.escape(label)}</text>'
        )
        for line, row in enumerate(rows):
            top = y + 2 + GAP + line * (BOX + GAP)
            for x, width, name in row:
                parts.append(
                    f'<rect class="package" x="{x:.0f}" y="{top}" width="{width:.0f}" height="{BOX}" rx="4"/>'
                    f'<text class="name" x="{x + width / 2:.0f}" y="{top + 20}">{html.escape(name)}</text>'
                )
        y += height
        if number + 1 < len(layers):
            parts.append(f'<path class="arrow" d="M {WIDTH / 2:.0f} {y + 17} v -13 m -5 6 l 5 -6 l 5 6"/>')
            y += 20
    names = "; ".join(", ".join(layer) for layer in layers)
    return (
        f'<svg viewBox="0 0 {WIDTH} {y + MARGIN}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>The layers of mmego, from the one that all may use down to the commands</title>"
        f"<desc>{html.escape(names)}</desc>{''.join(parts)}</svg>"
    )


def boxes(layer: Sequence[str]) -> list[list[tuple[float, float, str]]]:
    """Return the rows of boxes of a layer: left edge, width, name."""
    rows: list[list[tuple[float, float, str]]] = [[]]
    x = float(MARGIN + LABEL)
    for name in layer:
        width = len(name) * CHARACTER + 20
        if rows[-1] and x + width > WIDTH - MARGIN - GAP:
            rows.append([])
            x = float(MARGIN + LABEL)
        rows[-1].append((x, width, name))
        x += width + GAP
    return rows
