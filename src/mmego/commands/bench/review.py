"""``mmego bench review``: write a table of questions for people to judge, and read their verdicts back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from mmego.commands.common import export_or_import, parse

VERB = "bench review"
By = Literal["category", "length_class"]
Bench = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BENCH", help_behavior_hint="")]
HELP = """usage: mmego bench review export|import BENCH [flags]

  export  write some questions of a benchmark as a CSV table for people to judge
  import  read the judged table back: percentages, and the benchmark without what is wrong

  mmego bench review export --help   the flags"""


@dataclass(frozen=True)
class ReviewExportOptions:
    """Write some questions of a benchmark as a CSV table.

    Fill in the columns correct (is the marked answer right?), another (is another choice right, too?), blind (can you
    answer it without the video?) and wording (is it well worded?) with y or n; leave a cell empty if you are not sure.
    An existing table is not overwritten.
    """

    benchmark: Bench
    """The benchmark's folder, or a file of questions."""
    to: Annotated[Path, tyro.conf.arg(aliases=["-o", "--out"], metavar="FILE.csv", help_behavior_hint="")]
    """Where to write the table."""
    number: int = 200
    """Number of questions to draw."""
    seed: int = 0
    """Draws the questions."""
    by: Annotated[By | None, tyro.conf.arg(metavar="category|length_class", help_behavior_hint="")] = None
    """Draw the same number of each; rates over all rows are then not the benchmark's. Default: every question alike."""
    narrations: Annotated[Path | None, tyro.conf.arg(metavar="QA", help_behavior_hint="")] = None
    """Data set that the benchmark was built from, to show the narrations at the key moments."""


@dataclass(frozen=True)
class ReviewImportOptions:
    """Read a judged table back.

    Prints the share of yes in each column with its 95 % interval. Writes the benchmark without the questions judged
    wrong, and review.json, to a new folder. The old benchmark does not change.
    """

    benchmark: Bench
    """Benchmark that the table was drawn from; a table of another version is refused."""
    sheet: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="FILE.csv", help_behavior_hint="")]
    """The judged table: y, yes, 1, ok, true or n, no, 0, false; empty: not judged. You may move or delete rows."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="OUT", help_behavior_hint="")]
    """Folder of the reviewed benchmark."""
    edits: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Use changed questions, choices and answer letters as corrections; without it a change is an error."""
    drop: tuple[Literal["correct", "another", "blind", "wording"], ...] = ("correct", "another")
    """Leave out questions by these columns: correct is no, another is yes, blind is yes, wording is no."""
    name: Annotated[str | None, tyro.conf.arg(metavar="NAME", help_behavior_hint="")] = None
    """Name of the benchmark in reports. Default: its folder's name."""


def run(arguments: Sequence[str]) -> int:
    """Run ``export`` or ``import``; return the exit code."""
    return export_or_import(VERB, HELP, {"export": _export, "import": _import}, arguments)


def _export(arguments: Sequence[str]) -> int:
    options = parse(ReviewExportOptions, f"{VERB} export", arguments)
    from mmego.bench.build.review import export_review
    from mmego.bench.build.source import QuestionSource
    from mmego.bench.data.folder import load_benchmark

    source = QuestionSource(options.narrations) if options.narrations is not None else None
    benchmark = load_benchmark(options.benchmark)
    count = export_review(benchmark, options.to, options.number, options.seed, options.by, source)
    if count < options.number:
        print(f"the benchmark has no more than {count:,} questions to draw", file=sys.stderr)
    print(f"{count:,} questions to judge: {options.to}")
    return 0


def _import(arguments: Sequence[str]) -> int:
    options = parse(ReviewImportOptions, f"{VERB} import", arguments)
    from mmego.bench.build.review import import_review
    from mmego.bench.data.folder import load_benchmark
    from mmego.bench.report.card import write_card
    from mmego.commands.qa.review import rates_text

    name = options.name if options.name is not None else options.out.resolve().name
    benchmark = load_benchmark(options.benchmark)
    review, made = import_review(benchmark, options.sheet, options.out, name, options.edits, options.drop)
    write_card(made)
    corrected = f", {len(review.edited):,} corrected" if review.edited else ""
    print(f"{len(review.rows):,} rows{corrected}; share of yes (95 % interval, verdicts)\n")
    print(rates_text(review.overall, review.by_category, review.by_length_class))
    print(f"\n{len(made.questions):,} questions kept, {len(review.left_out):,} left out: {made.path}")
    return 0
