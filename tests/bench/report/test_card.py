"""The card: its tables say what the questions are, whatever is in them, and its pictures are drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.build.blind_screening import screen_benchmark
from mmego.bench.build.build import BuildOptions, build_benchmark, rules_writer
from mmego.bench.build.quotas import Quotas
from mmego.bench.build.review import export_review, import_review
from mmego.bench.build.source import QuestionSource
from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.report.card import card_text, write_card
from mmego.qa.export.survey import Survey
from tests.bench.small import benchmark, question, write_run
from tests.qa.small_set import write_set

pytest.importorskip("matplotlib")
PICTURES = ["categories.png", "key_spans.png", "length_classes.png", "lengths.png", "letters.png", "question_types.png"]


def table_rows(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the tables under a heading."""
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[c.strip() for c in line.strip("|").split(" | ")] for line in section.splitlines() if line.startswith("| ")]


def test_the_card_of_a_benchmark_through_all_its_steps(tmp_path: Path) -> None:
    write_set(tmp_path / "qa")
    options = BuildOptions(Quotas.of([5], [9], 10))
    built = build_benchmark(QuestionSource(tmp_path / "qa"), tmp_path / "b", "b", options, rules_writer(0)).benchmark
    half = [(q.answer + n % 2) % 4 for n, q in enumerate(built.questions)]
    run = write_run(tmp_path / "run", built, half, RunSettings(blind=True), "guess|er")
    screened = screen_benchmark(built, [run], tmp_path / "s", "s").benchmark
    export_review(screened, tmp_path / "sheet.csv", 3)
    lines = (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig").splitlines()
    judged = [lines[0], *(re.sub(r",,,,,,(k\w+)$", r",y,n,n,y,,\1", line) for line in lines[1:])]
    (tmp_path / "sheet.csv").write_text("\n".join(judged))
    _, reviewed = import_review(screened, tmp_path / "sheet.csv", tmp_path / "r", "r")
    assert write_card(reviewed)
    text = (tmp_path / "r" / "README.md").read_text()
    assert list(re.findall(r"^## (.*)$", text, re.M)) == [
        *("Lengths", "Which letter is right", "Questions and options", "How it was built", "Blind screening"),
        *("Review by people", "Samples", "Pictures"),
    ]
    lengths = {row[0]: row for row in table_rows(text, "Lengths")}
    assert sum(int(lengths[n][3]) for n in ("0.5-1", "1-2", "2-4", "4-10", "10-20", "20-40", "40-60")) == len(
        reviewed.questions
    )
    assert sum(int(lengths[n][2]) for n in ("short", "medium", "long")) == len(reviewed.questions)
    assert f"{len(built.questions) - len(screened.questions)} of {len(built.questions)} questions" in text
    assert "guess\\|er" in text
    assert table_rows(text, "Review by people")[2][:2] == ["all", "100.0% (43.9%–100.0%, 3)"]
    assert sorted(p.name for p in (tmp_path / "r" / "plots").iterdir()) == PICTURES
    assert all(f"(plots/{name})" in text for name in PICTURES)
    assert str(tmp_path) not in text


def test_same_questions_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_card(benchmark(tmp_path / name, 28))
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).rglob("*") if p.is_file()} for n in ("one", "two"))
    assert one == two
    before = (tmp_path / "one" / "README.md").read_bytes()
    write_card(benchmark(tmp_path / "one", 28))  # over an old card
    assert (tmp_path / "one" / "README.md").read_bytes() == before


def test_whole_videos_many_options_and_marks_in_texts(tmp_path: Path) -> None:
    odd = replace(question(0), clip=None, length_class="", question="a | b `c` <b>?", options=tuple("abcdef"), answer=5)
    bench = save_benchmark(tmp_path / "b", "x<y", [odd, question(3, 2)], {})
    write_card(bench)
    text = (tmp_path / "b" / "README.md").read_text()
    assert text.startswith("# x&lt;y\n")
    assert "a \\| b \\`c\\` &lt;b&gt;?" in text
    assert "**F f**" in text
    assert "| options | 4 or 6 |" in text
    assert table_rows(text, "Which letter is right")[-1][-1] == "1 (50.0%)"
    assert ["not known", "none", "1", "1"] in table_rows(text, "Lengths")


def test_options_of_other_lengths_give_the_answer_away(tmp_path: Path) -> None:
    wordy = [replace(question(n, 1), options=("a", "a longer one", "b", "c")) for n in range(4)]
    mixed = replace(question(9, 0), options=("same", "size", "four", "x"))
    bench = Benchmark(tmp_path, "b", (*wordy, mixed), "0" * 64)
    rows = table_rows(card_text(bench, Survey(), [], []), "Questions and options")
    # Four are the longest alone; the fifth is one of three longest.
    assert ["always the longest option", f"{(4 + 1 / 3) / 5:.1%}"] in rows
    assert ["always the shortest option", "0.0%"] in rows
