"""``mmego bench build``: make a benchmark from question-answer pairs, or a blind-screened one from a benchmark."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from mmego.bench.build.quotas import PER_VIDEO, QUESTIONS, VIDEOS, Filled, Quotas
from mmego.bench.data.folder import QUESTIONS as QUESTIONS_FILE
from mmego.bench.data.folder import Benchmark, load_benchmark
from mmego.bench.data.letters import letter_balance
from mmego.bench.distractors.llm import LlmOptions
from mmego.commands.common import INTERRUPTED, parse, wrong_usage
from mmego.errors import InputError, require_extra
from mmego.llm.options import read_key

if TYPE_CHECKING:
    from mmego.bench.build.blind_screening import Screened
    from mmego.bench.build.build import Built

VERB = "bench build"
OptionalText = Annotated[str | None, tyro.conf.arg(metavar="NAME", help_behavior_hint="")]
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
Paths = Annotated[tuple[Path, ...], tyro.conf.arg(metavar="PATH [PATH ...]", help_behavior_hint="")]
Seven = Annotated[tuple[int, ...], tyro.conf.arg(metavar="INT [INT ...]")]
BUILDING = ("questions", "videos_per_class", "per_video", "split", "exclude", "writer")
"""Flags that screening does not use."""


@dataclass(frozen=True)
class BuildFlags:
    """Make a benchmark of multiple-choice questions from question-answer pairs, or screen one.

    With --screen the new benchmark lacks the questions that a panel of models answers right without video. The full
    sequence is build, run --blind, build --screen. The same seed gives the same bytes.
    """

    source: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="QA|BENCH", help_behavior_hint="")]
    """Data set of `mmego qa make` (its folder, or a file like its qa.jsonl); with --screen a built benchmark."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="OUT", help_behavior_hint="")]
    """Folder of the new benchmark; made if missing, continued if it was begun with the same flags."""
    questions: Seven = QUESTIONS
    """Questions of each length class (0.5-1, 1-2, 2-4, 4-10, 10-20, 20-40, 40-60 minutes), or one number for all.
    The default is the paper's."""
    videos_per_class: Seven = VIDEOS
    """Most videos of each length class, or one number for all. The default is the paper's."""
    per_video: int = PER_VIDEO
    """Most questions of one video, over all length classes."""
    split: OptionalText = None
    """Use this split of the source only (train, val, test)."""
    exclude: Paths = ()
    """Videos to leave out: lists (text, CSV, JSON), or data sets that a model was trained on (folder, .jsonl)."""
    writer: Literal["rules", "llm"] = "rules"
    """What writes the wrong choices: rules, or a language model (--model, docs/how-to/use-a-language-model.md)."""
    llm: Annotated[LlmOptions, tyro.conf.arg(name="")] = field(default_factory=LlmOptions)
    screen: Paths = ()
    """Finished blind runs of the panel, or folders that hold them (runs with video in those are ignored)."""
    screen_max: OptionalInt = None
    """Leave out questions that more than this many of the panel answer right. Default: those that ALL answer right."""
    seed: int = 0
    """Seed of the draw of wrong choices, questions and letters."""
    name: OptionalText = None
    """Name of the benchmark in reports. Default: its folder's name."""


def run(arguments: Sequence[str]) -> int:
    """Build or screen, and print the result; return the exit code."""
    flags = parse(BuildFlags, VERB, arguments)
    fault = _usage_fault(flags)
    if fault:
        return wrong_usage(VERB, fault)
    try:
        return _screen(flags) if flags.screen else _build(flags)
    except KeyboardInterrupt:
        print(f"mmego {VERB}: stopped; the same command goes on", file=sys.stderr)
        return INTERRUPTED


def _usage_fault(flags: BuildFlags) -> str | None:
    if not flags.screen and flags.screen_max is not None:
        return "--screen-max has no effect without --screen"
    if flags.screen:
        given: dict[str, Any] = {f.name: f.default for f in fields(flags)}
        idle = [name for name in BUILDING if getattr(flags, name) != given[name]]
        if idle:
            return f"--{idle[0].replace('_', '-')} has no effect with --screen"
    given_to_model = [f.name for f in fields(flags.llm) if getattr(flags.llm, f.name) != f.default]
    if flags.writer == "rules" and given_to_model:
        return f"--{given_to_model[0].replace('_', '-')} has no effect without --writer llm"
    return None


