"""The card of a benchmark (``README.md`` in its folder): what is in it and how it was made, screened and judged."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mmego.bench.build.blind_screening import rule_text
from mmego.bench.build.history import history_of
from mmego.bench.build.quotas import Filled
from mmego.bench.data.folder import Benchmark
from mmego.bench.data.letters import LETTERS, letter_balance
from mmego.bench.distractors.checks import NOT_MADE
from mmego.files import atomic_path, write_text
from mmego.qa.export.survey import Survey, mean_of_counts, quantile_of_counts
from mmego.records import MCQ, QA, Span, Turn
from mmego.records.length_classes import LENGTH_CLASSES, length_group
from mmego.reporting.markdown import cell, counts_table, page_text, percent, table

CARD, PLOTS = "README.md", "plots"
SHOWN = 6


def write_card(benchmark: Benchmark) -> bool:
    """Write ``README.md`` and ``plots/`` into the benchmark's folder; return False if matplotlib is missing."""
    survey = Survey.of(map(as_sample, benchmark.questions))
    plots: list[tuple[str, str]] = []
    drawn = importlib.util.find_spec("matplotlib") is not None
    if drawn:
        from mmego.bench.report.card_plots import draw

        with atomic_path(benchmark.path / PLOTS) as temporary:
            plots = draw(benchmark.questions, survey, temporary)
    write_text(benchmark.path / CARD, card_text(benchmark, survey, history_of(benchmark), plots))
    return drawn


def as_sample(question: MCQ) -> QA:
    """Return a question with its right answer as a conversation of one turn, for `Survey`."""
    # Without a clip, the place of a span in it is unknown.
    spans = question.key_spans if question.clip is not None else ()
    turn = Turn(question.question, question.options[question.answer], spans, (), question.category)
    return QA(question.id, question.video, question.clip or Span(0.0, 0.0), (turn,), question.source)


