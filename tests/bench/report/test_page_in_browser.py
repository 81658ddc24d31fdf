"""The report page in Chromium: what it shows, how it filters, that it stays usable when large."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mmego.bench.data.folder import Benchmark, load_benchmark
from mmego.bench.data.runs import RunSettings, load_run
from mmego.bench.report.folder import write_report
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import all_tables
from mmego.files import read_jsonl, write_jsonl
from tests.bench.small import benchmark, write_run
from tests.browser import GEOMETRY, opened, overflow

pytestmark = pytest.mark.browser


def report(folder: Path, bench: Benchmark, kept: int = 2) -> Path:
    """Open a page of two seeing runs and a blind one: q0 right everywhere, q1 only with the video, q2 failed."""
    right = [q.answer for q in bench.questions]
    wrong = [(a + 1) % 4 for a in right]
    keep4 = RunSettings(select="pointer", keep=4, alpha=0.1)
    first = write_run(folder / "a", bench, [*right[:2], None, *wrong[3:]], keep4)
    write_jsonl(first / "curves.jsonl", [{"id": "q1", "times": [2.0, 11.0, 30.0], "scores": [0.2, 0.7, 0.1]}])
    if kept > 2:
        rows = list(read_jsonl(first / "predictions.jsonl"))
        near = {"key_frames": [11 + n / 10 for n in range(kept)], "scores": [0.7 - n / 100 for n in range(kept)]}
        write_jsonl(first / "predictions.jsonl", [{**row, **near} if row["id"] == "q1" else row for row in rows])
    second = write_run(folder / "b", bench, [right[0], wrong[1], right[2], *wrong[3:]], RunSettings(select="uniform"))
    blind = write_run(folder / "c", bench, [right[0], *wrong[1:]], RunSettings(blind=True))
    scores = Scores(bench, [load_run(path, bench) for path in (first, second, blind)], rounds=20)
    picture = b"\xff\xd8 not a picture that a browser can draw"
    write_report(folder / "report", scores, all_tables(scores), {("v0", 11.0): picture}, {})
    return folder / "report" / "index.html"


def shown(page: Any) -> list[str]:
    return [row.get_attribute("data-id") for row in page.locator(".row").all()]


def test_filters_leave_what_they_name(tmp_path: Path) -> None:
    with opened(report(tmp_path, benchmark(tmp_path / "bench", 14))) as page:
        assert page.inner_text("h1") == "small: scores"
        assert len(shown(page)) == 14
        assert "14 of 14, 14.3 % right" in page.inner_text("#count")
        for outcome, expected in (
            ("right", ["q0", "q1"]),
            ("failed", ["q2"]),
            ("blind", ["q0"]),
            ("seen", ["q1"]),
            ("differs", ["q1", "q2"]),
        ):
            page.select_option("#outcome", outcome)
            assert shown(page) == expected
        page.select_option("#outcome", "wrong")
        assert shown(page) == [f"q{n}" for n in range(3, 14)]
        page.select_option("#category", "where_put")
        page.select_option("#class", "40-60")
        assert shown(page) == ["q13"]
        page.fill("#text", "SOFA mug")
        assert shown(page) == ["q13"]
        page.fill("#text", "no such words")
        assert shown(page) == []
        for name in ("outcome", "category", "class"):
            page.select_option(f"#{name}", "")
        page.fill("#text", "")
        page.select_option("#run", "2")
        page.select_option("#outcome", "right")
        assert shown(page) == ["q0"]


def test_an_opened_question_shows_options_answers_curve_truth_and_frames(tmp_path: Path) -> None:
    with opened(report(tmp_path, benchmark(tmp_path / "bench", 14))) as page:
        page.locator('.row[data-id="q1"] summary').click()
        body = page.locator('.row[data-id="q1"] .body')
        assert body.locator(".option .text").all_inner_texts()[1] == "in the drawer ✓"
        assert body.locator(".option.right .tag").all_inner_texts() == ["m pointer-keep4-alpha0.1"]
        assert body.locator(".seen").count() == 2  # the blind run saw nothing
        first = body.locator(".seen").first
        assert "key spans seen: 1 of 1" in first.inner_text()
        assert first.locator("svg .line").count() == 1
        assert first.locator("svg .key").count() == 1
        assert first.locator("svg .dot").count() == 2
        # 11 s is in the key span and has a picture; 30 s is outside and has none.
        assert first.locator("figure.true img").count() == 1
        assert first.locator(".times .time").all_inner_texts() == ["00:30"]
        page.locator('.row[data-id="q2"] summary').click()
        assert "m pointer-keep4-alpha0.1 failed: no such video" in page.inner_text('.row[data-id="q2"] .body')


def test_a_link_opens_its_question_and_tables_and_plots_are_drawn(tmp_path: Path) -> None:
    path = report(tmp_path, benchmark(tmp_path / "bench", 140))
    with opened(path) as page:
        assert len(shown(page)) < 140  # the rest is drawn when one scrolls there
        page.evaluate("location.hash = '#q=q99'")
        page.wait_for_selector('.row[data-id="q99"][open]')
        assert page.locator("#table-mda tbody tr").count() == 6
        for plot in ("blind", "classes", "categories", "errors"):
            assert page.locator(f"#plot-{plot} svg").bounding_box()["height"] > 80
    for width in (1280, 420):
        with opened(path, width=width, dark=True) as page:
            assert overflow(page) == 0


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_close_frames_keep_their_numbers_and_nothing_is_cut_off(tmp_path: Path, width: int) -> None:
    path = report(tmp_path, benchmark(tmp_path / "bench", 14), kept=32)
    with opened(path, width) as page:
        page.locator('.row[data-id="q1"] summary').click()
        page.locator('.row[data-id="q13"] summary').click()  # an hour
        assert overflow(page) == 0
        found = page.evaluate(GEOMETRY.replace('boxes("main *")', 'boxes("#questions *, header *")'))
        assert [len(ranks) for ranks in found.pop("ranks")] == [32, 2, 2, 2]
        assert found == {"wrapped": 0, "met": 0, "outside": 0, "small": 0}
        titles = page.locator('.row[data-id="q1"] .curve .title').all_text_contents()
        assert titles == ["score", "time in the video, min:s", "time in the video, min:s"]


def test_words_of_others_are_text_and_a_large_report_stays_quick(tmp_path: Path) -> None:
    from dataclasses import replace

    from mmego.bench.data.folder import save_benchmark

    plain = benchmark(tmp_path / "plain", 2400)
    evil = "</script><img src=x onerror=alert(1)> Where?"
    questions = [replace(q, question=evil) if n == 5 else q for n, q in enumerate(plain.questions)]
    save_benchmark(tmp_path / "bench", "<b>evil</b>", questions, {})
    with opened(report(tmp_path, load_benchmark(tmp_path / "bench"))) as page:
        assert page.inner_text("h1") == "<b>evil</b>: scores"
        assert page.locator('.row[data-id="q5"]').inner_text().count("</script><img src=x") == 1
        took = page.evaluate("(() => { const t = performance.now(); search(); return performance.now() - t })()")
        assert took < 500
        page.fill("#text", "q2399")
        assert shown(page) == ["q2399"]
