"""The command ``mmego``: one lazy function per verb, so that help and wrong usage answer without loading torch."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from mmego import __version__
from mmego.commands.common import FAILED, WRONG_USAGE, parse, quiet_transformers, wrong_usage
from mmego.errors import InputError, MmegoError
from mmego.files import require_file
from mmego.records import SelectMode

if TYPE_CHECKING:
    from mmego.engine.engine import Engine
    from mmego.engine.finding import Finding
    from mmego.memory.store import Memory

ModelName = Annotated[str, tyro.conf.arg(metavar="nano|FOLDER|HUB_ID")]
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
OptionalFloat = Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")]
OptionalFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE.html", help_behavior_hint="")]
OptionalTexts = Annotated[tuple[str, ...] | None, tyro.conf.arg(metavar="TEXT TEXT [TEXT ...]", help_behavior_hint="")]


@dataclass(frozen=True)
class AskOptions:
    """Ask a first-person video one or more questions; get the answers and the moments they rest on, best first."""

    video: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="VIDEO", help_behavior_hint="")]
    """Video file, or the folder of a memory saved before."""
    question: Annotated[
        tyro.conf.Positional[tuple[str, ...]],
        tyro.conf.arg(metavar="QUESTION [QUESTION ...]", help_behavior_hint=""),
    ]
    """One or more questions; they share the reading of the video."""
    options: OptionalTexts = None
    """Possible answers: the likeliest is chosen (for every question of the call). Without them the answer is free."""
    model: ModelName = "nano"
    """The model that comes with this package (knows its simulated world only), a checkpoint folder, or a hub id."""
    frames: OptionalInt = None
    """Most frames to sample from the video. Default: the checkpoint's (300 for full-size models)."""
    keep: OptionalInt = None
    """Key frames the answer is read from. Default: the checkpoint's (32 for full-size models)."""
    alpha: OptionalFloat = None
    """Bonus for evenly spaced frames when key frames are chosen. Default: the checkpoint's (0.1 at full size)."""
    select: SelectMode = "pointer"
    """Who chooses the key frames: the trained pointer, or even sampling."""
    json: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Print a list of answer records instead of text."""
    report: OptionalFile = None
    """Write one HTML page with the score curve and the key frames as pictures."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the model runs; auto takes a GPU if there is one."""


def ask(arguments: Sequence[str]) -> int:
    """``mmego ask``: sample, glimpse, answer; print text or JSON; write the report."""
    options = parse(AskOptions, "ask", arguments)
    if not options.question:
        return wrong_usage("ask", "give at least one QUESTION after VIDEO")
    if options.options is not None and len(options.options) < 2:
        return wrong_usage("ask", "--options needs two or more answers to choose from")
    if options.video.is_dir() and options.frames is not None:
        return wrong_usage("ask", "--frames has no effect on a memory, whose frames are sampled already")
    if not options.video.exists():
        raise InputError(f"no such file: {options.video}")
    check_numbers(options)
    if options.report is not None:
        require_file(options.report)
    from mmego.engine.engine import Engine, Question

    quiet_transformers()
    engine = Engine.from_pretrained(options.model, device=options.device)
    memory = remember(engine, options)
    if unknown := engine.unknown_words([*options.question, *(options.options or ())]):
        warnings.warn(f"{engine.name} has never seen the words: {', '.join(unknown)}", stacklevel=2)
    findings = engine.find_all(
        memory,
        [Question(text, options.options) for text in options.question],
        keep=options.keep,
        alpha=options.alpha,
        select=options.select,
    )
    if options.json:
        print(json.dumps([finding.answer.to_json() for finding in findings], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(finding_text(finding, with_question=len(findings) > 1) for finding in findings))
    if options.report is not None:
        save_report(engine, memory, findings, options.report)
    return 0


def check_numbers(options: AskOptions) -> None:
    """Raise InputError for a number that is not allowed: before the video is read, which can take minutes."""
    for name, value, least in (("frames", options.frames, 1), ("keep", options.keep, 1), ("alpha", options.alpha, 0)):
        if value is not None and not value >= least:
            raise InputError(f"{name} must be {least} or more, got {value}")


def remember(engine: Engine, options: AskOptions) -> Memory:
    """The video's memory: loaded if the path is a memory folder, made otherwise, which stderr is told about."""
    from mmego.engine.finding import clock
    from mmego.memory.store import Memory
    from mmego.video.probe import probe

    if options.video.is_dir():
        return Memory.load(options.video)
    bar = sys.stderr.isatty()
    if not bar:
        print(f"reading {options.video} ({clock(probe(options.video).duration)})", file=sys.stderr, flush=True)
    return engine.index(options.video, frames=options.frames, progress=bar)


def save_report(engine: Engine, memory: Memory, findings: Sequence[Finding], path: Path) -> None:
    """Write the HTML page and say where it is on stderr."""
    from mmego.engine.report import ReportItem, ReportVideo, write_report

    video = ReportVideo(memory.video.name, memory.span, memory.gaps)
    times = {evidence.time for finding in findings for evidence in finding.answer.evidence}
    write_report(path, video, [ReportItem(finding) for finding in findings], engine.pictures(memory, sorted(times)))
    print(f"report: {path}", file=sys.stderr)


def finding_text(finding: Finding, with_question: bool = False) -> str:
    """The answer on the first line, then one line per key frame, best first: time, score, what chose it."""
    from mmego.engine.finding import chosen, clock

    answer = finding.answer
    lines = [answer.question] if with_question else []
    lines.append(f"{answer.answer}{chosen(finding)}")
    lines += [f"  {clock(e.time):>7}  {e.score:.3f}  {e.by}" for e in answer.evidence]
    return "\n".join(lines)


def demo(arguments: Sequence[str]) -> int:
    """``mmego demo``: ask the shipped video its questions and compare with the truth file."""
    from mmego.demo import DemoOptions, run_demo

    options = parse(DemoOptions, "demo", arguments)
    quiet_transformers()
    run_demo(options)
    return 0


def simulate(arguments: Sequence[str]) -> int:
    """``mmego simulate``: write simulated first-person videos with narrations and truth."""
    from mmego.sim.dataset import SimulateOptions, simulate

    @dataclass(frozen=True)
    class Options(SimulateOptions):
        __doc__ = SimulateOptions.__doc__
        out: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="OUT")]
        """Folder to write to; made if it is not there, continued if it was begun with the same options."""

    # Worker processes unpickle the options: they must be of the class that every process can import.
    simulate(SimulateOptions(**asdict(parse(Options, "simulate", arguments))))
    return 0


