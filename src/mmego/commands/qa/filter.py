"""``mmego qa filter``: run the last stage of a data set again; also the filter flags of ``qa make``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import tyro

from mmego.commands.common import INTERRUPTED, parse
from mmego.commands.qa.summary import print_summary
from mmego.qa.corpus.options import CORPUS_STEPS, CorpusOptions
from mmego.qa.data.folder import DatasetFolder
from mmego.qa.filters import FILTERS, FilterOptions, check_names
from mmego.qa.pipeline.finish import FinishOptions
from mmego.qa.pipeline.run import filter_again

VERB = "qa filter"
Names = Annotated[tuple[str, ...] | None, tyro.conf.arg(metavar="NAME [NAME ...]", help_behavior_hint="")]
Flag = Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")]


@dataclass(frozen=True, slots=True)
class CorpusFlags(CorpusOptions):
    """Limits of the filters over the whole corpus."""

    # --filters and --without choose the steps, --seed is the seed.

    steps: tyro.conf.Suppress[tuple[str, ...]] = CORPUS_STEPS
    seed: tyro.conf.Suppress[int] = 0


@dataclass(frozen=True)
class FilterFlags:
    """Which filters run, and their limits."""

    filters: Names = None
    """Run only these filters. Default: all (docs/reference/filters.md lists them)."""
    without: Names = None
    """Leave these filters out."""
    filter: FilterOptions = field(default_factory=FilterOptions)
    corpus: CorpusFlags = field(default_factory=CorpusFlags)
    keep_dropped: Flag = False
    """Write every dropped question with its filter and reason to OUT/dropped.jsonl."""

    def finish_options(self, seed: int) -> FinishOptions:
        """Return the options of the last stage; `seed` draws what balancing keeps; InputError for an unknown filter."""
        every = (*FILTERS, *CORPUS_STEPS)
        check_names((*(self.filters or ()), *(self.without or ())), every)
        chosen = self.filters if self.filters is not None else every
        names = tuple(name for name in every if name in chosen and name not in (self.without or ()))
        steps = tuple(step for step in CORPUS_STEPS if step in names)
        return FinishOptions(names, self.filter, replace(self.corpus, steps=steps, seed=seed), self.keep_dropped)


@dataclass(frozen=True)
class AgainOptions:
    """Filter and balance a data set again: new qa.jsonl and stats.json from the written questions, without a model.

    Filters and limits that you do not give take their defaults, not the values of the last time.
    """

    out: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="OUT", help_behavior_hint="")]
    """Folder that `mmego qa make` made."""
    seed: Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")] = None
    """Seed of what balancing keeps. Default: the seed of `mmego qa make`."""
    flags: Annotated[FilterFlags, tyro.conf.arg(name="")] = field(default_factory=FilterFlags)


def run(arguments: Sequence[str]) -> int:
    """Filter again and print what is kept; return the exit code."""
    options = parse(AgainOptions, VERB, arguments)
    folder = DatasetFolder(options.out)
    seed = options.seed if options.seed is not None else folder.seed()
    try:
        stats = filter_again(folder, options.flags.finish_options(seed))
    except KeyboardInterrupt:
        print(f"mmego {VERB}: stopped; start it again to filter {options.out}", file=sys.stderr)
        return INTERRUPTED
    return print_summary(VERB, options.out, stats)
