"""The card of a data set (``README.md`` of a Hugging Face folder): its content, its making, and how to load it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmego.qa.export.filter_steps import read_filter_steps
from mmego.qa.export.survey import Survey, mean_of_counts, quantile_of_counts, span_bin_names
from mmego.records.length_classes import LENGTH_CLASSES
from mmego.reporting.markdown import ROWS, cell, counts_table, page_text, percent, table

_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))


@dataclass(frozen=True, slots=True)
class SplitFiles:
    """A split's name, its conversations, and the bytes of its rows in memory and of its files."""

    name: str
    conversations: int
    bytes: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class CardOptions:
    """What the data does not contain. `price_in` and `price_out` are dollars per million tokens."""

    name: str = "Egocentric question-answer pairs"
    license: str | None = None
    price_in: float | None = None
    price_out: float | None = None


def size_category(conversations: int) -> str:
    """Return the Hub's name for a number of rows."""
    return next((name for bound, name in _SIZES if conversations < bound), "10M<n<100M")


def card_header(
    survey: Survey, splits: Sequence[SplitFiles], features: list[Any], options: CardOptions
) -> dict[str, Any]:
    """Return the YAML block that the Hub and `datasets.load_dataset` read."""
    stated = {"license": options.license} if options.license else {}
    return {
        **stated,
        "pretty_name": options.name,
        "language": ["en"],
        "task_categories": ["visual-question-answering", "video-text-to-text"],
        "size_categories": [size_category(survey.conversations)],
        "tags": ["egocentric", "first-person video", "episodic memory", "temporal grounding"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": s.name, "path": f"data/{s.name}-*.parquet"} for s in splits],
            }
        ],
        "dataset_info": {
            "features": features,
            "splits": [{"name": s.name, "num_bytes": s.bytes, "num_examples": s.conversations} for s in splits],
            "download_size": sum(s.file_bytes for s in splits),
            "dataset_size": sum(s.bytes for s in splits),
        },
    }


def card_text(
    survey: Survey,
    stats: Mapping[str, Any],
    splits: Sequence[SplitFiles],
    features: list[Any],
    plots: Sequence[tuple[str, str]],
    options: CardOptions,
) -> str:
    """Return the whole card.

    Args:
        survey: the counts of the exported samples.
        stats: the data set folder's ``stats.json``. Sections without counts are left out.
        splits: the files of the folder.
        features: `parquet.schema_features()`.
        plots: (file name in ``plots/``, caption) of the pictures.
        options: name, licence, prices.
    """
    import yaml  # type: ignore[import-untyped]

    top = yaml.safe_dump(card_header(survey, splits, features, options), sort_keys=False, allow_unicode=True, width=120)
    parts = [
        f"# {cell(options.name)}",
        _summary(survey, splits),
        _loading(splits),
        _FORMAT,
        _makers(survey, stats),
        _filters(stats),
        _tokens(survey, stats, options),
        _lengths(survey, stats),
        _questions(survey),
        _samples(survey),
        _pictures(plots),
        _license(options),
    ]
    return f"---\n{top}---\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def _summary(survey: Survey, splits: Sequence[SplitFiles]) -> str:
    facts = [
        ("conversations", f"{survey.conversations:,}"),
        ("turns (questions with answers)", f"{survey.turns:,}"),
        ("videos", f"{len(survey.videos):,}"),
        ("hours of clips (clips of one video may overlap)", f"{survey.seconds / 3600:,.1f}"),
        *((f"conversations in `{s.name}`", f"{s.conversations:,}") for s in splits if len(splits) > 1),
    ]
    return (
        "Questions about what happened in first-person video, with answers and the seconds of video that prove them. "
        "The videos themselves are not part of this data set.\n\n" + table(("", ""), facts)
    )


def _loading(splits: Sequence[SplitFiles]) -> str:
    return (
        "## Loading\n\n```python\nfrom datasets import load_dataset\n\n"
        f'data = load_dataset("FOLDER", split="{splits[0].name}")  # this folder, or its name on the Hub\n'
        'print(data[0]["turns"][0]["question"])\n```'
    )


_FORMAT = """## Format

One row is a conversation on one clip of one video. Times are seconds from the start of the *video*.

| column | what |
|---|---|
| `id`, `video` | names of the conversation and of the video |
| `clip` | `[start, end]` of the stretch the questions are about |
| `turns` | `question`, `answer`, `key_spans` (the stretches that prove the answer), `narrations` (indices, counted \
from 0, of the clip's narrations it rests on), `category` |
| `source` | data set and split of the narrations; generator (`rules` or `llm`), model, prompt, seed, tokens |"""


def _makers(survey: Survey, stats: Mapping[str, Any]) -> str:
    rows = [(*(cell(part) for part in maker), f"{count:,}") for maker, count in survey.makers.most_common(ROWS)]
    text = "## How it was made\n\nHuman narrations were cut into clips; questions were written from the narrations "
    text += "(no video was shown), then filtered.\n\n"
    text += table(("narrations", "generator", "model and prompt", "conversations"), rows)
    dropped = stats.get("narrations", {}).get("dropped") or {}
    if dropped:
        text += f"\n\nNarrations used: {stats['narrations'].get('kept', 0):,}; dropped:\n\n"
        text += table(("reason", "narrations"), [(cell(k), f"{v:,}") for k, v in Counter(dropped).most_common(ROWS)])
    failures = stats.get("failures") or {}
    if failures:
        text += "\n\nCalls that gave no questions:\n\n"
        text += table(("reason", "calls"), [(cell(k), f"{v:,}") for k, v in Counter(failures).most_common(ROWS)])
    return text