def _name(flags: BuildFlags) -> str:
    return flags.name if flags.name is not None else flags.out.resolve().name


def _build(flags: BuildFlags) -> int:
    from mmego.bench.build.build import BuildOptions, build_benchmark, llm_writer, rules_writer
    from mmego.bench.build.source import QuestionSource, read_excluded

    if (flags.source / QUESTIONS_FILE).exists():
        raise InputError(f"{flags.source} is a benchmark already; give --screen RUNS to screen it")
    quotas = Quotas.of(flags.questions, flags.videos_per_class, flags.per_video)
    options = BuildOptions(quotas, flags.seed, flags.split, read_excluded(flags.exclude))
    if flags.writer == "llm":
        require_extra("openai", "data")
        flags.llm.check()
        read_key(flags.llm)  # a missing key is found before anything is read
        writer = llm_writer(flags.llm, flags.out, flags.seed)
    else:
        writer = rules_writer(flags.seed)
    built = build_benchmark(QuestionSource(flags.source), flags.out, _name(flags), options, writer)
    _finish(built.benchmark, built.was_there, built_text(built))
    return 0


def _screen(flags: BuildFlags) -> int:
    from mmego.bench.build.blind_screening import screen_benchmark

    benchmark = load_benchmark(flags.source)
    made = screen_benchmark(benchmark, flags.screen, flags.out, _name(flags), flags.screen_max, flags.seed)
    _finish(made.benchmark, made.was_there, screened_text(made))
    return 0


def _finish(benchmark: Benchmark, was_there: bool, text: str) -> None:
    """Write the card and print what was made."""
    from mmego.bench.report.card import write_card

    if was_there:
        print(f"{benchmark.path} is finished, nothing to do:")
    elif not write_card(benchmark):
        print("the card has no pictures: pip install 'mmego[data]' brings matplotlib", file=sys.stderr)
    print(f"{benchmark.path}: {len(benchmark.questions):,} questions on {len(benchmark.videos):,} videos\n")
    print(text)
    print(f"\nright letters: {letter_balance(benchmark.questions)}")


def built_text(built: Built) -> str:
    """Return the table of length classes with what is missing and why, what was checked, and what was dropped."""
    from mmego.bench.report.card import checks_text

    lines = [f"{'minutes':<8}{'videos':>8}{'there':>9}{'asked':>9}{'taken':>9}{'missing':>9}"]
    lines += [_class_line(one) for one in built.filled]
    asked, taken = (sum(getattr(one, name) for one in built.filled) for name in ("asked", "taken"))
    lines.append(f"{'all':<8}{len(built.benchmark.videos):>8,}{'':>9}{asked:>9,}{taken:>9,}{asked - taken:>9,}")
    dropped = ", ".join(f"{reason} {count:,}" for reason, count in built.step["dropped"].items())
    if "truth_checks" in built.step:  # missing in benchmarks of earlier versions
        lines += ["", checks_text(built.step["truth_checks"])]
    return "\n".join(lines) + (f"\n\nquestion-answer pairs left out: {dropped}" if dropped else "")


def _class_line(one: Filled) -> str:
    numbers = (one.videos, one.candidates, one.asked, one.taken, one.short)
    columns = "".join(f"{number:>{8 if place == 0 else 9},}" for place, number in enumerate(numbers))
    return f"{one.length_class:<8}{columns}" + (f"  {one.why}" if one.why else "")


def screened_text(made: Screened) -> str:
    """Return how many questions were left out, how many by luck alone, and each model's blind rate."""
    from mmego.bench.build.blind_screening import rule_text

    step = made.step
    seen, left_out, size = step["questions"]["seen"], step["questions"]["left_out"], len(step["panel"])
    lines = [
        f"left out {rule_text(size, step['screen_max'])}: {left_out:,} of {seen:,} questions "
        f"({left_out / seen:.1%}; by luck alone about {step['left_out_by_luck']:,})",
        *(
            f"  {m['model']}: {m['right'] / seen:.1%} right blind before, "
            f"{m['right_of_kept'] / max(1, seen - left_out):.1%} of what is left; {m['errors']:,} without an answer"
            for m in step["panel"]
        ),
    ]
    classes = step["left_out"]["length_class"]
    shares = (f"{name or 'unknown'} {gone:,} of {total:,}" for name, (total, gone) in classes.items())
    return "\n".join([*lines, f"left out by minutes: {', '.join(shares)}"])