def card_text(
    benchmark: Benchmark, survey: Survey, history: Sequence[Mapping[str, Any]], plots: Sequence[tuple[str, str]]
) -> str:
    """Return the whole card.

    Args:
        benchmark: its questions.
        survey: their counts, see `as_sample`.
        history: the steps that made it, oldest first.
        plots: (file name in ``plots/``, caption) of the pictures.
    """
    makers = {"build": _built, "screen": _screened, "review": _reviewed}
    parts = [
        f"# {cell(benchmark.name)}",
        _summary(benchmark),
        _lengths(benchmark.questions),
        _letters(benchmark.questions),
        _asked(benchmark.questions, survey),
        *(makers[step["step"]](step) for step in history if step.get("step") in makers),
        _samples(benchmark.questions),
        "\n\n".join(["## Pictures", *(f"{text}:\n\n![{text}]({PLOTS}/{name})" for name, text in plots)])
        if plots
        else "",
        "The questions are made from other people's narrations, whose licence goes on to hold (for example Ego4D's "
        "licence agreement, or CC BY-NC 4.0 of EPIC-KITCHENS). The videos are not part of this benchmark.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(benchmark: Benchmark) -> str:
    questions = benchmark.questions
    makers = Counter(
        " ".join(x for x in (q.source.dataset, q.source.split, q.source.generator, q.source.model) if x)
        for q in questions
    )
    facts = [
        ("questions", f"{len(questions):,}"),
        ("videos", f"{len(benchmark.videos):,}"),
        ("options", " or ".join(str(size) for size in sorted({len(q.options) for q in questions}))),
        ("guessing evenly", f"{sum(1 / len(q.options) for q in questions) / len(questions):.1%} right"),
        ("narrations, split, who wrote questions and answers", cell(", ".join(sorted(makers)))),
        ("SHA-256 of `questions.jsonl`", f"`{benchmark.sha256}`"),
    ]
    return (
        "Multiple-choice questions about what happened in first-person video. Times are seconds from the start of the "
        "*video*. `mmego bench run` asks a model all of them; the score to report is MDA, the accuracy without the "
        "questions that a panel of models answers right without the video.\n\n" + table(("", ""), facts)
    )


def _lengths(questions: Sequence[MCQ]) -> str:
    """Return the paper's table, with its groups."""
    asked = Counter(q.length_class for q in questions)
    videos: dict[str, set[str]] = {}
    for q in questions:
        videos.setdefault(q.length_class, set()).add(q.video)
    rows = [(n, length_group(n), f"{len(videos.get(n, ())):,}", f"{asked[n]:,}") for n in LENGTH_CLASSES]
    if asked[""]:
        rows.append(("not known", "none", f"{len(videos[''])}", f"{asked['']:,}"))
    groups = []
    for group in ("short", "medium", "long"):
        names = [name for name in LENGTH_CLASSES if length_group(name) == group]
        of_it = set[str]().union(*(videos.get(name, set()) for name in names))
        groups.append((group, f"{len(of_it):,}", f"{sum(asked[name] for name in names):,}"))
    several = sum(map(len, videos.values())) - len({q.video for q in questions})
    note = "\n\nA long video may carry clips of several classes and is then counted in each." if several else ""
    return (
        "## Lengths\n\n"
        + table(("minutes", "group", "videos", "questions"), rows)
        + "\n\n"
        + table(("group", "videos", "questions"), groups)
        + note
    )


def _letters(questions: Sequence[MCQ]) -> str:
    names = list(letter_balance(questions).counts)
    rows = []
    for name in (*LENGTH_CLASSES, ""):
        chosen = [q for q in questions if q.length_class == name]
        if chosen:
            found = letter_balance(chosen).counts
            rows.append((name or "not known", *(f"{found.get(one, 0):,}" for one in names)))
    total = letter_balance(questions).counts
    rows.append(("all", *(f"{total[one]:,} ({percent(total[one], len(questions))})" for one in names)))
    return "## Which letter is right\n\n" + table(("minutes", *names), rows)


def _asked(questions: Sequence[MCQ], survey: Survey) -> str:
    wrong = Counter(len(o.split()) for q in questions for i, o in enumerate(q.options) if i != q.answer)
    sizes = [
        (
            name,
            f"{mean_of_counts(counts):.1f}",
            *(str(quantile_of_counts(counts, part)) for part in (0.05, 0.5, 0.95)),
            str(max(counts)),
        )
        for name, counts in (
            ("words in a question", survey.question_words),
            ("words in the right option", survey.answer_words),
            ("words in a wrong option", wrong),
        )
        if counts
    ]
    tricks = [(f"always the {name} option", f"{_solved(questions, sign):.1%}") for name, sign in _TRICKS]
    per_video = Counter(Counter(q.video for q in questions).values())
    most, middle = max(per_video), quantile_of_counts(per_video, 0.5)
    blocks = [
        "## Questions and options",
        counts_table("category", survey.categories, survey.turns, "questions"),
        counts_table("question begins with", survey.openings, survey.turns, "questions"),
        counts_table("kind of answer", survey.answers, survey.turns, "questions"),
        table(("", "mean", "5 %", "median", "95 %", "most"), sizes),
        f"Questions on one video: {middle} in the middle, {most} at most.",
        "What one gets right without reading the question (chance is as above):\n\n"
        + table(("choose", "right"), tricks),
    ]
    return "\n\n".join(block for block in blocks if block)


_TRICKS = (("longest", 1), ("shortest", -1))


def _solved(questions: Sequence[MCQ], sign: int) -> float:
    """Return the expected share right of always choosing the longest (`sign` 1) or shortest (-1); ties are shared."""
    total = 0.0
    for q in questions:
        sizes = [sign * len(choice) for choice in q.options]
        best = [place for place, size in enumerate(sizes) if size == max(sizes)]
        total += (q.answer in best) / len(best)
    return total / len(questions)


def _built(step: Mapping[str, Any]) -> str:
    filled = [Filled(**row) for row in step["filled"]]
    rows = [
        (f.length_class, f"{f.candidates:,}", f"{f.asked:,}", f"{f.taken:,}", f"{f.short:,}", f.why) for f in filled
    ]
    quotas, source = step["quotas"], step["source"]
    sentences = [
        f"Made from `{page_text(source['file'])}` (SHA-256 `{source['sha256'][:16]}\u2026`) with seed {step['seed']}; "
        f"wrong options by {page_text(_writer(step))}; at most {quotas['per_video']} questions on one video.",
    ]
    if step["split"] is not None:
        sentences.append(f"Of the split `{page_text(step['split'])}` only.")
    if step["excluded_videos"]:
        sentences.append(f"A list of {step['excluded_videos']:,} videos was excluded.")
    if "truth_checks" in step:
        sentences.append(checks_text(step["truth_checks"]))
    text = "## How it was built\n\n" + " ".join(sentences) + "\n\n"
    text += table(("minutes", "questions there were", "asked for", "taken", "missing", "why"), rows)
    dropped = Counter(step["dropped"])
    if dropped:
        rows_dropped = [(cell(reason), f"{count:,}") for reason, count in dropped.most_common()]
        text += "\n\nWhat became no question:\n\n" + table(("reason", "question-answer pairs"), rows_dropped)
    return text


def checks_text(checks: Mapping[str, int]) -> str:
    """Return how many questions were checked for wrong choices that are true of the clip, and how many not."""
    made, not_made = checks["made"], checks["not_made"]
    text = f"That no wrong option is true of the clip was checked for {made:,} of {made + not_made:,} questions"
    return f"{text}; not for {not_made:,}: {NOT_MADE}." if not_made else f"{text}."


def _writer(step: Mapping[str, Any]) -> str:
    """Return who wrote the wrong choices: rules, or which model with which prompt."""
    return f"{step['model']} with the prompt {step['prompt']}" if step["writer"] == "llm" else str(step["writer"])


def _screened(step: Mapping[str, Any]) -> str:
    panel, counts = step["panel"], step["questions"]
    size, most = len(panel), step["screen_max"]
    seen = counts["seen"]
    text = (
        f"## Blind screening\n\nLeft out: {rule_text(size, most)}, "
        f"{counts['left_out']:,} of {seen:,} questions ({percent(counts['left_out'], seen)}). If all had guessed, "
        f"about {step['left_out_by_luck']:,} would have been left out.\n\n"
    )
    kept = max(1, seen - counts["left_out"])
    text += table(
        ("model", "right without video before", "after", "without an answer"),
        [
            (cell(m["model"]), percent(m["right"], seen), percent(m["right_of_kept"], kept), f"{m['errors']:,}")
            for m in panel
        ],
    )
    text += "\n\nRates after screening are low by selection: they are no measure of what these models can guess.\n\n"
    text += table(
        ("models right without video", "questions"),
        [(str(k), f"{count:,}") for k, count in enumerate(step["right_by"])],
    )
    for by, title in (("length_class", "minutes"), ("category", "category")):
        rows = [(cell(name), f"{a:,}", f"{b:,}", percent(b, a)) for name, (a, b) in step["left_out"][by].items()]
        text += "\n\n" + table((title, "questions before", "left out", "share"), rows)
    return text


def _reviewed(step: Mapping[str, Any]) -> str:
    text = (
        f"## Review by people\n\n{step['rows']:,} questions judged, {step['edited']:,} corrected, {step['left_out']:,} "
        f"left out (for: {', '.join(step['drop']) or 'nothing'}). Share of yes with its 95 % interval, and the number "
        "of verdicts.\n\n"
    )
    columns = list(step["overall"])
    titles = ("", *(_ASKED.get(column, column) for column in columns))

    def row(name: str, rates: Mapping[str, Any]) -> tuple[str, ...]:
        return (cell(name), *(_rate(rates[column]) for column in columns))

    groups = {
        "all": step["overall"],
        **step["by_category"],
        **{f"{k} min": v for k, v in step["by_length_class"].items()},
    }
    return text + table(titles, [row(name, rates) for name, rates in groups.items()])


_ASKED = {
    "correct": "the answer is right",
    "another": "another option is right too",
    "blind": "can be answered without video",
    "wording": "well worded",
}


def _rate(rate: Mapping[str, Any]) -> str:
    if rate["share"] is None:
        return "-"
    return f"{rate['share']:.1%} ({rate['low']:.1%}\u2013{rate['high']:.1%}, {rate['yes'] + rate['no']:,})"


def _samples(questions: Sequence[MCQ]) -> str:
    """Return a few questions, evenly taken from the file."""
    count = min(SHOWN, len(questions))
    rows = []
    for number in range(count):
        q = questions[number * len(questions) // count]
        choices = " ".join(
            f"**{name} {cell(o)}**" if i == q.answer else f"{name} {cell(o)}"
            for i, (name, o) in enumerate(zip(LETTERS, q.options, strict=False))
        )
        spans = ", ".join(f"{span.start:.1f}\u2013{span.end:.1f}" for span in q.key_spans)
        rows.append((cell(q.video), cell(q.question), choices, spans))
    return "## Samples\n\n" + table(("video", "question", "options", "key spans, seconds"), rows)
