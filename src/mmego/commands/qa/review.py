"""``mmego qa review``: write a table for people to judge, and read their verdicts back."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from mmego.commands.common import export_or_import, parse
from mmego.errors import InputError
from mmego.files import require_file

if TYPE_CHECKING:
    from mmego.qa.data.review import Review
    from mmego.review.verdicts import Rate

VERB = "qa review"
By = Literal["category", "length_class"]
Folder = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="OUT", help_behavior_hint="")]
HELP = """usage: mmego qa review export|import OUT [flags]

  export  write some turns of a data set as a CSV table for people to judge
  import  read the judged table back: percentages, and the data set without what is wrong

  mmego qa review export --help   the flags"""


@dataclass(frozen=True)
class ReviewExportOptions:
    """Write some turns of a data set as a CSV table.

    Fill in the columns grammar (is it good English?), correct (do the narrations support the answer?) and blind (can
    you answer it without the video?) with y or n; leave a cell empty if you are not sure.
    """

    folder: Folder
    """The data set's folder."""
    to: Annotated[Path, tyro.conf.arg(aliases=["-o", "--out"], metavar="FILE.csv", help_behavior_hint="")]
    """Where to write the table."""
    number: int = 200
    """Number of turns to draw."""
    seed: int = 0
    """Draws the turns."""
    by: Annotated[By | None, tyro.conf.arg(metavar="category|length_class", help_behavior_hint="")] = None
    """Draw the same number of each; rates over all rows are then not the data set's. Default: every turn alike."""


@dataclass(frozen=True)
class ReviewImportOptions:
    """Read a judged table back.

    Prints the share of yes in each column with its 95 % interval. Writes review.json and qa.reviewed.jsonl, which lacks
    the turns judged wrong, into the data set's folder. qa.jsonl does not change.
    """

    folder: Folder
    """The data set's folder."""
    sheet: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="FILE.csv", help_behavior_hint="")]
    """The judged table: y, yes, 1, ok, true or n, no, 0, false; empty: not judged. You may move or delete rows."""
    edits: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Use changed questions and answers as corrections; without it a changed text is an error."""
    drop: tuple[Literal["grammar", "correct", "blind"], ...] = ("correct",)
    """Leave out turns by these columns: grammar is no, correct is no, blind is yes."""


def run(arguments: Sequence[str]) -> int:
    """Run ``export`` or ``import``; return the exit code."""
    return export_or_import(VERB, HELP, {"export": _export, "import": _import}, arguments)


def _export(arguments: Sequence[str]) -> int:
    options = parse(ReviewExportOptions, f"{VERB} export", arguments)
    if options.to.exists():
        raise InputError(f"{options.to} is there already and may hold verdicts: name another file, or remove it")
    require_file(options.to)
    from mmego.qa.data.review import export_review

    count = export_review(options.folder, options.to, options.number, options.seed, options.by)
    if count < options.number:
        print(f"the data set has no more than {count:,} turns to draw", file=sys.stderr)
    print(f"{count:,} turns to judge: {options.to}")
    return 0


def _import(arguments: Sequence[str]) -> int:
    options = parse(ReviewImportOptions, f"{VERB} import", arguments)
    from mmego.qa.data.review import import_review
    from mmego.qa.data.samples import REVIEWED

    review = import_review(options.folder, options.sheet, options.edits, options.drop)
    print(review_text(review))
    print(f"\n{review.kept:,} turns kept, {review.dropped:,} left out: {options.folder / REVIEWED}")
    return 0


def review_text(review: Review) -> str:
    """Return the rates as a table: all rows, then each category, then each length class."""
    corrected = f", {len(review.edited):,} corrected" if review.edited else ""
    title = f"{len(review.rows):,} rows{corrected}; share of yes (95 % interval, verdicts)"
    return f"{title}\n\n{rates_text(review.overall, review.by_category, review.by_length_class)}"


def rates_text(
    overall: Mapping[str, Rate],
    by_category: Mapping[str, Mapping[str, Rate]],
    by_class: Mapping[str, Mapping[str, Rate]],
) -> str:
    """Return a line of rates for all rows, one for each category, one for each length class."""
    groups = {**by_category, **{f"{name or 'unknown'} min": rates for name, rates in by_class.items()}}
    width = max(len(name) for name in ("all", *groups))
    lines = [" ".join([" " * width, *(f"{column:<26}" for column in overall)]).rstrip()]
    for name, rates in {"all": overall, **groups}.items():
        lines.append(" ".join([f"{name:<{width}}", *(f"{_rate(rates[c]):<26}" for c in overall)]).rstrip())
    return "\n".join(lines)


def _rate(rate: Rate) -> str:
    if math.isnan(rate.share):
        return "-"
    return f"{rate.share:6.1%} ({rate.low:.1%}-{rate.high:.1%}, {rate.yes + rate.no})"
