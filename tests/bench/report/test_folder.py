"""The report's parts without a browser: files, data of the page, plots, choice of pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from mmego.bench.data.folder import save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.report.folder import markdown, write_report
from mmego.bench.report.page import render_page
from mmego.bench.report.page_data import browser_data
from mmego.bench.report.plots import draw_plots
from mmego.bench.report.thumbnails import wanted
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import all_tables
from mmego.records import VideoInput
from tests.bench.small import question, write_run


def test_the_folder_holds_text_plots_and_a_page_alone_by_itself(scores: Scores, tmp_path: Path) -> None:
    tables = all_tables(scores)
    write_report(tmp_path / "out", scores, tables, {}, {"v1": "no such video: 'v1'"})
    text = (tmp_path / "out" / "report.md").read_text()
    for link in re.findall(r"\]\((plots/[^)]+)\)", text):
        assert (tmp_path / "out" / link).read_bytes().startswith(b"\x89PNG")
    assert {path.stem for path in (tmp_path / "out" / "plots").iterdir()} == {
        *("frames", "blind", "classes", "categories", "errors")
    }
    assert "- v1: no such video" in text
    page = (tmp_path / "out" / "index.html").read_text()
    # Names of SVG's own vocabulary are no addresses; nothing else may lead out of the file.
    outside = [u for u in re.findall(r"https?://[^\s\"'<>]+", page) if "www.w3.org" not in u and "purl.org" not in u]
    assert [u for u in outside if "creativecommons" not in u] == []
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?!data:)", page)
    for table in tables:
        assert f'id="table-{table.key}"' in page


def test_same_runs_same_bytes(scores: Scores) -> None:
    tables = all_tables(scores)
    one, two = (render_page(scores, tables, draw_plots(scores), {}) for _ in range(2))
    assert one == two
    assert markdown(scores, tables, [], {}) == markdown(scores, tables, [], {})


def test_questions_about_several_videos_get_no_picture_and_no_span(tmp_path: Path) -> None:
    from dataclasses import replace

    both = (VideoInput("video 1", "v0"), VideoInput("video 2", "v9"))
    bench = save_benchmark(tmp_path / "b", "two", [replace(question(0), inputs=both), question(1)], {})
    run = load_run(write_run(tmp_path / "r", bench, [0, 0], RunSettings(keep=2)), bench)
    scores = Scores(bench, [run], rounds=10)
    assert wanted(scores, 1) == [("v0", 11.0)]
    data = browser_data(scores, {("v0", 11.0): 0})
    assert data["questions"][0][1] == "video 1: v0, video 2: v9"
    assert data["questions"][0][8] == []
    assert list(data["runs"][0]["pictures"]) == [1]


def test_names_from_outside_are_no_markup_in_the_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\n# x | y ![p](http://z)"
    questions = [replace(question(n, n % 4), category=f"<img src=x onerror=alert({n % 2})>") for n in range(6)]
    bench = save_benchmark(tmp_path / "b", evil, questions, {})
    run = write_run(tmp_path / "r", bench, [0, 1, None, 3, 0, 1], RunSettings(keep=4), evil)
    blind = write_run(tmp_path / "blind", bench, [0] * 6, RunSettings(blind=True), evil)
    found = Scores(bench, [load_run(one, bench) for one in (run, blind)], rounds=30)
    write_report(tmp_path / "out", found, all_tables(found), {}, {f"v{evil}": f"no such video: {evil}"})
    text = (tmp_path / "out" / "report.md").read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; # x \\| y !\\[p\\](http://z): scores" in text.splitlines()[0]
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert not re.search(r"<[A-Za-z/!?]", text)
    assert not re.search(r"(?<!\\)\]\((?!plots/)", text)
    assert [line for line in text.splitlines() if line.startswith("# ")] == [text.splitlines()[0]]
