"""``mmego bench import``: read another benchmark's files as a benchmark of ours."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from mmego.commands.common import parse, wrong_usage

if TYPE_CHECKING:
    from mmego.bench.importers.rows import Imported

VERB = "bench import"
_EXAMPLES = 3
_NAMED = 20
"""Most bad rows that are named on stderr."""
_LITTLE = 0.05  # share of the hours up to the query; a camera that is worn all day gives a quarter or more


@dataclass(frozen=True)
class ImportOptions:
    """Read the files of another benchmark, check every row, and write a benchmark for `bench run`."""

    format: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME", help_behavior_hint="")] = ""
    """Which benchmark; --list shows them."""
    files: Annotated[
        tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="FILE [FILE ...]", help_behavior_hint="")
    ] = ()
    """Its files, named as in --list, or a folder that holds them."""
    out: Annotated[Path | None, tyro.conf.arg(aliases=["-o"], metavar="BENCH", help_behavior_hint="")] = None
    """Folder of the new benchmark, for questions.jsonl and benchmark.json, which must not be there yet."""
    videos: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")] = None
    """Folder of the videos: list those that are missing, and read the lengths of the others (for length classes)."""
    name: Annotated[str | None, tyro.conf.arg(metavar="TEXT", help_behavior_hint="")] = None
    """Name of the benchmark in reports. Default: NAME."""
    seed: int = 0
    """Seed of the order of choices, for formats without one (QaEgo4D, EgoTimeQA)."""
    strict: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Stop at the first bad row. Without it bad rows are left out, counted and named."""
    list: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """List the benchmarks that can be imported, with their files, and stop."""


def run(arguments: Sequence[str]) -> int:
    """Import; print what was written on stdout and what was left out on stderr; return the exit code."""
    options = parse(ImportOptions, VERB, arguments)
    if options.list:
        print(importer_list())
        return 0
    if not options.format or not options.files or options.out is None:
        return wrong_usage(VERB, "give NAME, at least one FILE and -o BENCH, or --list")
    from mmego.bench.data.folder import ABOUT, QUESTIONS, save_benchmark
    from mmego.bench.importers.registry import files_of, import_questions
    from mmego.errors import InputError
    from mmego.files import file_hash

    for taken in (QUESTIONS, ABOUT):
        if (options.out / taken).exists():
            raise InputError(f"{options.out / taken} is there already: runs may belong to it; give another folder")
    found = import_questions(options.format, options.files, options.videos, options.seed, options.strict)
    read = files_of(options.format, options.files)
    about = {
        "made_by": f"mmego bench import {options.format}",
        "files": [{"name": path.name, "sha256": file_hash(path)} for path in read],
        "seed": options.seed,
        "left_out": dict(found.drops.counts),
        **({"bad_rows": found.bad} if found.bad else {}),
        **covered(found),
    }
    saved = save_benchmark(options.out, options.name or options.format, found.questions, about)
    print(f"{len(saved.questions):,} questions on {len(saved.videos):,} videos: {options.out}")
    print(summary(found))
    _print_left_out(found, options.videos, len(saved.videos))
    return 0


def importer_list() -> str:
    """Return one line per importer."""
    from mmego.bench.importers.registry import FORMATS

    width = max(map(len, FORMATS))
    return "\n".join(
        f"{name:<{width}}  {one.title}; {one.choices} options; files: {one.files}" for name, one in FORMATS.items()
    )


def summary(found: Imported) -> str:
    """Return questions by category, answers by letter, known lengths, and questions with a choice twice."""
    from mmego.bench.importers.rows import LETTERS

    categories = Counter(q.category for q in found.questions).most_common()
    letters = Counter(LETTERS[q.answer] for q in found.questions)
    lines = [f"  {name} {count:,}" for name, count in categories]
    lines.append("answers: " + ", ".join(f"{letter} {letters[letter]:,}" for letter in sorted(letters)))
    known = sum(bool(q.length_class) for q in found.questions)
    lines.append(f"length known: {known:,} of {len(found.questions):,}")
    several = sum(bool(q.inputs) for q in found.questions)
    if several:
        lines.append(f"about several videos or pictures: {several:,}")
    if found.covered:
        shares = [100 * one.share for one in found.covered.values()]
        lines.append(
            f"of the time up to the query, nights included, the videos cover {median(shares):.1f} % "
            f"(median; {min(shares):.1f} to {max(shares):.1f})"
        )
    twice = [q.id for q in found.questions if len(set(q.options)) < len(q.options)]
    if twice:
        lines.append(f"a wrong option twice: {len(twice):,} ({', '.join(twice[:_EXAMPLES])})")
    return "\n".join(lines)


def covered(found: Imported) -> dict[str, Any]:
    """Return, for ``benchmark.json``, how much of the time before each question about a week the videos cover."""
    if not found.covered:
        return {}
    return {
        "covered": {
            name: {
                "hours": round(one.seconds / 3600, 4),
                "of_hours": round(one.until / 3600, 4),
                "days_without_a_clip": list(one.empty_days),
            }
            for name, one in found.covered.items()
        }
    }


def _print_left_out(found: Imported, folder: Path | None, videos: int) -> None:
    from mmego.bench.importers.rows import BAD_ROW

    if found.bad:
        print(f"left out: {BAD_ROW} {len(found.bad):,} of {found.read:,}", file=sys.stderr)
        for line in found.bad[:_NAMED]:
            print(f"  {line}", file=sys.stderr)
        if len(found.bad) > _NAMED:
            print(f"  and {len(found.bad) - _NAMED:,} more, all in benchmark.json", file=sys.stderr)
    for reason, count in found.drops.counts.most_common():
        if reason == BAD_ROW:
            continue
        examples = ", ".join(found.drops.examples[reason][:_EXAMPLES])
        print(f"left out: {reason} {count:,} ({examples})", file=sys.stderr)
    if folder is not None:
        names = f" ({', '.join(found.missing[:_EXAMPLES])})" if found.missing else ""
        print(f"videos not in {folder}: {len(found.missing):,} of {videos:,}{names}", file=sys.stderr)
    asked = len(found.covered)
    empty = {name: one for name, one in found.covered.items() if one.empty_days}
    if empty:
        examples = "; ".join(f"{name}: {', '.join(one.empty_days)}" for name, one in list(empty.items())[:_EXAMPLES])
        print(f"a day up to the query without any clip: {len(empty):,} of {asked:,} ({examples})", file=sys.stderr)
    little = {name: one for name, one in found.covered.items() if one.share < _LITTLE}
    if little:
        examples = "; ".join(
            f"{name}: {one.seconds / 3600:.2f} of {one.until / 3600:.1f} h"
            for name, one in list(little.items())[:_EXAMPLES]
        )
        print(
            f"less than {100 * _LITTLE:.0f} % of the time up to the query: {len(little):,} of {asked:,} ({examples})",
            file=sys.stderr,
        )