def _filters(stats: Mapping[str, Any]) -> str:
    steps = read_filter_steps(stats)
    if not steps:
        return ""
    first = max(1, steps[0].seen)
    rows = [
        (
            f"`{step.name}`",
            f"{step.seen:,}",
            f"{step.dropped:,}",
            f"{step.keep_rate:.2%}",
            f"{step.left / first:.2%}",
            cell(", ".join(f"{reason} {count:,}" for reason, count in Counter(step.reasons).most_common(4))),
        )
        for step in steps
    ]
    return "## Filters\n\n" + table(("filter", "seen", "dropped", "kept", "of all turns left", "reasons"), rows)


def _tokens(survey: Survey, stats: Mapping[str, Any], options: CardOptions) -> str:
    """Return the tokens of these conversations, and of the judge. ``stats.json`` has the cost of dropped ones, too."""
    judged = stats.get("judge_tokens") or {}
    sentences = []
    if survey.prompt_tokens + survey.completion_tokens:
        text = (
            f"The language model read {survey.prompt_tokens:,} tokens and wrote "
            f"{survey.completion_tokens:,} for these conversations"
        )
        if options.price_in is not None and options.price_out is not None:
            dollars = (survey.prompt_tokens * options.price_in + survey.completion_tokens * options.price_out) / 1e6
            text += (
                f": {dollars:,.2f} dollars at {options.price_in:g} and {options.price_out:g} dollars per million, "
                f"{1000 * dollars / max(1, survey.turns):.3f} dollars per thousand turns"
            )
        sentences.append(f"{text}.")
    if any(judged.values()):
        sentences.append(
            f"A second model, the judge, read {judged['prompt']:,} tokens and wrote {judged['completion']:,} for all "
            "the conversations that were written (not in the dollars)."
        )
    return "## Cost\n\n" + " ".join(sentences) if sentences else ""


def _lengths(survey: Survey, stats: Mapping[str, Any]) -> str:
    before = stats.get("length_classes", {}).get("before") or {}
    rows = []
    for name in LENGTH_CLASSES:
        balanced = [f"{before.get(name, 0):,}"] if before else []
        rows.append((name, *balanced, f"{survey.length_classes[name]:,}", f"{survey.turns_of_class[name]:,}"))
    titles = ("minutes", *(["conversations before balancing"] if before else []), "conversations", "turns")
    return "## Lengths of the clips\n\n" + table(titles, rows)


def _questions(survey: Survey) -> str:
    sizes = [
        (
            name,
            f"{mean_of_counts(counts):.1f}",
            *(str(quantile_of_counts(counts, part)) for part in (0.05, 0.5, 0.95)),
            str(max(counts, default=0)),
        )
        for name, counts in (
            ("words in a question", survey.question_words),
            ("words in an answer", survey.answer_words),
            ("key spans of a turn", survey.spans_of_turn),
        )
    ]
    spans = [
        (name, f"{survey.span_lengths[i]:,}", percent(survey.span_lengths[i], survey.spans))
        for i, name in enumerate(span_bin_names())
    ]
    blocks = [
        "## Questions and answers",
        counts_table("category", survey.categories, survey.turns),
        counts_table("question begins with", survey.openings, survey.turns),
        counts_table("kind of answer", survey.answers, survey.turns),
        counts_table("verb asked about", survey.verbs, survey.turns),
        counts_table("thing named", survey.things, survey.turns),
        "Verbs, things and kinds of answer are found by simple rules; they describe, they do not label.",
        table(("", "mean", "5 %", "median", "95 %", "most"), sizes),
        table(("length of a key span, seconds", "key spans", "share"), spans),
    ]
    return "\n\n".join(block for block in blocks if block)


def _samples(survey: Survey) -> str:
    rows = []
    for sample, turn in survey.samples:
        spans = ", ".join(f"{span.start:.1f}\u2013{span.end:.1f}" for span in turn.key_spans)
        rows.append((cell(sample.video), cell(turn.question), cell(turn.answer), spans))
    return "## Samples\n\nDrawn at random.\n\n" + table(("video", "question", "answer", "key spans, seconds"), rows)


def _pictures(plots: Sequence[tuple[str, str]]) -> str:
    if not plots:
        return ""
    return "## Pictures\n\n" + "\n\n".join(f"{caption}:\n\n![{caption}](plots/{name})" for name, caption in plots)


def _license(options: CardOptions) -> str:
    stated = f"`{page_text(options.license)}`." if options.license else "Not stated by those who made this data set."
    return (
        f"## Licence\n\n{stated} The questions are made from other people's narrations, whose licence goes on to hold "
        "(for example Ego4D's licence agreement, or CC BY-NC 4.0 of EPIC-KITCHENS)."
    )
