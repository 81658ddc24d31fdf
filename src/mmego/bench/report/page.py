"""The report as one self-contained HTML page: tables, plots and a browser of all questions. Opens from a file."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources

from mmego.bench.report.heading import facts, title
from mmego.bench.report.page_data import browser_data
from mmego.bench.report.plots import Plot
from mmego.bench.scoring.scores import Estimate, Scores
from mmego.bench.scoring.table import Cell, ScoreTable, cell_text
from mmego.reporting.page_style import STYLE

FOLDED = {"runs", "letters", "errors", "categories"}
"""Tables that start closed: readers look things up in them."""


def render_page(
    scores: Scores, tables: Sequence[ScoreTable], plots: Sequence[Plot], pictures: Mapping[tuple[str, float], bytes]
) -> str:
    """Return the page; `pictures` are JPEG bytes by video and time in seconds."""
    numbers = {key: n for n, key in enumerate(pictures)}
    data = json.dumps(browser_data(scores, numbers), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    shots = json.dumps([base64.b64encode(jpeg).decode("ascii") for jpeg in pictures.values()])
    drawn = "".join(
        f'<figure class="plot" id="plot-{plot.name}">{plot.svg}<figcaption>{escape(plot.caption)}</figcaption></figure>'
        for plot in plots
    )
    name = escape(title(scores))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name} · mmego</title>\n<style>{STYLE}{_asset('page.css')}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{name}</h1><p class="facts">{escape(facts(scores))}</p>'
        '<nav><a href="#scores">scores</a><a href="#plots">plots</a><a href="#questions">questions</a></nav></header>\n'
        f'<section id="scores">{"".join(map(_table, tables))}</section>\n'
        f'<section id="plots"><h2>Plots</h2><div class="plots">{drawn}</div></section>\n'
        f"{BROWSER}\n</main>\n"
        f'<script type="application/json" id="data">{_inside_script(data)}</script>\n'
        f'<script type="application/json" id="pictures">{shots}</script>\n'
        f"<script>{_asset('page.js')}</script>\n</body>\n</html>\n"
    )


BROWSER = """<section id="questions"><h2>Questions</h2>
<form class="filters card" onsubmit="return false">
<label>run <select id="run"></select></label>
<label>outcome <select id="outcome">
<option value="">all</option><option value="right">right</option><option value="wrong">wrong</option>
<option value="failed">failed</option><option value="blind">right blind by a run</option>
<option value="seen">right, and by no blind run</option><option value="differs">differs between runs</option>
</select></label>
<label>category <select id="category"><option value="">all</option></select></label>
<label>length <select id="class"><option value="">all</option></select></label>
<label class="wide">text <input id="text" type="search" placeholder="question, option, video or id"></label>
<output id="count"></output>
</form>
<div id="list"></div><div id="more"></div>
<noscript><p class="warn">The browser of questions needs JavaScript; the tables above do not.</p></noscript>
</section>"""


def _asset(name: str) -> str:
    return resources.files("mmego").joinpath("assets", "report", name).read_text(encoding="utf-8")


def _inside_script(text: str) -> str:
    """Return JSON that cannot end its script element, whatever a question contains."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _table(table: ScoreTable) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(f"<tr{_kind(row)}>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<details class="card table" id="table-{table.key}"{"" if table.key in FOLDED else " open"}>'
        f"<summary><h2>{escape(table.title)}</h2></summary>"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}</details>'
    )


def _kind(row: Sequence[Cell]) -> str:
    return {"MDA": ' class="mda"', "original": ' class="first"'}.get(str(row[1]) if len(row) > 1 else "", "")


def _cell(cell: Cell) -> str:
    if not isinstance(cell, Estimate) or cell.value != cell.value:
        kind = "" if isinstance(cell, str) else ' class="num"'
        return f"<td{kind}>{escape(cell_text(cell))}</td>"
    plain = Estimate(cell.value, float("nan"), float("nan"), cell.questions, 0, cell.signed)
    between = str(cell).removeprefix(str(plain)).partition(" (")[0].strip()
    failed = f'<small class="warn">{cell.failed} failed</small>' if cell.failed else ""
    about = f"{cell.questions:,} questions"
    return f'<td class="num" title="{about}"><b>{plain}</b><small>{escape(between)}</small>{failed}</td>'
