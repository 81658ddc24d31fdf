"""``mmego demo``: ask the shipped video its questions and compare the answers with the simulator's truth.

The folder holds ``demo.mp4`` and ``questions.jsonl`` with one multiple-choice record (`records.MCQ`) per line and one
more key, ``truth``: the right answer as text. A row without ``options`` is asked as an open question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmego.commands.common import parse, quiet_transformers
from mmego.errors import InputError
from mmego.files import read_records, require_file
from mmego.records import Span
from mmego.records.clock_time import clock_time
from mmego.records.finding import choice_share_text

if TYPE_CHECKING:
    from mmego.engine.report import ReportItem
    from mmego.memory.memory import Memory


@dataclass(frozen=True)
class DemoOptions:
    """Ask the shipped demo video its questions; show the evidence and which answers are right."""

    report: Path = Path("mmego-demo.html")
    """HTML page to write, with answers, score curves and key frames."""
    model: str = "nano"
    """The model that comes with this package, a checkpoint folder, or a hub id."""
    folder: Path | None = None
    """Folder with demo.mp4 and questions.jsonl. Default: the shipped one."""


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """One row of questions.jsonl; `options` is None for an open question, `key_spans` (seconds) show the answer."""

    question: str
    truth: str
    options: tuple[str, ...] | None
    key_spans: tuple[Span, ...]

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> DemoQuestion:
        """Read a row; raise InputError naming a missing key."""
        try:
            spans = tuple(Span.from_json(span) for span in row["key_spans"])
            return cls(row["question"], row["truth"], tuple(row.get("options") or ()) or None, spans)
        except KeyError as error:
            raise InputError(f"a demo question lacks {error}; it has {sorted(row)}") from error

    def judge(self, answer: str) -> bool:
        """Return whether `answer` is the truth, ignoring case, articles and the full stop."""
        return plain(answer) == plain(self.truth)


def plain(text: str) -> str:
    """Return the text in lower case with single spaces, without articles and closing full stop."""
    words = text.lower().strip().rstrip(".").split()
    return " ".join(word for word in words if word not in ("a", "an", "the"))


def run(arguments: Sequence[str]) -> int:
    """Ask the shipped video its questions and compare with the truth file; return the exit code."""
    options = parse(DemoOptions, "demo", arguments)
    quiet_transformers()
    run_demo(options)
    return 0


def run_demo(options: DemoOptions) -> list[ReportItem]:
    """Answer, print, write the report; return the judged findings in the order of the file."""
    from mmego.engine.answer_step import Question
    from mmego.engine.engine import Engine
    from mmego.engine.model_location import find_asset
    from mmego.engine.report import ReportItem, ReportVideo, write_report

    folder = options.folder if options.folder is not None else find_asset("demo")
    video = folder / "demo.mp4"
    require_file(options.report)
    questions = [DemoQuestion.from_json(row) for row in read_records(folder / "questions.jsonl")]
    if not questions:
        raise InputError(f"{folder / 'questions.jsonl'} holds no questions")
    engine = Engine.from_pretrained(options.model)
    memory = engine.index(video)
    print(introduction(engine.name, memory, shipped=options.folder is None))
    findings = engine.find_all(memory, [Question(row.question, row.options) for row in questions])
    items = [
        ReportItem(finding, row.truth, row.judge(finding.answer.answer), row.key_spans)
        for row, finding in zip(questions, findings, strict=True)
    ]
    for number, item in enumerate(items, 1):
        print(item_text(number, item))
    times = sorted({evidence.time for finding in findings for evidence in finding.answer.evidence})
    shown = ReportVideo(memory.video.name, memory.span, memory.gaps)
    write_report(options.report, shown, items, engine.pictures(memory, times))
    print(summary(items, options.report))
    return items


def introduction(model: str, memory: Memory, shipped: bool) -> str:
    """Return the lines before the questions; only the shipped video is known not to be training data."""
    home = f", in a simulated home that {model} was never trained on" if shipped else ""
    return (
        f"{memory.video.name}: {clock_time(memory.duration)} of first-person video{home}.\n"
        f"{len(memory.times)} frames glimpsed once; each question then picks its own key frames.\n"
    )


def item_text(number: int, item: ReportItem) -> str:
    """Return the text of one question: the answer, whether it is right, and the key frames, best first."""
    answer = item.finding.answer
    verdict = "right" if item.right else f"wrong, it is: {item.truth}"
    lines = [f"{number}. {answer.question}", f"   {answer.shown}{choice_share_text(item.finding)}  -> {verdict}"]
    lines += [
        f"     {clock_time(e.time)}  {e.score:.3f}  {e.by}{seen(e.time, item.key_spans)}" for e in answer.evidence
    ]
    return "\n".join(lines) + "\n"


def seen(time: float, key_spans: Sequence[Span]) -> str:
    """Return a note if the frame at `time` lies in a key span of the truth file."""
    return "  * the moment itself" if any(span.holds(time) for span in key_spans) else ""


def summary(items: Sequence[ReportItem], report: Path) -> str:
    """Return the last lines."""
    right = sum(bool(item.right) for item in items)
    found = sum(any(s.holds(e.time) for e in i.finding.answer.evidence for s in i.key_spans) for i in items)
    return (
        f"{right} of {len(items)} answers right by the truth file; the moment asked about is among the key frames "
        f"in {found} of {len(items)}.\nReport with the pictures: {report}"
    )