def train(arguments: Sequence[str]) -> int:
    """``mmego train nano``: train the small model from scratch."""
    if list(arguments[:1]) in (["-h"], ["--help"]):
        print("usage: mmego train nano [flags]\n\n  nano  the small model that ships with this package, from scratch")
        return 0
    if not arguments or arguments[0] != "nano":
        return wrong_usage("train", f"what to train must be 'nano', got {arguments[0] if arguments else 'nothing'!r}")
    from mmego.train.recipes import NanoRecipe, train_nano

    train_nano(parse(NanoRecipe, "train nano", arguments[1:]))
    return 0


def qa(arguments: Sequence[str]) -> int:
    """``mmego qa VERB``: the data engine."""
    from mmego.commands.qa import run

    return run(arguments)


def bench(arguments: Sequence[str]) -> int:
    """``mmego bench VERB``: the memory benchmark."""
    from mmego.commands.bench import run

    return run(arguments)


def lmms_eval_tasks(arguments: Sequence[str]) -> int:
    """``mmego lmms-eval-tasks``: a benchmark as tasks of lmms-eval."""
    from mmego.commands.lmms_eval_tasks import run

    return run(arguments)


VERBS: dict[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "ask": (ask, "ask a video questions; get answers and the moments that prove them"),
    "bench": (bench, "build a memory benchmark, run models on it, score and report them"),
    "demo": (demo, "ask the shipped demo video its questions and compare with the truth"),
    "lmms-eval-tasks": (lmms_eval_tasks, "write a benchmark as tasks of lmms-eval, print the folder"),
    "qa": (qa, "make questions and answers for training from narrations"),
    "simulate": (simulate, "make first-person videos of simulated households, with narrations and truth"),
    "train": (train, "train the small model that ships with this package"),
}


def help_text() -> str:
    """What ``mmego --help`` prints."""
    verbs = "\n".join(f"  {verb:<17}{line}" for verb, (_, line) in VERBS.items())
    return (
        "usage: mmego VERB [flags]\n\nAsk questions about hours of first-person video; get the answer with the "
        f"moments that prove it.\n\nverbs:\n{verbs}\n\n  mmego VERB --help   the verb's flags\n"
        "  mmego --version     the version\n\nstart here: mmego demo"
    )


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Print each warning as one line on stderr; leave out those meant for the developers of other libraries."""
    with warnings.catch_warnings():
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)

        def show(message: Warning | str, *_: object, **__: object) -> None:
            print(f"mmego: warning: {message}", file=sys.stderr)

        warnings.showwarning = show
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 done, 1 failed (one line on stderr), 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(help_text())
        return 0
    if words[:1] == ["--version"]:
        print(f"mmego {__version__}")
        return 0
    if not words or words[0] not in VERBS:
        said = f"there is no verb {words[0]!r}" if words else "a verb is needed"
        print(f"mmego: {said}; choose from {', '.join(VERBS)} (see: mmego --help)", file=sys.stderr)
        return WRONG_USAGE
    try:
        with plain_warnings():
            return VERBS[words[0]][0](words[1:])
    except MmegoError as error:
        print(f"mmego: {' '.join(str(error).split())}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader went away (`mmego ask ... | head -1`): not our fault, and python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
