"""The card: its YAML is what the Hub reads, its counts are those of a plain recount, its text holds no markup."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mmego.errors import InputError
from mmego.qa.export.answer_classes import answer_kind, opening, things, verbs
from mmego.qa.export.card import CardOptions, SplitFiles, card_text, size_category
from mmego.qa.export.formats import Export, export
from mmego.qa.export.funnel import funnel
from mmego.qa.export.parquet import features
from mmego.qa.export.statistics import POSITIONS, SAMPLES_KEPT, Survey, mean, quantile, span_bin_names
from mmego.records import QA, Source, Span, Turn
from mmego.records.length_classes import length_class
from tests.qa.small_set import conversations, stats, with_model, write_set

SPLITS = [SplitFiles("train", 5, 1000, 400)]


def card(samples: list[QA], counts: dict[str, object] | None = None, options: CardOptions | None = None) -> str:
    pytest.importorskip("pyarrow")
    told = stats(samples) if counts is None else counts
    return card_text(Survey.of(samples), told, SPLITS, features(), [("a.png", "A")], options or CardOptions())


def test_yaml_is_what_the_hub_reads(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    from huggingface_hub import DatasetCard

    write_set(tmp_path / "out")
    export(tmp_path / "out", tmp_path / "hub", Export("datasets", card=CardOptions("My: name", "cc-by-nc-4.0")))
    data = DatasetCard.load(tmp_path / "hub" / "README.md").data.to_dict()
    assert (data["license"], data["pretty_name"]) == ("cc-by-nc-4.0", "My: name")
    assert data["size_categories"] == ["n<1K"]
    assert [files["split"] for files in data["configs"][0]["data_files"]] == [
        "train",
        "validation",
        "test",
        "unassigned",
    ]
    stated = datasets.DatasetInfo.from_dict({}) if not data["dataset_info"] else data["dataset_info"]
    loaded = datasets.load_dataset("parquet", data_dir=str(tmp_path / "hub" / "data"), cache_dir=str(tmp_path / "c"))
    assert datasets.Features._from_yaml_list(stated["features"]) == next(iter(loaded.values())).features
    assert sum(split["num_examples"] for split in stated["splits"]) == 5
    assert stated["download_size"] == sum(p.stat().st_size for p in (tmp_path / "hub" / "data").iterdir())


def test_counts_are_those_of_a_plain_recount() -> None:
    samples = conversations()
    survey = Survey.of(samples)
    turns = [turn for sample in samples for turn in sample.turns]
    assert (survey.conversations, survey.turns, len(survey.videos)) == (5, len(turns), 5)
    assert survey.categories == Counter(turn.category for turn in turns)
    assert survey.length_classes == Counter(length_class(sample.clip.length) for sample in samples)
    assert survey.openings == Counter(" ".join(turn.question.lower().split()[:2]) for turn in turns)
    assert survey.spans == survey.positions.total() == sum(len(turn.key_spans) for turn in turns)
    assert survey.span_lengths.total() == survey.spans
    assert survey.answers["yes/no"] == sum(turn.answer in ("yes", "no") for turn in turns) > 0
    assert mean(survey.answer_words) == pytest.approx(sum(len(turn.answer.split()) for turn in turns) / len(turns))
    text = card(samples)
    assert f"| turns (questions with answers) | {len(turns):,} |" in text
    assert f"| first | {survey.categories['first']} |" in text
    assert f"| `leak` | {len(turns) + 30} | 30 |" in text
    assert f"{len(turns) / (len(turns) + 30):.2%}" in text
    assert "| 0.5-1 | 9 | 1 |" in text
    assert "| past the end | 3 |" in text
    assert "## Cost" not in text


def test_cost_where_a_model_wrote() -> None:
    samples = [with_model(sample) for sample in conversations()]
    assert "read 4,500 tokens and wrote 750" in card(samples)
    assert "dollars" not in card(samples)
    told = card(samples, options=CardOptions(price_in=20.0, price_out=80.0))
    assert "0.15 dollars at 20 and 80 dollars per million" in told  # 4,500 * 20 + 750 * 80 = 150,000 millionths
    assert "| mmego-sim | llm | m-1 write/1 | 5 |" in told


def test_without_statistics_sections_are_left_out() -> None:
    text = card(conversations(), {})
    assert "## Filters" not in text
    assert "before balancing" not in text
    assert "| 0.5-1 | 1 |" in text


@pytest.mark.parametrize("filters", [[{"name": "leak"}], [3], 3, [{"name": "a", "seen": "many", "dropped": 0}]])
def test_malformed_statistics_are_named(filters: object) -> None:
    with pytest.raises(InputError, match=r"stats\.json"):
        funnel({"filters": filters})


def test_text_of_the_data_is_no_markup() -> None:
    turn = Turn("What | did <script>alert(1)</script>\n## I `see`?", "![x](y)", (Span(1.0, 2.0),), (0,), "a|b")
    sample = QA("i", "v", Span(0.0, 9.0), (turn,), Source("own", "rules"))
    text = card([sample])
    row = next(line for line in text.splitlines() if "alert" in line and line.startswith("| v |"))
    assert row == r"| v | What \| did &lt;script&gt;alert(1)&lt;/script&gt; ## I \`see\`? | !\[x\](y) | 1.0–2.0 |"
    assert "| a\\|b | 1 |" in text


def test_odd_clips_and_spans_are_counted() -> None:
    turn = Turn("", "", (Span(0.0, 0.0), Span(-5.0, 100.0), Span(99.0, 99.0)))
    survey = Survey.of(
        [QA("i", "v", Span(0.0, 10.0), (turn,), Source("o", "r")), QA("j", "v", Span(1, 1), (turn,), Source("o", "r"))]
    )
    assert survey.positions == Counter({0: 4, POSITIONS - 1: 2})
    assert (survey.span_lengths[0], survey.span_lengths[7]) == (4, 2)
    assert len(span_bin_names()) == 8


def test_samples_are_drawn_evenly_and_by_seed() -> None:
    turns = tuple(Turn(f"q {i}", "a", ()) for i in range(60))
    sample = QA("i", "v", Span(0.0, 9.0), turns, Source("own", "rules"))
    seen = Counter(turn.question for seed in range(300) for _, turn in Survey.of([sample], seed).samples)
    expected = 300 * SAMPLES_KEPT / 60
    assert len(seen) == 60
    assert all(expected / 2 < count < expected * 2 for count in seen.values())
    assert Survey.of([sample], 3).samples == Survey.of([sample], 3).samples


def test_quantiles() -> None:
    counts = Counter({1: 50, 2: 45, 9: 5})
    assert [quantile(counts, share) for share in (0.05, 0.5, 0.51, 0.95, 1.0)] == [1, 1, 2, 2, 9]
    assert quantile(Counter(), 0.5) == 0
    assert [size_category(n) for n in (1, 999, 1000, 938_000, 20_000_000)] == [
        "n<1K",
        "n<1K",
        "1K<n<10K",
        "100K<n<1M",
        "10M<n<100M",
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did I put the red mug?", ["put"]),
        ("What did I pick up first?", ["pick up"]),
        ("What did I take next after I put the mug on the bed?", ["take", "put"]),
        ("What was the last thing I opened?", ["open"]),
        ("Where did the man in black last put the book?", ["put"]),
        ("What did the woman with the dog pick up?", ["pick up"]),
        ("What did the man with", []),
        ("Did I leave the desk lamp on?", ["leave"]),
        ("How many times did I wash the pan before I switched off the tap?", ["wash", "switch off"]),
        ("Which colour was the mug that I picked up?", ["pick up"]),
        ("What colour was it?", []),
        ("Did I", []),
        ("", []),
    ],
)
def test_verbs_of_questions(question: str, expected: list[str]) -> None:
    assert verbs(question) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where did I put the red mug?", ["mug"]),
        ("on the kitchen table", ["table"]),
        ("in the drawer of the dresser", ["drawer", "dresser"]),
        ("Did I leave the fridge open before I took the jar?", ["fridge", "jar"]),
        ("What did the man do with my phone?", ["phone"]),
        ("the first thing", []),
        ("the", []),
    ],
)
def test_things_of_texts(text: str, expected: list[str]) -> None:
    assert things(text) == expected


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("yes", "yes/no"),
        ("No, I did not.", "yes/no"),
        ("two times", "number"),
        ("3", "number"),
        ("dark blue", "colour"),
        ("on the bed", "place"),
        ("the red mug", "thing"),
        ("the man", "person"),
        ("I put it there.", "sentence"),
        ("salt and pepper", "other"),
        ("", "other"),
    ],
)
def test_kinds_of_answers(answer: str, kind: str) -> None:
    assert answer_kind(answer) == kind


def test_openings() -> None:
    assert [opening(q) for q in ("Where did I go?", "\u201cWhat?\u201d", "")] == ["where did", "what", ""]
