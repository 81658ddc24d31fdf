"""Sheets for people: what a spreadsheet program may do to them, what people may write into them, what is made of it."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.files import write_jsonl
from mmego.qa.data.review import draw_turns, export_review, import_review, read_sheet
from mmego.qa.data.samples import read_samples, turn_name
from mmego.records import QA, Source, Span, Turn
from mmego.reporting.spreadsheet import time_cell
from tests.qa.small_set import clips, conversations, write_set

Row = dict[str, str]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_set(tmp_path / "out")
    return tmp_path / "out"


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def save(path: Path, rows: list[Row], delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def sheet(out: Path, change: Callable[[list[Row]], list[Row]], number: int = 20, delimiter: str = ",") -> Path:
    """Return a judged sheet of `number` turns."""
    path = out.parent / "review.csv"
    export_review(out, path, number)
    return save(path, change(rows_of(path)), delimiter)


def judged(**values: str) -> Callable[[list[Row]], list[Row]]:
    """Return a change that writes the same values into every row."""
    return lambda rows: [{**row, **values} for row in rows]


def kept_names(out: Path) -> set[tuple[str, str]]:
    return {(s.id, t.question) for s in read_samples(out / "qa.reviewed.jsonl") for t in s.turns}


def test_a_sheet_shows_what_one_must_know(out: Path, tmp_path: Path) -> None:
    assert export_review(out, tmp_path / "r.csv", 30) == 30
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbfid,turn,video,times,narrations,question,answer,")
    turns = {turn_name(s.id, i): (s, t) for s in conversations() for i, t in enumerate(s.turns)}
    told = {clip.id: [n.text for n in clip.narrations] for clip in clips()}
    rows = rows_of(tmp_path / "r.csv")
    assert len({row["id"] for row in rows}) == 30
    for row in rows:
        sample, turn = turns[row["id"]]
        assert (row["video"], row["question"], row["answer"]) == (sample.video, turn.question, turn.answer)
        assert row["id"] == f"{sample.id}#{row['turn']}"
        assert row["narrations"] == " | ".join(told[sample.id][i] for i in turn.narrations) != ""
        assert row["times"].split("; ")[0] == f"{time_cell(turn.key_spans[0].start)}-{time_cell(turn.key_spans[0].end)}"
        assert [row[name] for name in ("grammar", "correct", "blind", "comment")] == [""] * 4
    assert [time_cell(t) for t in (0.0, 59.999, 60.0, 3671.5)] == ["00:00", "00:59", "01:00", "61:11"]


def test_narrations_are_found_in_written_where_clips_has_none(out: Path, tmp_path: Path) -> None:
    clip, sample = clips()[0], conversations()[0]
    os.remove(out / "clips" / "00000.jsonl")
    write_jsonl(out / "written" / "00000.jsonl", [{"clip": clip.to_json(), "qa": sample.to_json()}])
    export_review(out, tmp_path / "r.csv", 1000)
    assert all((row["narrations"] != "") == row["id"].startswith("day0_0#") for row in rows_of(tmp_path / "r.csv"))


def test_texts_of_all_kinds_come_back_unedited(tmp_path: Path) -> None:
    odd = (
        '=HYPERLINK("http://x")',
        "-1",
        "'=x",
        'a "b", c;d',
        "two\nlines",
        "\u65e5\u672c \U0001f600",
        " spaced  out ",
        "tab\there",
    )
    turns = tuple(Turn(text, text, (Span(0.0, 1.0),)) for text in odd)
    out = tmp_path / "out"
    write_set(out, [QA("-id, x", "=v", Span(0.0, 9.0), turns, Source("own", "rules"))])
    path = sheet(out, judged(correct="y"))
    assert all(row[0] not in "=+-@" for row in csv.reader(path.open(encoding="utf-8-sig", newline="")))
    assert import_review(out, path).edited == frozenset()
    assert [t.question for s in read_samples(out / "qa.reviewed.jsonl") for t in s.turns] == list(odd)


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-16")]
)
def test_other_programs_save_it_otherwise(out: Path, delimiter: str, encoding: str) -> None:
    path = sheet(out, judged(correct="1"))
    turned = [{name: row[name] for name in reversed(row)} for row in reversed(rows_of(path))]
    save(path, turned[3:], delimiter, encoding)
    review = import_review(out, path)
    assert (review.overall["correct"].yes, review.overall["grammar"].yes) == (17, 0)


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        *((cell, True) for cell in ("y", " YES ", "1", "Ok", "TRUE")),
        *((cell, False) for cell in ("n", "No", "0", "false")),
        *((cell, None) for cell in ("", "  ")),
    ],
)
def test_verdicts(out: Path, cell: str, verdict: bool | None) -> None:
    path = sheet(out, judged(grammar=cell), number=3)
    assert [row.grammar for row in read_sheet(path)] == [verdict] * 3


def test_wrong_turns_are_left_out_and_the_original_stays(out: Path) -> None:
    before = (out / "qa.jsonl").read_bytes()
    path = sheet(out, lambda rows: [{**row, "correct": "n" if i < 4 else "y"} for i, row in enumerate(rows)])
    review = import_review(out, path)
    wrong = {(row["id"].split("#")[0], row["question"]) for row in rows_of(path)[:4]}
    everything = {(s.id, t.question) for s in conversations() for t in s.turns}
    assert kept_names(out) == everything - wrong
    assert (review.dropped, review.kept) == (4, len(everything) - 4)
    assert (out / "qa.jsonl").read_bytes() == before
    stored = json.loads((out / "review.json").read_text())
    assert stored["overall"]["correct"] == {"yes": 16, "no": 4, "share": 0.8, "low": review.overall["correct"].low} | {
        "high": review.overall["correct"].high
    }
    assert stored["overall"]["blind"] == {"yes": 0, "no": 0, "share": None, "low": None, "high": None}
    assert sum(rates["correct"]["yes"] for rates in stored["by_category"].values()) == 16
    assert [verdict["correct"] for verdict in stored["verdicts"]] == [False] * 4 + [True] * 16


def test_what_counts_as_wrong_is_an_option(out: Path) -> None:
    def fill(rows: list[Row]) -> list[Row]:
        marks = ({"grammar": "n"}, {"correct": "n"}, {"blind": "y"}, {"blind": "n", "grammar": "y", "correct": "y"})
        return [{**row, **mark} for row, mark in zip(rows, marks, strict=True)]

    path = sheet(out, fill, number=4)
    assert import_review(out, path).dropped == 1
    assert import_review(out, path, drop=("grammar", "correct", "blind")).dropped == 3
    assert import_review(out, path, drop=()).dropped == 0


def test_a_conversation_without_turns_goes(out: Path) -> None:
    path = sheet(out, lambda rows: [{**r, "correct": "n"} for r in rows if r["id"].startswith("day1_0#")], number=10**6)
    import_review(out, path)
    assert [sample.id for sample in read_samples(out / "qa.reviewed.jsonl")] == ["day0_0", "day2_0", "day3_0", "day4_0"]


def test_an_edit_is_refused_or_taken_as_a_correction(out: Path) -> None:
    def fill(rows: list[Row]) -> list[Row]:
        rows[1] |= {"answer": "on  the =shelf", "correct": "no", "comment": "it is the shelf"}
        return rows

    path = sheet(out, fill, number=5)
    old = rows_of(path)[1]
    with pytest.raises(InputError, match=r"review.csv, row 3, column answer: 'on  the =shelf' was .*--edits"):
        import_review(out, path)
    assert not (out / "review.json").exists()
    assert not (out / "qa.reviewed.jsonl").exists()
    review = import_review(out, path, edits=True)
    assert (review.edited, review.dropped, review.overall["correct"].no) == ({old["id"]}, 0, 1)
    changed = [
        (t, u)
        for s, r in zip(conversations(), read_samples(out / "qa.reviewed.jsonl"), strict=True)
        for t, u in zip(s.turns, r.turns, strict=True)
        if t != u
    ]
    assert [(t.question, replace(t, answer="on the =shelf")) for t, _ in changed] == [(old["question"], changed[0][1])]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: [*rows[:2], {**rows[2], "blind": "maybe"}], r"row 4, column blind: 'maybe' .*write y, yes"),
        (lambda rows: [*rows, rows[0]], r"row 7, column id: 'day\d_0#\d+' is in row 2 already"),
        (lambda rows: [{**rows[0], "id": "day0_0#9999"}], r"row 2, column id: 'day0_0#9999' is not a turn of"),
        (lambda rows: [{**rows[0], "check": "k1"}], r"row 2, column check: .* has changed since; export"),
        (lambda rows: [{**rows[0], "question": " "}], r"row 2, column question: is empty"),
        (lambda rows: [{k: v for k, v in rows[0].items() if k != "correct"}], r"row 1: column correct is missing"),
        (lambda rows: [{**rows[0], "correct": "y", "comment": 'x"y\0'}], None),
    ],
)
def test_bad_sheets_are_named_by_row_and_column(
    out: Path, change: Callable[[list[Row]], list[Row]], message: str | None
) -> None:
    path = sheet(out, change, number=5)
    if message is None:
        assert import_review(out, path).rows[0].comment == 'x"y\0'
        return
    with pytest.raises(InputError, match=message):
        import_review(out, path, edits=True)
    assert sorted(p.name for p in out.iterdir()) == ["clips", "qa.jsonl", "stats.json"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a,b\n1,2", b"\x89PNG\r\n", b'id,question\n"un', b"caf\xe9"])
def test_files_that_are_no_sheet(out: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(InputError, match=r"x\.csv"):
        import_review(out, tmp_path / "x.csv")
    with pytest.raises(InputError, match="no such file"):
        import_review(out, tmp_path / "y.csv")


def test_edits_never_go_to_another_turn_of_a_data_set_made_again(out: Path) -> None:
    path = sheet(out, lambda rows: [{**row, "answer": "x"} for row in rows], number=5)
    write_set(out, [replace(sample, turns=sample.turns[1:]) for sample in conversations()])
    with pytest.raises(InputError, match="column check"):
        import_review(out, path, edits=True)


def test_draws_are_even_seeded_and_in_order() -> None:
    turns = tuple(Turn(f"q{i}", "a", (), category="rare" if i < 3 else "often") for i in range(40))
    samples = [
        QA("a", "v", Span(0.0, 40.0), turns, Source("o", "r")),
        QA("b", "v", Span(0.0, 90.0), turns, Source("o", "r")),
    ]
    seen = Counter(draw[1] for seed in range(400) for draw in draw_turns(samples, 10, seed))
    assert set(seen) == set(range(40))
    assert all(60 < count < 140 for count in seen.values())  # 100 expected, deviation below 10
    assert draw_turns(samples, 10, 5) == draw_turns(samples, 10, 5) != draw_turns(samples, 10, 6)
    drawn = [(sample.id, index) for sample, index in draw_turns(samples, 10, 5)]
    assert drawn == sorted(drawn)
    spread = Counter(s.turns[i].category for s, i in draw_turns(samples, 20, 0, "category"))
    assert spread == {"rare": 6, "often": 14}
    assert Counter(s.id for s, _ in draw_turns(samples, 20, 0, "length_class")) == {"a": 10, "b": 10}
    assert len(draw_turns(samples, 1000, 0)) == 80
    with pytest.raises(InputError, match="at least 1, got 0"):
        draw_turns(samples, 0, 0)


def test_a_sep_line_above_the_titles(out: Path, tmp_path: Path) -> None:
    path = sheet(out, judged(correct="y"))
    rows = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("sep=;\r\n")
        csv.writer(file, delimiter=";").writerows(rows)
    assert import_review(out, path).edited == frozenset()
