"""Sheets of a benchmark: what people are shown, what they may write, what becomes of it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.build.history import history_of
from mmego.bench.build.review import draw_questions, export_review, import_review
from mmego.bench.build.source import QuestionSource
from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.errors import InputError
from mmego.records import MCQ, Source, Span
from mmego.records.length_classes import LENGTH_CLASSES
from tests.bench.small import benchmark, question
from tests.qa.small_set import clips, write_set

Row = dict[str, str]


@pytest.fixture
def bench(tmp_path: Path) -> Benchmark:
    return benchmark(tmp_path / "bench", 28)


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(bench: Benchmark, change: Callable[[list[Row]], list[Row]], number: int = 28) -> Path:
    """Fill in a sheet and return its path."""
    path = bench.path.parent / "sheet.csv"
    export_review(bench, path, number)
    rows = change(rows_of(path))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def marked(**marks: set[int]) -> Callable[[list[Row]], list[Row]]:
    """y in these rows of a column and n in its others."""

    def change(rows: list[Row]) -> list[Row]:
        return [
            {**row, **{c: "y" if n in numbers else "n" for c, numbers in marks.items()}} for n, row in enumerate(rows)
        ]

    return change


def edited(number: int, **cells: str) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [{**row, **(cells if n == number else {})} for n, row in enumerate(rows)]


def test_a_sheet_shows_the_question_and_what_was_narrated(tmp_path: Path) -> None:
    write_set(tmp_path / "qa")
    clip = clips()[0]
    told = clip.narrations[3]
    known = MCQ(f"{clip.id}-0", clip.video, clip.clip, "=Q?", ("a", "b", "c", "d"), 2, "0.5-1", (told.span,), "x", SRC)
    five = replace(known, id="else-1", options=("a", "b", "c", "d", "e"), answer=4, clip=None, length_class="")
    bench = save_benchmark(tmp_path / "bench", "b", [known, five], {})
    assert export_review(bench, tmp_path / "s.csv", source=QuestionSource(tmp_path / "qa")) == 2
    first, second = rows_of(tmp_path / "s.csv")
    assert (first["question"], first["answer"], first["A"], first["E"]) == ("'=Q?", "C", "a", "")
    assert told.text in first["narrations"]
    assert 1 <= len(first["narrations"].split(" | ")) < len(clip.narrations)
    assert (second["answer"], second["E"], second["clip"], second["narrations"]) == ("E", "e", "", "")
    assert all(first[c] == "" for c in ("correct", "another", "blind", "wording", "comment"))


SRC = Source("own", "rules")


def test_a_sheet_is_never_overwritten(bench: Benchmark, tmp_path: Path) -> None:
    export_review(bench, tmp_path / "s.csv", 3)
    before = (tmp_path / "s.csv").read_bytes()
    with pytest.raises(InputError, match="may hold verdicts"):
        export_review(bench, tmp_path / "s.csv", 5)
    assert (tmp_path / "s.csv").read_bytes() == before


def test_draws(bench: Benchmark) -> None:
    drawn = draw_questions(bench.questions, 14, 1, "length_class")
    assert Counter(q.length_class for q in drawn) == dict.fromkeys(LENGTH_CLASSES, 2)
    assert drawn == sorted(drawn, key=bench.questions.index)
    assert draw_questions(bench.questions, 5, 1) != draw_questions(bench.questions, 5, 2)
    assert draw_questions(bench.questions, 99, 1) == list(bench.questions)


def test_verdicts_become_shares_and_wrong_questions_go(bench: Benchmark, tmp_path: Path) -> None:
    path = sheet(bench, marked(correct=set(range(2, 28)), another={5}, blind={0, 6, 7}, wording=set(range(28))))
    review, made = import_review(bench, path, tmp_path / "reviewed", "r")
    assert {q.id for q in bench.questions} - {q.id for q in made.questions} == {"q0", "q1", "q5"}
    assert set(made.questions) <= set(bench.questions)
    correct = review.overall["correct"]
    assert (correct.yes, correct.no) == (26, 2)
    # Wilson's interval of 26 of 28, by the textbook's formula at z = 1.95996.
    assert (correct.low, correct.high) == (pytest.approx(0.7735, abs=5e-4), pytest.approx(0.9802, abs=5e-4))
    assert review.overall["blind"].share == pytest.approx(3 / 28)
    assert [*review.by_length_class] == list(LENGTH_CLASSES)
    assert review.by_length_class["0.5-1"]["correct"].no == 2
    (step,) = history_of(made)
    assert (step["rows"], step["left_out"], step["edited"]) == (28, 3, 0)
    verdicts = json.loads((tmp_path / "reviewed" / "review.json").read_text())["verdicts"]
    assert verdicts[0] == {
        "id": "q0", "correct": False, "another": False, "blind": True, "wording": True, "comment": ""
    }  # fmt: skip
    assert load_benchmark(bench.path) == bench


@pytest.mark.parametrize(("drop", "gone"), [((), set()), (("blind",), {"q3"}), (("wording", "correct"), {"q1", "q2"})])
def test_what_is_left_out_can_be_chosen(bench: Benchmark, tmp_path: Path, drop: tuple, gone: set[str]) -> None:  # type: ignore[type-arg]
    every = set(range(28))
    path = sheet(bench, marked(correct=every - {1}, wording=every - {2}, blind={3}))
    _, made = import_review(bench, path, tmp_path / "reviewed", "r", drop=drop)
    assert {q.id for q in bench.questions} - {q.id for q in made.questions} == gone


def test_edits_need_permission_and_keep_the_question(bench: Benchmark, tmp_path: Path) -> None:
    cells = {"question": "Where did I put the  red mug?", "B": "in the box", "answer": "b", "correct": "n"}
    path = sheet(bench, edited(4, **cells))
    with pytest.raises(InputError, match=r"row 6: a question, option or letter was changed; give --edits"):
        import_review(bench, path, tmp_path / "reviewed", "r")
    review, made = import_review(bench, path, tmp_path / "reviewed", "r", edits=True)
    (new,) = [q for q in made.questions if q.id == "q4"]
    assert new == replace(
        question(4, 1, "2-4"),
        question="Where did I put the red mug?",
        options=("on the table", "in the box", "on the sofa", "in the fridge"),
    )
    assert review.edited == {"q4"}
    assert len(made.questions) == 28


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"answer": "E"}, r"row 2, column answer: 'E' is not a choice; allowed are A, B, C, D"),
        ({"answer": ""}, "allowed are A, B, C, D"),
        ({"correct": "maybe"}, r"row 2, column correct: 'maybe' is not a verdict"),
        ({"A": " "}, r"row 2, column option 1: is empty"),
        ({"A": "In The Drawer"}, "two options of 'q0' are alike"),
        ({"check": "k123"}, "another version of the benchmark"),
        ({"id": "q1"}, "another version of the benchmark"),
        ({"comment": "nice"}, "holds no verdict"),
    ],
)
def test_faults_are_named(bench: Benchmark, tmp_path: Path, cells: dict[str, str], said: str) -> None:
    path = sheet(bench, edited(0, **cells))
    with pytest.raises(InputError, match=said):
        import_review(bench, path, tmp_path / "reviewed", "r", edits=True)
    assert not (tmp_path / "reviewed").exists()


def test_a_row_twice(bench: Benchmark, tmp_path: Path) -> None:
    path = sheet(bench, lambda rows: [{**rows[0], "correct": "y"}] * 2)
    with pytest.raises(InputError, match="'q0' is in row 2 already"):
        import_review(bench, path, tmp_path / "reviewed", "r")


def test_a_sheet_of_another_version_is_refused(bench: Benchmark, tmp_path: Path) -> None:
    path = sheet(bench, marked(correct={1}))
    changed = [replace(q, question="What?") if q.id == "q9" else q for q in bench.questions]
    newer = save_benchmark(tmp_path / "newer", "small", changed, {})
    with pytest.raises(InputError, match="of another version of the benchmark"):
        import_review(newer, path, tmp_path / "reviewed", "r")


def test_rows_may_be_moved_and_deleted(bench: Benchmark, tmp_path: Path) -> None:
    path = sheet(bench, lambda rows: [{**row, "correct": "n"} for row in reversed(rows[10:13])])
    review, made = import_review(bench, path, tmp_path / "reviewed", "r")
    assert len(review.rows) == 3
    assert [q.id for q in made.questions] == [f"q{n}" for n in range(28) if n not in (10, 11, 12)]


def test_spans_that_touch_the_key_moment(tmp_path: Path) -> None:
    """A narrated point in time at the very edge of a key span is shown."""
    write_set(tmp_path / "qa")
    clip = clips()[1]
    edge = clip.narrations[2].span.end
    q = MCQ(f"{clip.id}-0", clip.video, clip.clip, "Q?", ("a", "b"), 0, "0.5-1", (Span(edge, edge),), "x", SRC)
    bench = save_benchmark(tmp_path / "bench", "b", [q], {})
    export_review(bench, tmp_path / "s.csv", source=QuestionSource(tmp_path / "qa"))
    assert clip.narrations[2].text in rows_of(tmp_path / "s.csv")[0]["narrations"]
