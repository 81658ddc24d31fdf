"""The flags of ``mmego qa make`` by topic, their help, and which of them do not go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from mmego.commands.common import panel, whole_help
from mmego.commands.qa.filter import FilterFlags, Flag
from mmego.qa.pipeline.clips import ClipOptions
from mmego.qa.pipeline.options import ClusterOptions, Executor
from mmego.qa.writing.generator import LlmOptions
from mmego.qa.writing.generators import TURNS
from mmego.qa.writing.judge import JudgeOptions

VERB = "qa make"
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
OptionalFloat = Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")]
OptionalText = Annotated[str | None, tyro.conf.arg(metavar="NAME", help_behavior_hint="")]
OptionalFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE", help_behavior_hint="")]


@dataclass(frozen=True)
class CommonFlags:
    """Make a data set of questions and answers from human narrations: cut clips, write, filter, balance.

    Killed and started again with the same flags it goes on where it stopped.
    """

    sources: Annotated[
        tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="SOURCE [SOURCE ...]", help_behavior_hint="")
    ]
    """Narrations: files or folders of one format (docs/narrations.md)."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="OUT", help_behavior_hint="")]
    """Folder of the data set; made if it is not there, continued if it was begun with the same flags."""
    videos: OptionalFile = None
    """List of the videos with their durations and splits (Ego4D's ego4d.json, EPIC's video_info.csv)."""
    split: OptionalText = None
    """Videos of this split of the source only (train, val, test)."""
    exclude: OptionalFile = None
    """List of videos to leave out: a text, CSV or JSON file, or EgoSchema's uid_to_ego4d.json."""
    limit_videos: OptionalInt = None
    """Use the first so many videos only."""
    generator: Literal["rules", "llm"] = "rules"
    """Who writes the questions: rules (no language model), or a language model (--model NAME --base-url URL)."""
    seed: int = 0
    """Draws clips, wordings and what balancing keeps."""
    workers: OptionalInt = None
    """Parts worked on at once. Default: one for each processor; with a model, which has many calls in flight, one."""


@dataclass(frozen=True)
class CutFlags:
    """How the sources are read and cut into clips."""

    format: Annotated[str, tyro.conf.arg(metavar="NAME")] = "auto"
    """Format of the sources: auto looks at them."""
    dataset: OptionalText = None
    """What to call the data set in its samples. Default: by the format."""
    trust_pickle: Flag = False
    """Read HD-EPIC's pickle file; docs/narrations.md says what that risks."""
    clips_per_class: int = ClipOptions.per_class
    """Most clips of each of the seven length classes (30 seconds to an hour) from one video."""
    min_narrations: int = ClipOptions.min_narrations
    """Fewest narrations of a clip."""
    turns: int = TURNS
    """Most questions of one conversation by rules."""


@dataclass(frozen=True)
class WriterFlags:
    """The language model that writes the questions (--generator llm)."""

    llm: Annotated[LlmOptions, tyro.conf.arg(name="")] = field(default_factory=LlmOptions)
    price_in: float = 0.0
    """Dollars per million tokens that the model reads: the progress line shows the cost so far."""
    price_out: float = 0.0
    """Dollars per million tokens that the model writes."""
    retry_failed: Flag = False
    """Ask again where calls were given up in an earlier run; what was answered is not asked or paid twice."""


@dataclass(frozen=True)
class JudgeFlags:
    """The second model."""

    judge: JudgeOptions = field(default_factory=JudgeOptions)
    """A second model that tries each question blind and with the narrations; --judge.model switches it on."""
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
    """Where and in how many parts the work is done."""

    executor: Executor = "local"
    """Where the workers run: this machine, Slurm (from a login node), or Ray (RAY_ADDRESS)."""
    tasks: OptionalInt = None
    """Cut the work into so many parts, which can be lost and done again. Default: one for every 500 clips."""
    cluster: ClusterOptions = field(default_factory=ClusterOptions)


@dataclass(frozen=True)
class MakeOptions(ClusterFlags, FilteringFlags, JudgeFlags, WriterFlags, CutFlags, CommonFlags):
    """All flags. `PANELS` shows them by topic."""


PANELS: dict[str, tuple[type[Any], str]] = {
    "clips": (CutFlags, "reading and cutting"),
    "llm": (WriterFlags, "the language model that writes (--generator llm)"),
    "judge": (JudgeFlags, "the judge, a second model (--judge.model NAME)"),
    "filters": (FilteringFlags, "filters and balancing"),
    "cluster": (ClusterFlags, "tasks and clusters"),
}
"""The topics of ``--help TOPIC``."""


def help_text(topic: str = "") -> str:
    """What ``mmego qa make --help`` prints: the common flags, and those of one topic, or of all."""
    said = whole_help(CommonFlags, VERB) if topic in ("", "all") else f"mmego {VERB}: further flags"
    shown = PANELS if topic == "all" else {topic: PANELS[topic]} if topic else {}
    parts = [said, *(panel(flags, VERB, title) for flags, title in shown.values())]
    if not topic:
        lines = [f"  mmego {VERB} --help {name:<9}{title}" for name, (_, title) in PANELS.items()]
        parts.append("\n".join(["further flags:", *lines, f"  mmego {VERB} --help all      every flag"]))
    return "\n\n".join(parts)


def wanted_help(words: Sequence[str]) -> str | None:
    """The topic that help is asked for, "" for the common flags; None if no help is wanted."""
    at = next((place for place, word in enumerate(words) if word in ("-h", "--help")), None)
    if at is None:
        return None
    topic = words[at + 1] if at + 1 < len(words) else ""
    return topic if topic in (*PANELS, "all") else ""


def usage_fault(options: MakeOptions) -> str | None:
    """What is wrong with the flags taken together."""
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
    """The first flag that was given and changes nothing, and what it would need."""
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


def _changed(group: LlmOptions | JudgeOptions | ClusterOptions) -> list[str]:
    """The flags of a group that are not as they are by default, as they are typed."""
    return [f.name.replace("_", "-") for f in fields(group) if getattr(group, f.name) != f.default]
