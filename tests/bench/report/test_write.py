"""The report's parts without a browser: files, data of the page, plots, choice of pictures."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mmego.bench.data.folder import save_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.report.page import render_page
from mmego.bench.report.page_data import BINS, STEPS, browser_data, curve
from mmego.bench.report.plots import draw_plots
from mmego.bench.report.thumbnails import thumbnails, wanted
from mmego.bench.report.write import markdown, write_report
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import all_tables
from mmego.errors import InputError
from mmego.files import write_jsonl
from mmego.records import VideoInput
from tests.bench.small import benchmark, question, write_run
from tests.engine.clips import write_clip


@pytest.fixture
def scores(tmp_path: Path) -> Scores:
    bench = benchmark(tmp_path / "b", 14)
    right: list[int | None] = [q.answer for q in bench.questions]
    runs = []
    for keep, choices in ((4, [*right[:7], None, *right[8:]]), (8, right)):
        settings = RunSettings(select="pointer", keep=keep, alpha=0.1)
        runs.append(write_run(tmp_path / f"keep{keep}", bench, choices, settings))
    runs.append(write_run(tmp_path / "blind", bench, [0] * 14, RunSettings(blind=True)))
    write_jsonl(
        tmp_path / "keep8" / "curves.jsonl", [{"id": "q3", "times": [0.0, 5.0, 11.0], "scores": [0.1, 0.0, 0.9]}]
    )
    return Scores(bench, [load_run(run, bench) for run in runs], rounds=30)


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


def test_data_say_what_the_runs_did(scores: Scores) -> None:
    data = json.loads(json.dumps(browser_data(scores, {("v0", 11.0): 5})))
    assert len(data["questions"]) == 14
    assert data["questions"][3][0] == "q3"
    assert data["questions"][3][7:] == [3, [[10.0, 12.0]]]
    keep4, keep8, blind = data["runs"]
    assert keep4["choices"][6:9] == [scores.benchmark.questions[6].answer, -1, scores.benchmark.questions[8].answer]
    assert keep4["errors"] == {"7": "no such video"}
    assert keep4["frames"]["0"] == [[11.0, 0.7], [30.0, 0.1]]
    assert keep4["pictures"] == {"0": [5, -1], "1": [5, -1]}  # the two questions on v0
    assert keep8["curves"] == {"3": [0.0, 11.0, 0.9, "HA/"]}
    assert (blind["blind"], blind["panel"], blind["frames"]) == (True, True, {})


def test_a_curve_keeps_its_peaks_however_long_it_is() -> None:
    rng = random.Random(0)
    heights = [rng.random() / 100 for _ in range(5000)]
    heights[3210] = 0.5
    start, end, top, letters = curve([float(t) for t in range(5000)], heights)
    assert (start, end, top, len(letters)) == (0.0, 4999.0, 0.5, BINS)
    assert letters.index("/") == 3210 * BINS // 5000
    assert set(letters) <= set(STEPS)
    assert curve([1.0], [0.0]) == [1.0, 1.0, 0.0, "A"]


def test_plots_need_no_blind_run_and_no_length_class(tmp_path: Path) -> None:
    from dataclasses import replace

    long_name = "a category with a rather long name that goes on and on $x$"
    questions = [replace(question(n), length_class="", category=long_name) for n in range(4)]
    bench = save_benchmark(tmp_path / "b", "odd", questions, {})
    run = load_run(write_run(tmp_path / "r", bench, [0, 0, 1, 1], RunSettings(keep=4)), bench)
    plots = draw_plots(Scores(bench, [run], rounds=30))
    assert [plot.name for plot in plots] == ["categories"]
    assert "currentColor" in plots[0].svg
    assert "#010203" not in plots[0].svg


# Pictures ---------------------------------------------------------------------------------------------------


def test_the_best_frame_of_every_question_comes_first_and_there_are_never_more(scores: Scores) -> None:
    # Every prediction keeps 11 s, then 30 s; seven videos with two questions each.
    assert wanted(scores, 100) == [*((f"v{n}", 11.0) for n in range(7)), *((f"v{n}", 30.0) for n in range(7))]
    assert wanted(scores, 7) == [(f"v{n}", 11.0) for n in range(7)]
    assert wanted(scores, 3) == [("v0", 11.0), ("v2", 11.0), ("v4", 11.0)]
    assert len(wanted(scores, 10)) == 10
    assert wanted(scores, 0) == []


def test_pictures_are_small_jpegs_and_missing_videos_are_named(scores: Scores, tmp_path: Path) -> None:
    write_clip(tmp_path / "videos" / "v0.mp4", seconds=13)
    (tmp_path / "videos" / "v1.mp4").write_bytes(b"no video at all")
    found = thumbnails(scores, tmp_path / "videos", 100)
    assert list(found.pictures) == [("v0", 11.0)]  # the clip ends before 30 s
    assert found.pictures["v0", 11.0].startswith(b"\xff\xd8")
    assert sorted(found.missing) == [f"v{n}" for n in range(1, 7)]
    with pytest.raises(InputError, match="holds none of the 7 videos"):
        thumbnails(scores, tmp_path / "b", 100)


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
