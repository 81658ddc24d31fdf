"""``mmego qa make``: narrations in, a data set of question-answer pairs out."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import tyro

from mmego.commands.common import INTERRUPTED, panel, parse, whole_help, wrong_usage
from mmego.commands.qa_filter import FilterFlags, Flag
from mmego.commands.qa_summary import tell
from mmego.errors import InputError
from mmego.files import file_hash, read_json
from mmego.narrations.choose import choose, read_exclusions
from mmego.narrations.clean import Drops
from mmego.narrations.sources import open_source
from mmego.qa.call_options import CallOptions, key_of
from mmego.qa.clips import ClipOptions
from mmego.qa.dataset import Folder
from mmego.qa.generators import TURNS, JudgeByModel, WriteByModel, WriteByRules, Writing
from mmego.qa.judge import JudgeOptions
from mmego.qa.llm import LlmOptions
from mmego.qa.pipeline import Recipe, make_dataset
from mmego.qa.progress import Prices
from mmego.qa.settings import ClusterOptions, Executor, RunOptions
from mmego.records import Narration, VideoMeta

VERB = "qa make"
HASHED = 2_000_000_000
"""Bytes up to which a source is hashed (a second or two); a larger one is known by its size."""
LEAST_SECRET = 8
"""A shorter value of an environment variable is no secret, or a poor one."""
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


def _wanted_help(words: Sequence[str]) -> str | None:
    """The topic that help is asked for, "" for the common flags; None if no help is wanted."""
    at = next((place for place, word in enumerate(words) if word in ("-h", "--help")), None)
    if at is None:
        return None
    topic = words[at + 1] if at + 1 < len(words) else ""
    return topic if topic in (*PANELS, "all") else ""


def run(arguments: Sequence[str]) -> int:
    """Make the data set, or go on with it; prints what is kept."""
    topic = _wanted_help(arguments)
    if topic is not None:
        print(help_text(topic))
        raise SystemExit(0)  # as tyro does for the other verbs
    options = parse(MakeOptions, VERB, arguments)
    fault = _usage_fault(options)
    if fault:
        return wrong_usage(VERB, fault)
    folder = Folder(options.out)
    try:
        recipe = recipe_of(options)
        _say_who_is_asked(options)
        stats = make_dataset(folder, recipe, run_of(options))
    except KeyboardInterrupt:
        print(f"mmego {VERB}: {_stopped(folder, options)}", file=sys.stderr)
        return INTERRUPTED
    if stats is None:
        print(f"{options.out} is finished, nothing to do:")
        stats = read_json(folder.stats)
    return tell(VERB, options.out, stats, _prices(options))


def _usage_fault(options: MakeOptions) -> str | None:
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
    if rules and (names := changed(options.llm)):
        return f"--{names[0]} has no effect without --generator llm"
    if not judged and (names := changed(options.judge)):
        return f"--judge.{names[0]} has no effect without --judge.model"
    if not rules and options.turns != TURNS:
        return "--turns has no effect with --generator llm"
    if rules and not judged and (options.price_in or options.price_out):
        return f"--price-{'in' if options.price_in else 'out'} has no effect without --generator llm or --judge.model"
    if options.executor == "local" and (names := changed(options.cluster)):
        return f"--cluster.{names[0]} has no effect without --executor slurm or ray"
    return None


def changed(group: LlmOptions | JudgeOptions | ClusterOptions) -> list[str]:
    """The flags of a group that are not as they are by default, as they are typed."""
    return [f.name.replace("_", "-") for f in fields(group) if getattr(group, f.name) != f.default]


def recipe_of(options: MakeOptions) -> Recipe:
    """What shapes the data set; raises InputError for options that cannot work, before anything is read."""
    _check_keys(options)
    source = open_source(options.sources, options.format, options.videos, options.dataset, options.trust_pickle)
    excluded = read_exclusions(options.exclude) if options.exclude is not None else frozenset()

    def read(drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        chosen: Iterator[tuple[VideoMeta, list[Narration]]] = choose(source.read(drops), drops, options.split, excluded)
        return chosen

    if options.judge.model:
        options.judge.check()
    shape = shape_of(options)
    refuse_secrets([shape, asdict(options.cluster)])
    return Recipe(
        source.dataset,
        read,
        ClipOptions(options.clips_per_class, options.min_narrations, options.seed),
        _writing(options),
        JudgeByModel(options.judge, options.seed) if options.judge.model else None,
        options.filtering.finish_options(options.seed),
        shape,
        options.tasks,
        options.limit_videos,
    )


def _check_keys(options: MakeOptions) -> None:
    """Raise InputError for a key that is missing here, where the calls will be made; a cluster's nodes have their own.

    A folder whose questions are all written needs none.
    """
    if options.executor == "local" and _is_to_write(options):
        for calls in _asked(options).values():
            calls.check()
            key_of(calls)


def _is_to_write(options: MakeOptions) -> bool:
    """False if all questions of the folder are written, so that nobody will be asked."""
    folder = Folder(options.out)
    plan = folder.plan()
    return plan is None or options.retry_failed or bool(folder.missing(plan))


def _asked(options: MakeOptions) -> dict[str, CallOptions]:
    """The models that are asked, by what they do."""
    asked: dict[str, CallOptions] = {"questions": options.llm} if options.generator == "llm" else {}
    return asked | ({"judge": options.judge} if options.judge.model else {})


def _say_who_is_asked(options: MakeOptions) -> None:
    """Before the first call: which model is asked on which host, so that no narration goes somewhere unnoticed."""
    if not _is_to_write(options):
        return
    for what, calls in _asked(options).items():
        key = f"the key in {calls.key_variable}" if os.environ.get(calls.key_variable, "").strip() else "no key"
        if options.executor != "local":
            key = f"the nodes' {calls.key_variable}"
        print(f"{what}: calls go to {urlsplit(calls.base_url).netloc}, model {calls.model}, {key}", file=sys.stderr)


def _writing(options: MakeOptions) -> Writing:
    if options.generator == "rules":
        return WriteByRules(options.seed, options.turns)
    options.llm.check()
    return WriteByModel(options.llm, options.seed)


def run_of(options: MakeOptions) -> RunOptions:
    """Where and how fast."""
    # A language model is waited for, not computed: one worker has all its calls in flight.
    waits = options.generator == "llm" or bool(options.judge.model)
    default = 1 if options.executor == "local" and waits else None
    workers = options.workers if options.workers is not None else default
    return RunOptions(options.executor, workers, options.cluster, _prices(options), options.retry_failed)


def _prices(options: MakeOptions) -> Prices:
    return Prices(options.price_in, options.price_out, options.judge_price_in, options.judge_price_out)


def shape_of(options: MakeOptions) -> dict[str, Any]:
    """Every option that shapes what is cut and written; a later start is held to them."""
    plain = ("format", "dataset", "split", "limit_videos", "clips_per_class", "min_narrations", "seed", "tasks")
    shape: dict[str, Any] = {name: getattr(options, name) for name in plain}
    shape["sources"] = [_file(path) for path in options.sources]
    shape["videos"], shape["exclude"] = _file(options.videos), _file(options.exclude)
    shape["generator"] = options.generator
    shape |= {"turns": options.turns} if options.generator == "rules" else {"llm": options.llm.shape()}
    shape["judge"] = options.judge.shape() if options.judge.model else None
    return shape


def _file(path: Path | None) -> str | None:
    """A file as it was named, with what it holds: a mended file of that name is another source."""
    if path is None or not path.is_file():
        return None if path is None else str(path)
    size = path.stat().st_size
    return f"{path} ({size} bytes{f', {file_hash(path)[:12]}' if size < HASHED else ''})"


def refuse_secrets(options: list[dict[str, Any]]) -> None:
    """Raise InputError if an option holds a secret of the environment: options are written to files."""
    written = json.dumps(options)
    for name, value in os.environ.items():
        secret = re.search(r"KEY|TOKEN|SECRET|PASSWORD", name, re.IGNORECASE) and len(value) >= LEAST_SECRET
        if secret and json.dumps(value)[1:-1] in written:
            raise InputError(f"an option holds the value of {name}: options are written to files, keys must not be")


def _stopped(folder: Folder, options: MakeOptions) -> str:
    """What to say after Ctrl-C."""
    plan = folder.plan()
    if plan is None:
        return "stopped before the clips were cut; nothing is written"
    done = sum(clips for task, clips in enumerate(plan.tasks) if folder.written(task).exists())
    more = "; the Slurm job goes on" if options.executor == "slurm" else ""
    kept = f"; every answer that came is kept in {folder.root / 'journal'} and not paid again" * bool(_asked(options))
    return f"stopped; {done:,} of {plan.clips:,} clips are finished{kept}{more}. The same command goes on from here"
