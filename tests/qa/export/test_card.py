"""The card: its YAML is what the Hub reads, its counts are those of a plain recount, its text holds no markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.qa.export.card import CardOptions, SplitFiles, card_text
from mmego.qa.export.formats import Export, export
from mmego.qa.export.parquet import schema_features
from mmego.qa.export.survey import Survey
from mmego.records import QA, Source, Span, Turn
from tests.qa.small_set import conversations, stats, with_model, write_set

SPLITS = [SplitFiles("train", 5, 1000, 400)]


def card(samples: list[QA], counts: dict[str, object] | None = None, options: CardOptions | None = None) -> str:
    pytest.importorskip("pyarrow")
    told = stats(samples) if counts is None else counts
    return card_text(Survey.of(samples), told, SPLITS, schema_features(), [("a.png", "A")], options or CardOptions())


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


def test_text_of_the_data_is_no_markup() -> None:
    turn = Turn("What | did <script>alert(1)</script>\n## I `see`?", "![x](y)", (Span(1.0, 2.0),), (0,), "a|b")
    sample = QA("i", "v", Span(0.0, 9.0), (turn,), Source("own", "rules"))
    text = card([sample])
    row = next(line for line in text.splitlines() if "alert" in line and line.startswith("| v |"))
    assert row == r"| v | What \| did &lt;script&gt;alert(1)&lt;/script&gt; ## I \`see\`? | !\[x\](y) | 1.0–2.0 |"
    assert "| a\\|b | 1 |" in text


def test_the_card_states_the_counts() -> None:
    samples = conversations()
    turns = [turn for sample in samples for turn in sample.turns]
    survey = Survey.of(samples)
    text = card(samples)
    assert f"| turns (questions with answers) | {len(turns):,} |" in text
    assert f"| first | {survey.categories['first']} |" in text
    assert f"| `leak` | {len(turns) + 30} | 30 |" in text
    assert f"{len(turns) / (len(turns) + 30):.2%}" in text
    assert "| 0.5-1 | 9 | 1 |" in text
    assert "| past the end | 3 |" in text
    assert "## Cost" not in text
