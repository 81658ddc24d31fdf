"""``mmego ask``: answer questions about one video, with the moments that prove the answers."""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from mmego.commands.ask_checks import MEMORY, OPTIONS_COME_LAST, check_questions, check_video, options_take_questions
from mmego.commands.common import parse, quiet_transformers, wrong_usage
from mmego.commands.load_flags import LoadFlags, check_load_flags
from mmego.errors import InputError
from mmego.files import is_file, require_file
from mmego.out_of_memory import report_out_of_memory
from mmego.records import SelectMode
from mmego.video.container.limits import MAX_PIXELS, set_max_pixels

if TYPE_CHECKING:
    from mmego.engine.engine import Engine
    from mmego.memory.memory import Memory
    from mmego.records.finding import Finding

ModelName = Annotated[str, tyro.conf.arg(metavar="nano|FOLDER|HUB_ID")]
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
OptionalFloat = Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")]
OptionalFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE.html", help_behavior_hint="")]
OptionalTexts = Annotated[tuple[str, ...] | None, tyro.conf.arg(metavar="TEXT TEXT [TEXT ...]", help_behavior_hint="")]
LOWER_WHAT = "; lower --frames or --keep, or give a lower --precision or a smaller --model"


@dataclass(frozen=True)
class AskOptions:
    """Ask a first-person video one or more questions; get the answers and the moments they rest on, best first."""

    video: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="VIDEO", help_behavior_hint="")]
    """Video file, or the folder of a saved memory."""
    question: Annotated[
        tyro.conf.Positional[tuple[str, ...]],
        tyro.conf.arg(metavar="QUESTION [QUESTION ...]", help_behavior_hint=""),
    ]
    """One or more questions; the video is read once for all of them."""
    options: OptionalTexts = None
    """Choices: the likeliest is the answer, for every question of the call. Without them the answer is free text."""
    model: ModelName = "nano"
    """The model of this package (knows its simulated world only), a checkpoint folder, or a hub id."""
    frames: OptionalInt = None
    """Most frames to sample from the video. Default: the checkpoint's (300 for full-size models)."""
    keep: OptionalInt = None
    """Key frames that each answer is read from. Default: the checkpoint's (32 for full-size models)."""
    alpha: OptionalFloat = None
    """Bonus for evenly spaced frames in the choice of key frames. Default: the checkpoint's (0.1 at full size)."""
    select: SelectMode = "pointer"
    """How key frames are chosen: by the trained pointer, or evenly spaced."""
    json: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Print a JSON list of answers instead of text."""
    report: OptionalFile = None
    """Write an HTML page with the score curve and the key frames."""
    stale_ok: Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")] = False
    """Answer from what a memory keeps, even if its video has changed or is gone."""
    max_pixels: int = MAX_PIXELS
    """Most pixels of a picture (width times height); a video with larger pictures is refused."""
    load: Annotated[LoadFlags, tyro.conf.arg(name="")] = field(default_factory=LoadFlags)


@report_out_of_memory(LOWER_WHAT)
def run(arguments: Sequence[str]) -> int:
    """Sample, glimpse and answer; print text or JSON; write the report; return the exit code."""
    try:
        options = parse(AskOptions, "ask", arguments)
    except SystemExit as end:
        if end.code and options_take_questions(arguments):
            return wrong_usage("ask", OPTIONS_COME_LAST)
        raise
    if not options.question:
        return wrong_usage("ask", OPTIONS_COME_LAST if options.options else "give at least one QUESTION after VIDEO")
    if options.options is not None and len(options.options) < 2:
        return wrong_usage("ask", "--options needs two or more answers to choose from")
    if options.frames is not None and is_file(options.video / MEMORY):
        return wrong_usage("ask", "--frames has no effect on a memory, whose frames are sampled already")
    check_questions(options.question, options.options or ())
    check_numbers(options)
    set_max_pixels(options.max_pixels)
    if options.report is not None:
        require_file(options.report)
    check_load_flags(options.model, options.load)
    check_video(options.video)
    from mmego.engine.answer_step import Question
    from mmego.engine.engine import Engine

    quiet_transformers()
    engine = Engine.from_pretrained(options.model, **options.load.keywords())
    memory = load_or_index(engine, options)
    if unknown := engine.unknown_words([*options.question, *(options.options or ())]):
        warnings.warn(f"{engine.name} has never seen the words: {', '.join(unknown)}", stacklevel=2)
    remedy = "the video itself, asked with --frames N," if options.video.is_dir() else "--frames N"
    print_spacing(memory, engine.model.config.frames_per_second, remedy)
    findings = engine.find_all(
        memory,
        [Question(text, options.options) for text in options.question],
        keep=options.keep,
        alpha=options.alpha,
        select=options.select,
        stale_ok=options.stale_ok,
    )
    if options.json:
        print(json.dumps([finding.to_json() for finding in findings], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(finding_text(finding, with_question=len(findings) > 1) for finding in findings))
    if options.report is not None:
        save_report(engine, memory, findings, options.report, options.stale_ok)
    return 0


def check_numbers(options: AskOptions) -> None:
    """Raise InputError for a number that is not allowed, before the video is read, which can take minutes."""
    for name, value, least in (("frames", options.frames, 1), ("keep", options.keep, 1), ("alpha", options.alpha, 0)):
        if value is not None and not value >= least:
            raise InputError(f"{name} must be {least} or more, got {value}")


def load_or_index(engine: Engine, options: AskOptions) -> Memory:
    """Load the memory if the path is one; otherwise index the video and report that on stderr."""
    from mmego.memory.memory import Memory
    from mmego.records.clock_time import clock_time
    from mmego.video.probe import probe

    if options.video.is_dir():
        return Memory.load(options.video)
    bar = sys.stderr.isatty()
    if not bar:
        print(f"reading {options.video} ({clock_time(probe(options.video).duration)})", file=sys.stderr, flush=True)
    frames = options.frames
    if (
        frames is None
        and engine.model.config.sampling == "llava"
        and not (options.select == "pointer" and engine.model.can_point)
    ):
        # LLaVA's sampling keeps all its frames from the first to the last: a selection of more would give others.
        frames = engine.model.config.keep if options.keep is None else options.keep
    return engine.index(options.video, frames=frames, progress=bar, select=options.select, keep=options.keep)


def print_spacing(memory: Memory, rate: float | None, remedy: str) -> None:
    """Print on stderr how far apart the frames are, if more than a second, and which flag brings them closer.

    `rate` is the most frames a second that the checkpoint samples; nothing is printed if `remedy` could not help.
    """
    apart = memory.frame_spacing
    most = max(1, math.floor(memory.span.length * (1.0 if rate is None else min(rate, 1.0))))
    if apart > 1.05 * max(1.0, memory.span.length / most):
        print(f"frames are {apart:.1f} s apart; {remedy} looks closer, N up to {most}", file=sys.stderr)


def save_report(
    engine: Engine, memory: Memory, findings: Sequence[Finding], path: Path, stale_ok: bool = False
) -> None:
    """Write the HTML page and print its path on stderr; with `stale_ok` a changed video gives no pictures."""
    from mmego.engine.report import ReportItem, ReportVideo, write_report

    video = ReportVideo(memory.video.name, memory.span, memory.gaps)
    times = {evidence.time for finding in findings for evidence in finding.answer.evidence}
    pictures = engine.pictures(memory, sorted(times), stale_ok=stale_ok)
    write_report(path, video, [ReportItem(finding) for finding in findings], pictures)
    print(f"report: {path}", file=sys.stderr)


def finding_text(finding: Finding, with_question: bool = False) -> str:
    """Return the answer on one line, then one line per key frame, best first: time, score, what chose it."""
    from mmego.records.clock_time import clock_time
    from mmego.records.finding import choice_share_text

    answer = finding.answer
    lines = [answer.question] if with_question else []
    lines.append(f"{answer.shown}{choice_share_text(finding)}")
    lines += [f"  {clock_time(e.time):>7}  {e.score:.3f}  {e.by}" for e in answer.evidence]
    return "\n".join(lines)
