"""The flags of ``mmego qa make`` by topic, their help, and which of them exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from mmego.commands.common import topic_help, whole_help
from mmego.commands.qa.filter import FilterFlags, Flag
from mmego.qa.pipeline.cutting import ClipOptions
from mmego.qa.pipeline.options import ClusterOptions, Executor
from mmego.qa.writing.judge import JudgeOptions
from mmego.qa.writing.llm_generator import GeneratorOptions
from mmego.qa.writing.rules_generator import TURNS

VERB = "qa make"
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
OptionalFloat = Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")]
OptionalText = Annotated[str | None, tyro.conf.arg(metavar="NAME", help_behavior_hint="")]
OptionalFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE", help_behavior_hint="")]


@dataclass(frozen=True)
class CommonFlags:
    """Make a data set of questions and answers from human narrations: cut clips, write, filter, balance.

    The same command continues a stopped run.
    """

    sources: Annotated[
        tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="SOURCE [SOURCE ...]", help_behavior_hint="")
    ]
    """Narrations: files or folders of one format (docs/reference/narrations.md)."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="OUT", help_behavior_hint="")]
    """Folder of the data set; made if missing, continued if it was begun with the same flags."""
    videos: OptionalFile = None
    """List of the videos with their durations and splits (Ego4D's ego4d.json, EPIC's video_info.csv)."""
    split: OptionalText = None
    """Use only videos of this split of the source (train, val, test)."""
    exclude: OptionalFile = None
    """List of videos to leave out: a text, CSV or JSON file, or EgoSchema's uid_to_ego4d.json."""
    limit_videos: OptionalInt = None
    """Use only this many videos, the first ones."""
    generator: Literal["rules", "llm"] = "rules"
    """What writes the questions: rules (no language model), or a language model (--model NAME --base-url URL)."""
    seed: int = 0
    """Seed of clips, wordings and what balancing keeps."""
    workers: OptionalInt = None
    """Parts of the work done at once. Default: one per processor; one with a model, which has many calls in flight."""


@dataclass(frozen=True)
class CutFlags:
    """How the sources are read and cut into clips."""

    format: Annotated[str, tyro.conf.arg(metavar="NAME")] = "auto"
    """Format of the sources: auto looks at them."""
    dataset: OptionalText = None
    """Name of the data set in its samples. Default: by the format."""
    trust_pickle: Flag = False
    """Read HD-EPIC's pickle file; docs/reference/narrations.md explains the risk."""
    clips_per_class: int = ClipOptions.per_class
    """Most clips of each of the seven length classes (30 seconds to an hour) from one video."""
    min_narrations: int = ClipOptions.min_narrations
    """Fewest narrations of a clip."""
    turns: int = TURNS
    """Most questions of one conversation by rules."""


@dataclass(frozen=True)
class WriterFlags:
    """The language model that writes the questions (--generator llm)."""

    llm: Annotated[GeneratorOptions, tyro.conf.arg(name="")] = field(default_factory=GeneratorOptions)
    price_in: float = 0.0
    """Dollars per million tokens that the model reads: the progress line shows the cost so far."""
    price_out: float = 0.0
    """Dollars per million tokens that the model writes."""
    retry_failed: Flag = False
    """Ask again where calls failed in an earlier run; answered calls are not made or paid twice."""


@dataclass(frozen=True)
class JudgeFlags:
    """The second model."""

    judge: JudgeOptions = field(default_factory=JudgeOptions)
    """A second model that answers each question blind and with the narrations; --judge.model turns it on."""
    judge_price_in: OptionalFloat = None
    """Dollars per million tokens that the judge reads. Default: as --price-in."""
    judge_price_out: OptionalFloat = None
    """Dollars per million tokens that the judge writes. Default: as --price-out."""


@dataclass(frozen=True)
class FilteringFlags:
    """Filters and balancing."""

    filtering: Annotated[FilterFlags, tyro.conf.arg(name="")] = field(default_factory=FilterFlags)


@dataclass(frozen=True)
class ClusterFlags:
    """Where the work is done, and in how many parts."""

    executor: Executor = "local"
    """Where the workers run: this machine, Slurm (from a login node), or Ray (RAY_ADDRESS)."""
    tasks: OptionalInt = None
    """Number of parts of the work; a lost part is done again. Default: one for every 500 clips."""
    cluster: ClusterOptions = field(default_factory=ClusterOptions)


@dataclass(frozen=True)
class MakeOptions(ClusterFlags, FilteringFlags, JudgeFlags, WriterFlags, CutFlags, CommonFlags):
    """All flags. `HELP_TOPICS` shows them by topic."""


HELP_TOPICS: dict[str, tuple[type[Any], str]] = {
    "clips": (CutFlags, "reading and cutting"),
    "llm": (WriterFlags, "the language model that writes (--generator llm)"),
    "judge": (JudgeFlags, "the judge, a second model (--judge.model NAME)"),
    "filters": (FilteringFlags, "filters and balancing"),
    "cluster": (ClusterFlags, "tasks and clusters"),
}
"""The topics of ``--help TOPIC``."""


def help_text(topic: str = "") -> str:
    """Return what ``mmego qa make --help`` prints: the common flags, and those of one topic or of all."""
    head = whole_help(CommonFlags, VERB) if topic in ("", "all") else f"mmego {VERB}: further flags"
    shown = HELP_TOPICS if topic == "all" else {topic: HELP_TOPICS[topic]} if topic else {}
    parts = [head, *(topic_help(flags, VERB, title) for flags, title in shown.values())]
    if not topic:
        lines = [f"  mmego {VERB} --help {name:<9}{title}" for name, (_, title) in HELP_TOPICS.items()]
        parts.append("\n".join(["further flags:", *lines, f"  mmego {VERB} --help all      every flag"]))
    return "\n\n".join(parts)


def wanted_help(words: Sequence[str]) -> str | None:
    """Return the topic that help is asked for, "" for the common flags; None if no help is asked for."""
    at = next((place for place, word in enumerate(words) if word in ("-h", "--help")), None)
    if at is None:
        return None
    topic = words[at + 1] if at + 1 < len(words) else ""
    return topic if topic in (*HELP_TOPICS, "all") else ""


def usage_fault(options: MakeOptions) -> str | None:
    """Return what is wrong with the combination of flags, None if nothing is."""
    if not options.sources:
        return "give at least one SOURCE"
    idle = _without_effect(options)
    if idle:
        return idle
    for name in ("tasks", "workers", "limit_videos", "turns"):
        value = getattr(options, name)
        if value is not None and value < 1:
            return f"--{name.replace('_', '-')} must be at least 1, got {value}"
    return None


def _without_effect(options: MakeOptions) -> str | None:
    """Return a message on the first flag that was given and has no effect; None if there is none."""
    rules, judged = options.generator == "rules", bool(options.judge.model)
    if rules and (names := _changed(options.llm)):
        return f"--{names[0]} has no effect without --generator llm"
    if not judged and (names := _changed(options.judge)):
        return f"--judge.{names[0]} has no effect without --judge.model"
    if not rules and options.turns != TURNS:
        return "--turns has no effect with --generator llm"
    if rules and not judged and (options.price_in or options.price_out):
        return f"--price-{'in' if options.price_in else 'out'} has no effect without --generator llm or --judge.model"
    if options.executor == "local" and (names := _changed(options.cluster)):
        return f"--cluster.{names[0]} has no effect without --executor slurm or ray"
    return None


def _changed(group: GeneratorOptions | JudgeOptions | ClusterOptions) -> list[str]:
    """Return the flags of a group that differ from their defaults, as the user types them."""
    return [f.name.replace("_", "-") for f in fields(group) if getattr(group, f.name) != f.default]
